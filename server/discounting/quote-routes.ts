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
import { call, type Call, eventOf, eventsOf } from '../ledger/contract-types.ts';
import { blockTimeOf } from '../ledger/block-time.ts';
import type { OrderParts } from '../offers/sign.ts';
import { dropReplacement, replacementOf, storeOrder } from '../offers/store.ts';
import { MEMBERS, QUOTERS } from './access.ts';
import { newQuoteBody, quoteBody, requireComplete, standingTerms } from './bodies.ts';
import { findQuote, ownQuote } from './find.ts';
import { type Quote, quotesByHash, quotesPage } from './queries.ts';
import { quoteRefusals as refusals } from './refusals.ts';
import { presentQuotes, quoteId, quoteResource, type QuoteResource } from './resource.ts';
import { requirePrivate, signQuote } from './signing.ts';
import { NO_WORD, type QuoteTerms } from './terms.ts';

const capability = 'financing';
const quoteParams = z.strictObject({ id: quoteId });

const listQuery = z.strictObject({
  currency: currency.optional(),
  financier: partyId.optional(),
  visibility: z.enum(['public', 'private']).optional(),
  status: z
    .enum(['open', 'all'])
    .default('open')
    .meta({ description: '`open`: neither pulled nor expired, used up or not; `all`: these too.', example: 'open' }),
  ...pageQuery,
});

const QUOTE_REFUSALS = [
  refusals.QUOTE_INVALID,
  refusals.QUOTE_EXPIRED,
  refusals.TOO_MANY_QUOTES,
  refusals.TOO_MANY_SIGNED,
  partyRefusals.PARTY_UNKNOWN,
  ...actingRefusals,
];

