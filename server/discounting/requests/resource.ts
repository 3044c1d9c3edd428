// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../../values/ids.ts';
import { partiesOf } from '../../access/visibility.ts';
import { z } from 'zod';
import { partyNames } from '../../parties/queries.ts';
import { partyReference, referenceTo } from '../../parties/schemas.ts';
import type { Context } from '../../http/context.ts';
import { amount, currency, instant, uuid } from '../../values/schemas.ts';
import { instantOf } from '../../ledger/block-time.ts';
import { appraise } from '../../offers/comparison.ts';
import { reasonOf, reasonResource } from '../../offers/comparison-resource.ts';
import { saleAsked } from '../asked.ts';
import { offerResource, presentPriced } from '../comparison-resource.ts';
import { recourseWanted } from '../recourse.ts';
import { faceOf, lotResource, lotsWithNotes, type NoteLot, presentLots } from '../../offers/lots.ts';
import { offersAnswering } from '../../offers/queries.ts';
import { presentQuotes, type Quote, quoteResource, type QuoteResource } from '../resource.ts';
import { saleId } from '../sale-resource.ts';
import { QUOTE } from '../terms.ts';
import { checkDuplicates } from '../../offers/free-lots.ts';
import { viewerOf } from './find.ts';
import {
  type Decline,
  declinesOf,
  type Viewer,
  lotsIn,
  type QuoteRequest,
  REQUEST_STATES,
  requestOf,
  type RequestView,
  standingsOf,
} from './store.ts';

export const requestResource = z
  .strictObject({
    id: uuid,
    asker: partyReference,
    state: z
      .enum(REQUEST_STATES)
      .meta({
        description:
          '`expired`: it takes no more answers; one that stands may still be accepted. `accepting`: an acceptance is on its way to the ledger.',
      }),
    currency,
    face: amount.meta({ description: 'Of all lots together.', example: '12345678' }),
    lots: z.array(lotResource),
    recourse: recourseWanted,
    financiers: z
      .array(partyReference)
      .nullable()
      .meta({
        description: 'The financiers it is addressed to, shown to the seller that asked; null for all financiers.',
      }),
    askedAt: instant,
    expiresAt: instant,
    sale: saleId.nullable().meta({ description: 'The sale it led to; shown to the seller that asked.' }),
  })
  .meta({ id: 'QuoteRequest', description: 'A request for quotes on certain notes.' });

const answerResource = z
  .strictObject({
    answer: quoteResource,
    offer: offerResource.nullable().meta({ description: 'What the lots come to under it now.' }),
    reason: reasonResource.nullable().meta({ description: 'Why it does not buy them now.' }),
  })
  .meta({ id: 'QuoteAnswer', description: 'A quote that answers a request.' });

export const requestDetail = requestResource
  .extend({
    check: z
      .strictObject({
        passed: z.boolean(),
        documents: z.int().meta({ description: 'Number of documents that were checked.', example: 2 }),
        faults: z.array(reasonResource),
      })
      .meta({
        description:
          'Whether the notes are free, unpledged and covered by their documents, as of now; the ledger checks it again at the sale.',
      }),
    answers: z
      .array(answerResource)
      .meta({ description: 'All of them for the seller that asked; for a financier its own.' }),
    declines: z.array(z.strictObject({ financier: partyReference, reason: z.string(), declinedAt: instant })),
  })
  .meta({ id: 'QuoteRequestDetail', description: 'A request for quotes, with the answers the caller may see.' });

export type RequestDetail = z.input<typeof requestDetail>;

interface Shown {
  readonly request: QuoteRequest;
  readonly view: RequestView;
}

export async function presentRequests(
  ctx: Context,
  shown: readonly Shown[],
): Promise<z.input<typeof requestResource>[]> {
  const requests = shown.map(({ request }) => request);
  const standings = await standingsOf(ctx, requests);
  const lots = await lotsWithNotes(ctx, requests.flatMap(lotsIn));
  const views = await presentLots(ctx, lots);
  const names = await partyNames(
    ctx.db,
    requests.flatMap(({ asker, invited }) => [asker, ...(invited ?? [])]),
    ctx.asOf,
  );
  let first = 0;
  return shown.map(({ request, view }) => {
    const own = views.slice(first, (first += request.lots.length));
    const standing = standings.get(request.id);
    if (!standing) throw new Error(`it is not known where request ${request.id} stands`);
    return {
      id: request.id,
      asker: referenceTo(request.asker, names),
      state: standing.state,
      currency: request.currency,
      face: faceOf(lotsIn(request)).toString(),
      lots: own,
      recourse: request.recourse,
      financiers: view === 'asker' ? (request.invited?.map((party) => referenceTo(party, names)) ?? null) : null,
      askedAt: instantOf(request.asked_at),
      expiresAt: instantOf(request.expires_at),
      sale: view === 'asker' && standing.sale !== null ? standing.sale.toString() : null,
    };
  });
}

/** A request with its check and with the answers that `viewer` may see, each as the ledger takes it now. */
export async function presentRequest(ctx: Context, viewer: Viewer, shown: Shown): Promise<RequestDetail> {
  const { request, view } = shown;
  const own = partiesOf(viewer.visibility);
  const isShown = (financier: PartyId): boolean => view === 'asker' || own.has(financier);
  const lots = await lotsWithNotes(ctx, lotsIn(request));
  const asker = request.asker;
  const [summary] = await presentRequests(ctx, [shown]);
  const { documents, faults } = await checkDuplicates(ctx, lots, asker);
  const answers = (await offersAnswering(ctx.db, QUOTE, request.id, ctx.asOf)).filter(({ by }) => isShown(by));
  const declines = (await declinesOf(ctx.db, request.id)).filter(({ financier }) => isShown(financier));
  return {
    ...(summary as z.input<typeof requestResource>),
    check: { passed: faults.length === 0, documents, faults: faults.map(reasonOf) },
    answers: await presentAnswers(ctx, answers, asker, lots),
    declines: await presentDeclines(ctx, declines),
  };
}

/** A request as the caller may see it. Throws `REQUEST_UNKNOWN`. */
export async function presentOwnView(ctx: Context, id: string): Promise<RequestDetail> {
  const viewer = await viewerOf(ctx);
  return presentRequest(ctx, viewer, await requestOf(ctx.db, viewer, id));
}

async function presentAnswers(
  ctx: Context,
  answers: readonly Quote[],
  asker: PartyId,
  lots: readonly NoteLot[],
): Promise<RequestDetail['answers']> {
  const asked = await saleAsked(ctx, asker, lots, 'either');
  const [quotes, appraisals] = await Promise.all([presentQuotes(ctx, answers), appraise(ctx, asked, answers)]);
  const offers = await presentPriced(
    ctx,
    lots,
    appraisals.filter((appraisal) => appraisal.refusal === undefined),
  );
  return appraisals.map(({ offer: { hash }, refusal }, place) => ({
    answer: quotes[place] as QuoteResource,
    offer: refusal ? null : (offers.find(({ quote }) => quote.id === hash) ?? null),
    reason: refusal ? reasonOf(refusal) : null,
  }));
}

async function presentDeclines(ctx: Context, declines: readonly Decline[]): Promise<RequestDetail['declines']> {
  const names = await partyNames(
    ctx.db,
    declines.map(({ financier }) => financier),
    ctx.asOf,
  );
  return declines.map(({ financier, reason, declined_at }) => ({
    financier: referenceTo(financier, names),
    reason,
    declinedAt: instantOf(declined_at),
  }));
}
