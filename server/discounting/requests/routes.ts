import { idFrom, type PartyId } from '../../values/ids.ts';
import { FINANCIER_MAKERS, HOLDERS_AND_WATCHERS, HOLDER_MAKERS } from '../../access/who.ts';
import { z } from 'zod';
import { ownPartiesOf, partiesOf, visibilityOf } from '../../access/visibility.ts';
import { partyNames } from '../../parties/queries.ts';
import { partyRefusals } from '../../parties/refusals.ts';
import { DeeptierError } from '../../values/errors.ts';
import type { Context } from '../../http/context.ts';
import { offLedgerRoute, commandRoute, readRoute, type Route } from '../../http/route.ts';
import { pageOf, pageQuery } from '../../http/schemas.ts';
import { uuid } from '../../values/schemas.ts';
import type { OrderParts } from '../../offers/sign.ts';
import { offersAnswering } from '../../offers/queries.ts';
import { offerRefusals } from '../../offers/refusals.ts';
import { requireStanding } from '../../offers/requirements.ts';
import { signOffer, storeOrder } from '../../offers/store.ts';
import { LOT_REFUSALS } from '../../offers/taking.ts';
import { lotsOf, lotsWithNotes, type NoteLot } from '../../offers/lots.ts';
import { recourseRefusal } from '../recourse.ts';
import { quoteRefusals as refusals } from '../refusals.ts';
import { saleDone } from '../sale-resource.ts';
import { respondSale, SALE_REFUSALS, sellUnder } from '../selling.ts';
import { QUOTE } from '../terms.ts';
import { acceptanceBody, answerBody, answerTerms, declineBody, requestBody } from './bodies.ts';
import { checkDuplicates } from '../../offers/free-lots.ts';
import { presentRequest, presentRequests, requestDetail, type RequestDetail, requestResource } from './resource.ts';
import {
  claimAcceptance,
  createRequest,
  type Viewer,
  lotsIn,
  type QuoteRequest,
  recordDecline,
  requestOf,
  requestsPage,
  requireState,
  withdrawRequest,
} from './store.ts';

const capability = 'financing';
const requestParams = z.strictObject({ id: uuid });
/** As many as the ledger takes in one sale. */
const MOST_LOTS = 50;
const MOST_ANSWERS = 10;

const listQuery = z.strictObject({
  side: z.enum(['asked', 'received']).optional().meta({ description: 'What your party asked, or what is put to it.' }),
  ...pageQuery,
});

