// SPDX-License-Identifier: Apache-2.0
import { FINANCIER_MAKERS, HOLDER_MAKERS } from '../../access/who.ts';
import { commandRoute, offLedgerRoute, type Route } from '../../http/route.ts';
import { lotsWithNotes } from '../../offers/lots.ts';
import { offersAnswering } from '../../offers/queries.ts';
import { offerRefusals } from '../../offers/refusals.ts';
import { requireStanding } from '../../offers/requirements.ts';
import type { OrderParts } from '../../offers/sign.ts';
import { signOffer, storeOrder } from '../../offers/store.ts';
import { partyRefusals } from '../../parties/refusals.ts';
import { DeeptierError } from '../../values/errors.ts';
import { recourseRefusal } from '../recourse.ts';
import { quoteRefusals as refusals } from '../refusals.ts';
import { saleDone } from '../sale-resource.ts';
import { respondSale, SALE_REFUSALS, sellUnder } from '../commands.ts';
import { QUOTE } from '../terms.ts';
import { acceptanceBody, answerBody, answerTerms, declineBody, requestParams } from './bodies.ts';
import { ownRequest, requestPutTo } from './find.ts';
import { presentOwnView, requestDetail } from './resource.ts';
import { claimAcceptance, lotsIn, recordDecline, requireState } from './store.ts';

const MOST_ANSWERS = 10;

/** Answers to a request: financiers give or decline them, each for itself, and one is accepted. */
export function answeringRoutes(parts: OrderParts): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/quote-requests/{id}/answers',
      access: FINANCIER_MAKERS,
      status: 201,
      summary: 'Answer a request with a quote',
      description:
        "The quote is signed with your party's key for the seller that asked and for these lots alone. It binds your party until it expires or you withdraw it with DELETE /v1/quotes/{id}.",
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
        return { body: await presentOwnView(ctx, request.id), location: `/v1/quotes/${signed.hash}` };
      },
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/quote-requests/{id}/declines',
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
        return { body: await presentOwnView(ctx, request.id) };
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/quote-requests/{id}/acceptance',
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Accept an answer and sell the notes',
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
  ];
}
