import { z } from 'zod';
import { logLookUp, visibilityOf } from '../audit/visibility.ts';
import { actingRefusals, partyRefusals } from '../parties/refusals.ts';
import { partyId } from '../parties/schemas.ts';
import { fixedText } from '../values/fixed-text.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, type DoneAtOnce, type Made, type Prepared, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { currency } from '../values/schemas.ts';
import { blockTimeOf } from '../ledger/block-time.ts';
import { type OrderParts, signOrder } from '../offers/sign.ts';
import { storeOrder } from '../offers/store.ts';
import { MEMBERS, QUOTERS } from '../discounting/access.ts';
import { NO_WORD } from '../discounting/terms.ts';
import { loanOfferBody, loanOfferId, requireComplete, termsOf } from './bodies.ts';
import { type LoanOffer, loanOfferByHash, loanOffersPage, visibleLoanOffer } from './offers.ts';
import { loanOfferResource, type LoanOfferResource, presentLoanOffers } from './offer-resource.ts';
import { loanRefusals as refusals } from './refusals.ts';
import { call, eventOf } from '../ledger/contract-types.ts';
import { LOAN_OFFER_ORDER } from './terms.ts';

const capability = 'financing';
const offerParams = z.strictObject({ id: loanOfferId });

const listQuery = z.strictObject({
  currency: currency.optional(),
  lender: partyId.optional(),
  visibility: z.enum(['public', 'private']).optional(),
  status: z
    .enum(['open', 'all'])
    .default('open')
    .meta({ description: '`open`: neither pulled nor expired, used up or not; `all`: these too.', example: 'open' }),
  ...pageQuery,
});

/** What financiers lend: published for everybody, or signed for some. */
export function loanOfferRoutes(parts: OrderParts): readonly Route[] {
  return [
    readRoute({
      path: '/v1/loan-offers',
      capability,
      access: MEMBERS,
      refusals: [],
      summary: 'List the loan offers you may see, the newest first',
      description:
        'Published ones, and private ones of your party or for it. Private ones are not on the ledger: they are listed as they are now.',
      query: listQuery,
      response: pageOf(loanOfferResource),
      async handle(ctx, { query }) {
        await logLookUp(ctx, { kind: 'loan-offers', subject: '*' });
        const filter = {
          currency: query.currency,
          lender: query.lender === undefined ? undefined : Number(query.lender),
          visibility: query.visibility,
          openAt: query.status === 'open' ? await blockTimeOf(ctx) : undefined,
        };
        const rows = await loanOffersPage(ctx.db, await visibilityOf(ctx), filter, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ since, hash }) => [since.toString(), hash],
          (offer) => offer,
        );
        return { items: await presentLoanOffers(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/loan-offers/{id}',
      capability,
      access: MEMBERS,
      refusals: [refusals.LOAN_OFFER_UNKNOWN],
      summary: 'Show a loan offer',
      params: offerParams,
      response: loanOfferResource,
      async handle(ctx, { params }) {
        const offer = await findLoanOffer(ctx, params.id);
        await logLookUp(ctx, {
          kind: 'loan-offer',
          subject: offer.hash,
          parties: [offer.terms.lender, ...offer.terms.borrowers],
        });
        return presented(ctx, offer);
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/loan-offers',
      capability,
      access: QUOTERS,
      status: 201,
      summary: 'Offer to lend against notes',
      description:
        'It stands until it expires, is pulled or is used up; whoever it is open to can borrow under it at once, without asking. A public one is published on the ' +
        "ledger. A private one is signed with your party's key (EIP-712) for the borrowers it names, and kept here.",
      body: loanOfferBody,
      response: loanOfferResource,
      refusals: [
        refusals.LOAN_OFFER_INVALID,
        refusals.LOAN_OFFER_EXPIRED,
        refusals.LOAN_OFFER_ALREADY_PUBLISHED,
        refusals.LOAN_OFFER_NOT_STANDING,
        refusals.NOT_THE_OFFERER,
        partyRefusals.PARTY_UNKNOWN,
        ...actingRefusals,
      ],
      async prepare(ctx, { body }): Promise<Prepared | DoneAtOnce<LoanOfferResource>> {
        const terms = termsOf(ctx.caller.party, body);
        await requireComplete(ctx, body, terms);
        if (body.visibility === 'public') {
          return { calls: [call('LoanOffers', 'publish', terms, body.replaces ?? NO_WORD)] };
        }
        const signed = await signOrder(parts, ctx.chain, ctx.caller.key, LOAN_OFFER_ORDER, terms);
        return {
          async atOnce(tx) {
            await storeOrder(tx, {
              ...signed,
              kind: 'loan-offer',
              party: terms.lender,
              username: ctx.caller.username,
              named: terms.borrowers,
              currency: fixedText(terms.currency),
              expiresAt: terms.expiresAt,
              signedAt: ctx.chain.clock.now(),
              terms,
            });
            return shown({ ...ctx, db: tx }, signed.hash);
          },
        };
      },
      respond: (ctx, { events }) => shown(ctx, eventOf(events, 'LoanOffers.LoanOfferPublished').args.offer),
    }),
    commandRoute({
      method: 'delete',
      path: '/v1/loan-offers/{id}',
      capability,
      access: QUOTERS,
      status: 200,
      openWithoutStanding: true, // whoever may not lend any more can still take back what it offered
      summary: 'Pull a loan offer, at once and for good',
      description: 'Loans that were made under it stay as they are.',
      params: offerParams,
      response: loanOfferResource,
      refusals: [refusals.LOAN_OFFER_UNKNOWN, refusals.NOT_THE_OFFERER, refusals.LOAN_OFFER_IS_PULLED],
      async prepare(ctx, { params }) {
        const { terms } = await findLoanOffer(ctx, params.id);
        return { calls: [call('LoanOffers', 'pull', terms)] };
      },
      respond: (ctx, _outcome, { params }) => shown(ctx, params.id),
    }),
  ];
}

/** An offer that the caller may see. Throws `LOAN_OFFER_UNKNOWN`. */
export async function findLoanOffer(ctx: Context, hash: string): Promise<LoanOffer> {
  const offer = await visibleLoanOffer(ctx.db, await visibilityOf(ctx), hash, ctx.asOf);
  if (!offer) throw new DeeptierError(refusals.LOAN_OFFER_UNKNOWN, { offer: hash });
  return offer;
}

async function shown(ctx: Context, hash: string): Promise<Made<LoanOfferResource>> {
  const offer = await loanOfferByHash(ctx.db, hash, ctx.asOf);
  if (!offer) throw new Error(`the loan offer ${hash} was made and is not there`);
  return { body: await presented(ctx, offer), location: `/v1/loan-offers/${offer.hash}` };
}

async function presented(ctx: Context, offer: LoanOffer): Promise<LoanOfferResource> {
  const [body] = await presentLoanOffers(ctx, [offer]);
  return body as LoanOfferResource;
}