/** Requests for quotes: a supplier asks, financiers answer each for itself, and one answer is accepted. */
export function requestRoutes(parts: OrderParts): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/quote-requests',
      capability,
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Ask financiers for quotes on your notes',
      description:
        'On one note, part of it or a bundle, in one currency. It is looked at once whether the notes are free and their documents carry them, so that nothing is offered ' +
        "twice. The financiers see the obligors, amounts, due dates and tiers, and never one another's answers.",
      body: requestBody,
      response: requestDetail,
      refusals: [...LOT_REFUSALS, partyRefusals.PARTY_UNKNOWN, partyRefusals.ROLE_MISSING, offerRefusals.OFFER_INVALID],
      async handle(ctx, { body }, db) {
        const lots = await lotsOf(ctx, body.lots);
        requireOneSale(lots);
        const invited = body.financiers && [...new Set(body.financiers.map(idFrom))];
        await requireKnown(ctx, invited ?? []);
        const expiresAt = Math.floor(Date.parse(body.expiresAt) / 1000);
        if (expiresAt <= ctx.chain.clock.now())
          throw new DeeptierError(offerRefusals.OFFER_INVALID, { field: 'expiresAt' });
        const {
          faults: [fault],
        } = await checkDuplicates(ctx, lots, ctx.caller.party);
        if (fault) throw fault;
        const asked = { currency: lots[0]?.payable.currency ?? '', lots, recourse: body.recourse, invited, expiresAt };
        const request = await createRequest(db, ctx.caller, asked, ctx.chain.clock.now());
        return { body: await detailOf(ctx, request.id), location: `/v1/quote-requests/${request.id}` };
      },
    }),
    readRoute({
      path: '/v1/quote-requests',
      capability,
      access: HOLDERS_AND_WATCHERS,
      lookUp: { list: 'quote requests' },
      refusals: [],
      summary: 'List the requests for quotes of your party, and those put to it, the newest first',
      description: 'Requests are not on the ledger: they are listed as they stand now.',
      query: listQuery,
      response: pageOf(requestResource),
      async handle(ctx, { query }) {
        const rows = await requestsPage(ctx.db, await viewerOf(ctx), query.side, ctx.page);
        const { items, next } = ctx.page.of(
          rows,
          ({ request }) => [request.asked_at.toString(), request.id],
          (row) => row,
        );
        return { items: await presentRequests(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/quote-requests/{id}',
      capability,
      access: HOLDERS_AND_WATCHERS,
      lookUp: { one: 'quote request' },
      refusals: [refusals.REQUEST_UNKNOWN],
      summary: 'Show a request for quotes with its answers',
      description:
        'Each answer with what it comes to now, as the ledger says. Who asked sees all answers, a financier its own.',
      params: requestParams,
      response: requestDetail,
      async handle(ctx, { params }) {
        const viewer = await viewerOf(ctx);
        const found = await requestOf(ctx.db, viewer, params.id);
        ctx.shows({
          kind: 'quote request',
          subject: params.id,
          parties: [found.request.asker, ...(found.request.invited ?? [])],
        });
        return presentRequest(ctx, viewer, found);
      },
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/quote-requests/{id}/answers',
      capability,
      access: FINANCIER_MAKERS,
      status: 201,
      summary: 'Answer a request with a quote',
      description:
        "The quote is signed with your party's key for who asked and for these lots alone, and binds until it expires or you withdraw it: DELETE /v1/quotes/{id}.",
      params: requestParams,
      body: answerBody,
      response: requestDetail,
      refusals: [
        refusals.REQUEST_UNKNOWN,
        refusals.REQUEST_CLOSED,
        refusals.RECOURSE_DIFFERS,
        refusals.TOO_MANY_ANSWERS,
        offerRefusals.OFFER_EXPIRED,
        offerRefusals.OFFER_INVALID,
        partyRefusals.PARTY_UNKNOWN,
        offerRefusals.OFFER_TO_SELF,
      ],
      async handle(ctx, { params, body }, db) {
        const request = await requestPutTo(ctx, params.id);
        await requireState(ctx, request, 'open');
        const unwanted = recourseRefusal(body.recourse, request.recourse);
        if (unwanted) throw unwanted;
        const answers = await offersAnswering(db, QUOTE, request.id, ctx.asOf);
        const given = answers.filter(({ by }) => by === ctx.caller.party).length;
        if (given >= MOST_ANSWERS)
          throw new DeeptierError(refusals.TOO_MANY_ANSWERS, { count: String(given), maximum: String(MOST_ANSWERS) });
        const terms = answerTerms(ctx.caller.party, request.asker, await lotsWithNotes(ctx, lotsIn(request)), body);
        await requireStanding(ctx, QUOTE, terms);
        const signed = await signOffer(ctx, parts, QUOTE, terms);
        await storeOrder(db, { ...signed, request: request.id });
        return { body: await detailOf(ctx, request.id), location: `/v1/quotes/${signed.hash}` };
      },
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/quote-requests/{id}/declines',
      capability,
      access: FINANCIER_MAKERS,
      status: 201,
      summary: 'Decline a request, with the reason',
      params: requestParams,
      body: declineBody,
      response: requestDetail,
      refusals: [refusals.REQUEST_UNKNOWN, refusals.REQUEST_CLOSED, offerRefusals.OFFER_TO_SELF],
      async handle(ctx, { params, body }, db) {
        const request = await requestPutTo(ctx, params.id);
        await requireState(ctx, request, 'open');
        await recordDecline(db, request, ctx.caller, body.reason, ctx.chain.clock.now());
        return { body: await detailOf(ctx, request.id) };
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/quote-requests/{id}/acceptance',
      capability,
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Accept an answer, which sells the notes',
      description:
        'Notes and cash change hands in one transaction, as in any sale. A refused acceptance leaves the request as it was.',
      params: requestParams,
      body: acceptanceBody,
      response: saleDone,
      refusals: [refusals.REQUEST_UNKNOWN, refusals.REQUEST_CLOSED, refusals.ANSWER_UNKNOWN, ...SALE_REFUSALS],
      async prepare(ctx, { params, body }) {
        const request = await ownRequest(ctx, params.id);
        await requireState(ctx, request, 'open', 'expired');
        const answer = (await offersAnswering(ctx.db, QUOTE, request.id, ctx.asOf)).find(
          ({ hash }) => hash === body.answer,
        );
        if (!answer) throw new DeeptierError(refusals.ANSWER_UNKNOWN, { request: request.id, answer: body.answer });
        return {
          ...sellUnder(answer, await lotsWithNotes(ctx, lotsIn(request)), body),
          record: (tx, operation) => claimAcceptance(tx, request, answer.hash, operation),
        };
      },
      respond: respondSale,
    }),
    offLedgerRoute({
      method: 'delete',
      path: '/v1/quote-requests/{id}',
      capability,
      access: HOLDER_MAKERS,
      status: 200,
      summary: 'Withdraw a request',
      description: 'Financiers see it no longer. What they signed stands until it expires, or they withdraw it.',
      params: requestParams,
      response: requestDetail,
      refusals: [refusals.REQUEST_UNKNOWN, refusals.REQUEST_CLOSED],
      async handle(ctx, { params }, db) {
        const request = await ownRequest(ctx, params.id);
        await requireState(ctx, request, 'open', 'expired');
        await withdrawRequest(db, request, ctx.chain.clock.now());
        return { body: await detailOf(ctx, request.id) };
      },
    }),
  ];
}

async function viewerOf(ctx: Context): Promise<Viewer> {
  const visibility = await visibilityOf(ctx);
  const looksForItself = ownPartiesOf(visibility).has(ctx.caller.party);
  return { visibility, isFinancier: looksForItself && ctx.caller.partyRoles.includes('financier') };
}

async function detailOf(ctx: Context, id: string): Promise<RequestDetail> {
  const viewer = await viewerOf(ctx);
  return presentRequest(ctx, viewer, await requestOf(ctx.db, viewer, id));
}

/** Of the caller's party, or of one that it succeeded. */
async function ownRequest(ctx: Context, id: string): Promise<QuoteRequest> {
  const { request, view } = await requestOf(ctx.db, await viewerOf(ctx), id);
  if (view !== 'asker') throw new DeeptierError(refusals.REQUEST_UNKNOWN, { request: id });
  return request;
}

/** Of somebody else, and put to the caller's party. */
async function requestPutTo(ctx: Context, id: string): Promise<QuoteRequest> {
  const viewer = await viewerOf(ctx);
  const { request } = await requestOf(ctx.db, viewer, id);
  if (partiesOf(viewer.visibility).has(request.asker))
    throw new DeeptierError(offerRefusals.OFFER_TO_SELF, { party: String(ctx.caller.party) });
  return request;
}

/** What one sale can be of: each note once, all in one currency. */
function requireOneSale(lots: readonly NoteLot[]): void {
  if (lots.length > MOST_LOTS)
    throw new DeeptierError(offerRefusals.LOT_COUNT, { count: String(lots.length), maximum: String(MOST_LOTS) });
  const twice = lots.find(({ note }, place) => lots[place - 1]?.note === note);
  if (twice) throw new DeeptierError(offerRefusals.LOTS_OUT_OF_ORDER, { note: twice.note.toString() });
  const currency = lots[0]?.payable.currency ?? '';
  const other = lots.find(({ payable }) => payable.currency !== currency)?.payable;
  if (other)
    throw new DeeptierError(offerRefusals.OFFER_CURRENCY_DIFFERS, {
      payableId: other.id.toString(),
      currency: other.currency,
      offered: currency,
    });
}

async function requireKnown(ctx: Context, parties: readonly PartyId[]): Promise<void> {
  const known = await partyNames(ctx.db, parties, ctx.asOf);
  const unknown = parties.find((party) => !known.has(party));
  if (unknown !== undefined) throw new DeeptierError(partyRefusals.PARTY_UNKNOWN, { party: String(unknown) });
}