/** Standing quotes: published for everybody, or signed for some. */
export function quoteRoutes(parts: OrderParts): readonly Route[] {
  return [
    readRoute({
      path: '/v1/quotes',
      capability,
      access: MEMBERS,
      refusals: [],
      summary: 'List the quotes you may see, the newest first',
      description:
        'Published ones, and private ones of your party or for it. Private ones are not on the ledger: they are listed as they are now.',
      query: listQuery,
      response: pageOf(quoteResource),
      async handle(ctx, { query }) {
        await logLookUp(ctx, { kind: 'quotes', subject: '*' });
        const filter = {
          currency: query.currency,
          financier: query.financier === undefined ? undefined : Number(query.financier),
          visibility: query.visibility,
          openAt: query.status === 'open' ? await blockTimeOf(ctx) : undefined,
        };
        const rows = await quotesPage(ctx.db, await visibilityOf(ctx), filter, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ since, hash }) => [since.toString(), hash],
          (quote) => quote,
        );
        return { items: await presentQuotes(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/quotes/{id}',
      capability,
      access: MEMBERS,
      refusals: [refusals.QUOTE_UNKNOWN],
      summary: 'Show a quote',
      params: quoteParams,
      response: quoteResource,
      async handle(ctx, { params }) {
        const quote = await findQuote(ctx, params.id);
        await logLookUp(ctx, {
          kind: 'quote',
          subject: quote.hash,
          parties: [quote.terms.financier, ...quote.terms.sellers],
        });
        return presented(ctx, quote);
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/quotes',
      capability,
      access: QUOTERS,
      status: 201,
      summary: 'Make a standing quote',
      description:
        'It stands until it expires, is pulled or is used up; whoever it is open to can sell under it at once, without asking. A public one is published on the ' +
        "ledger. A private one is signed with your party's key (EIP-712) for the sellers it names, and kept here.",
      body: newQuoteBody,
      response: quoteResource,
      refusals: [...QUOTE_REFUSALS, refusals.QUOTE_ALREADY_PUBLISHED],
      async prepare(ctx, { body: { visibility, ...order } }): Promise<Prepared | DoneAtOnce<QuoteResource>> {
        const terms = standingTerms(ctx.caller.party, order);
        await requireComplete(ctx, terms);
        if (visibility === 'public') return { calls: [publish(terms, NO_WORD)] };
        await requirePrivate(ctx, terms);
        const signed = await signQuote(ctx, parts, terms);
        return {
          async atOnce(tx) {
            await storeOrder(tx, signed);
            return shown({ ...ctx, db: tx }, signed.hash);
          },
        };
      },
      respond: (ctx, { events }) => shown(ctx, eventOf(events, 'Discounting.QuotePublished').args.quote),
    }),
    commandRoute({
      method: 'put',
      path: '/v1/quotes/{id}',
      capability,
      access: QUOTERS,
      status: 200,
      summary: 'Change a quote',
      description:
        'The quote is pulled, and another one with an id of its own stands in its place, both in the same step; it is public or private as the one before. What was ' +
        'bought under the one before does not count against the capacity of the new one. The currency stays.',
      params: quoteParams,
      body: quoteBody,
      response: quoteResource,
      refusals: [
        ...QUOTE_REFUSALS,
        refusals.QUOTE_UNKNOWN,
        refusals.NOT_THE_QUOTER,
        refusals.QUOTE_IS_PULLED,
        refusals.QUOTE_BEING_CHANGED,
      ],
      async prepare(ctx, { params, body }) {
        const before = await ownQuote(ctx, params.id);
        if (body.currency !== fixedText(before.terms.currency))
          throw new DeeptierError(refusals.QUOTE_INVALID, { field: 'currency' });
        if (before.request !== null) throw new DeeptierError(refusals.QUOTE_INVALID, { field: 'lots' }); // an answer is pulled, and another one given
        const terms = standingTerms(ctx.caller.party, body);
        await requireComplete(ctx, terms);
        return before.visibility === 'public'
          ? { calls: [publish(terms, before.hash)] }
          : changePrivate(ctx, parts, before, terms);
      },
      async respond(ctx, { events }) {
        const published = eventsOf(events, 'Discounting.QuotePublished')[0]?.args.quote;
        const { quote: pulled } = eventOf(events, 'Discounting.QuotePulled').args;
        return shown(ctx, published ?? (await replacementOf(ctx.db, pulled))?.hash);
      },
    }),
    commandRoute({
      method: 'delete',
      path: '/v1/quotes/{id}',
      capability,
      access: QUOTERS,
      status: 200,
      openWithoutStanding: true, // whoever may not buy any more can still take back what it offered
      summary: 'Pull a quote, at once and for good',
      params: quoteParams,
      response: quoteResource,
      refusals: [refusals.QUOTE_UNKNOWN, refusals.NOT_THE_QUOTER, refusals.QUOTE_IS_PULLED],
      prepare: async (ctx, { params }) => ({ calls: [pull((await ownQuote(ctx, params.id)).terms)] }),
      respond: (ctx, _outcome, { params }) => shown(ctx, params.id),
    }),
  ];
}

/** Pulls a private quote; the new one is signed now, and stands once the ledger has pulled the one before. */
async function changePrivate(ctx: Context, parts: OrderParts, before: Quote, terms: QuoteTerms): Promise<Prepared> {
  await requirePrivate(ctx, terms);
  const other = await replacementOf(ctx.db, before.hash);
  const failed = other && (await ctx.ledgerClient.await(other.operation, 0)).state === 'refused' ? other : undefined;
  const signed = await signQuote(ctx, parts, terms);
  return {
    calls: [pull(before.terms)],
    async record(tx, operation) {
      if (failed) await dropReplacement(tx, failed);
      const stored = await storeOrder(tx, { ...signed, inPlaceOf: { hash: before.hash, operation } });
      if (!stored) throw new DeeptierError(refusals.QUOTE_BEING_CHANGED, { quote: before.hash });
    },
  };
}

function publish(terms: QuoteTerms, replaces: string): Call {
  return call('Discounting', 'publish', terms, replaces);
}

function pull(terms: QuoteTerms): Call {
  return call('Discounting', 'pull', terms);
}

async function shown(ctx: Context, hash: string | undefined): Promise<Made<QuoteResource>> {
  const quote = hash === undefined ? undefined : (await quotesByHash(ctx.db, [hash], ctx.asOf)).get(hash);
  if (!quote) throw new Error(`the quote ${hash} was made and is not there`);
  return { body: await presented(ctx, quote), location: `/v1/quotes/${quote.hash}` };
}

async function presented(ctx: Context, quote: Quote): Promise<QuoteResource> {
  const [body] = await presentQuotes(ctx, [quote]);
  return body as QuoteResource;
}
