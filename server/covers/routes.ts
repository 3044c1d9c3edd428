import { CARRIER_CHECKERS, MEMBERS, PRINCIPALS, PRINCIPAL_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { successorOf } from '../parties/queries.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { offLedgerRoute, commandRoute, type Done, type Made, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { findNote } from '../receivables/find.ts';
import { type CoverId, idFrom, type PartyId, payableId } from '../values/ids.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { settlementRefusals } from '../settlement/refusals.ts';
import { causeBody } from '../recourse/commands.ts';
import { recourseRefusals } from '../recourse/refusals.ts';
import { calculateWaterfall, waterfallResource } from './calculation.ts';
import {
  cancel,
  claimLoss,
  consentBody,
  consentTo,
  coverBody,
  lossBody,
  payShares,
  propose,
  sharesBody,
  waterfallBody,
} from './commands.ts';
import { accountsOf, type Cover, coverById, coversPage, isShown } from './queries.ts';
import { coverRefusals as refusals } from './refusals.ts';
import { eventOf } from '../ledger/contract-types.ts';
import { coverDetail, coverId, coverResource, coverStage, presentAccounts, presentCovers } from './resources.ts';

const capability = 'financing';

const coverParams = z.strictObject({ id: coverId });
const listQuery = z.strictObject({ stage: coverStage.optional(), payable: payableId.optional(), ...pageQuery });

/** Covers: guarantors and insurers bear the loss on unpaid notes, layer by layer. */
export function coverRoutes(): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/covers/waterfall-calculations',
      capability,
      status: 200,
      idempotency: 'none',
      access: PRINCIPALS,
      summary: 'Who would bear what of a loss, and get back what of a recovery',
      description: 'By the published waterfall, before anything is signed. Nothing is stored and nobody is bound.',
      body: waterfallBody,
      response: waterfallResource,
      refusals: [refusals.COVER_INVALID, refusals.LOSS_BELOW_RECOVERY],
      handle: async (_ctx, { body }) => ({ body: calculateWaterfall(body) }),
    }),
    readRoute({
      path: '/v1/covers',
      capability,
      access: MEMBERS,
      lookUp: { list: 'covers' },
      refusals: [],
      summary: 'List the covers you may see, the newest first',
      query: listQuery,
      response: pageOf(coverResource),
      async handle(ctx, { query }) {
        const filter = { stage: query.stage, payable: query.payable === undefined ? undefined : idFrom(query.payable) };
        const rows = await coversPage(ctx.db, await visibilityOf(ctx), filter, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ id }) => [id.toString()],
          (cover) => cover,
        );
        return { items: await presentCovers(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/covers/{id}',
      capability,
      access: MEMBERS,
      lookUp: { one: 'cover' },
      refusals: [refusals.COVER_UNKNOWN],
      summary: 'Show a cover, and how its waterfall stands',
      description: 'Layers and carriers, what was claimed, who paid what and got back what.',
      params: coverParams,
      response: coverDetail,
      handle: async (ctx, { params }) => presentDetail(ctx, await findCover(ctx, idFrom(params.id))),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/covers',
      capability,
      access: PRINCIPAL_MAKERS,
      status: 201,
      summary: 'Propose a cover: a policy or a guarantee, in layers',
      description:
        'As its insured or as a carrier, which consents by it. It is in force once every carrier has consented.',
      body: coverBody,
      response: coverDetail,
      refusals: [
        refusals.COVER_INVALID,
        refusals.NOT_IN_COVER,
        settlementRefusals.CASH_UNKNOWN,
        receivableRefusals.PAYABLE_UNKNOWN,
        partyRefusals.PARTY_UNKNOWN,
        partyRefusals.ROLE_MISSING,
        partyRefusals.PARTY_IS_SUSPENDED,
        partyRefusals.PARTY_IS_SUCCEEDED,
        partyRefusals.ADMISSION_EXPIRED,
      ],
      prepare: async (_ctx, { body }) => ({ calls: [propose(body)] }),
      async respond(ctx, { events }) {
        return changed(ctx, eventOf(events, 'CoverBook.CoverProposed').args.cover);
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/covers/{id}/consents',
      capability,
      access: CARRIER_CHECKERS,
      status: 200,
      summary: 'Consent to a cover that you carry',
      description:
        'To the terms you name. With it you instruct its payments: a claim is paid out of your settlement cash at once.',
      params: coverParams,
      body: consentBody,
      response: coverDetail,
      refusals: [
        refusals.COVER_UNKNOWN,
        refusals.COVER_NOT_PROPOSED,
        refusals.COVER_TERMS_DIFFER,
        refusals.CARRIER_CONSENT_NOT_DUE,
        refusals.NOT_THE_CARRIER,
      ],
      async prepare(ctx, { params, body }) {
        const cover = await findCover(ctx, idFrom(params.id));
        const carriers = await carriedBy(ctx, cover);
        const due = carriers.filter((party) => !cover.consented.has(party));
        // Where nothing is due, the ledger says why.
        const asked = due.length > 0 ? due : [carriers[0] ?? ctx.caller.party];
        return { calls: asked.map((carrier) => consentTo(cover.id, carrier, body.termsHash)) };
      },
      respond: (ctx, _outcome, { params }) => changed(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/covers/{id}/cancellation',
      capability,
      access: PRINCIPAL_MAKERS,
      status: 200,
      openWithoutStanding: true,
      summary: 'End a cover that is not in force',
      params: coverParams,
      body: causeBody,
      response: coverDetail,
      refusals: [
        refusals.COVER_UNKNOWN,
        refusals.COVER_NOT_PROPOSED,
        refusals.NOT_IN_COVER,
        recourseRefusals.CAUSE_MISSING,
      ],
      async prepare(ctx, { params, body }) {
        const cover = await findCover(ctx, idFrom(params.id));
        return { calls: [cancel(cover.id, body.cause)] };
      },
      respond: (ctx, _outcome, { params }) => changed(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/covers/{id}/claims',
      capability,
      access: PRINCIPAL_MAKERS,
      status: 201,
      openWithoutStanding: true,
      summary: 'Claim the loss on a note',
      description:
        'All its units, of a payable in default. Each carrier pays at once as far as its cash goes, straight to you, or to a lender with a pledge on the note; the rest it ' +
        'owes. You keep the note; what comes in on it later goes back in reverse order.',
      params: coverParams,
      body: lossBody,
      response: coverDetail,
      refusals: [
        refusals.COVER_UNKNOWN,
        refusals.COVER_NOT_IN_FORCE,
        refusals.NOT_THE_INSURED,
        refusals.NOTE_NOT_COVERED,
        refusals.LOSS_ALREADY_CLAIMED,
        recourseRefusals.CAUSE_MISSING,
        recourseRefusals.NOT_IN_DEFAULT,
        receivableRefusals.NOTE_UNKNOWN,
        receivableRefusals.NOTE_NOT_HELD,
        receivableRefusals.NOT_THE_HOLDER,
      ],
      async prepare(ctx, { params, body }) {
        const cover = await findCover(ctx, idFrom(params.id));
        await findNote(ctx, idFrom(body.note));
        return { calls: [claimLoss(cover.id, body)] };
      },
      respond: (ctx, _outcome, { params }) => changed(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/covers/{id}/share-payments',
      capability,
      access: PRINCIPAL_MAKERS,
      status: 200,
      openWithoutStanding: true,
      summary: 'Have carriers pay what they still owe on a claim',
      description: 'As far as the cash of each goes. For who claimed, and for the carriers.',
      params: coverParams,
      body: sharesBody,
      response: coverDetail,
      refusals: [refusals.COVER_UNKNOWN, refusals.LOSS_NOT_CLAIMED, refusals.NOT_IN_COVER, refusals.NOTHING_TO_PAY],
      async prepare(ctx, { params, body }) {
        const cover = await findCover(ctx, idFrom(params.id));
        return { calls: [payShares(cover.id, idFrom(body.note))] };
      },
      respond: (ctx, _outcome: Done, { params }) => changed(ctx, idFrom(params.id)),
    }),
  ];
}

/** A cover that the caller may see. Throws `COVER_UNKNOWN`, just as if there were none. */
async function findCover(ctx: Context, id: CoverId): Promise<Cover> {
  const visibility = await visibilityOf(ctx);
  const cover = await coverById(ctx.db, id, ctx.asOf);
  if (!cover || !(await isShown(ctx.db, visibility, id, ctx.asOf)))
    throw new DeeptierError(refusals.COVER_UNKNOWN, { cover: id.toString() });
  ctx.shows({
    kind: 'cover',
    subject: id.toString(),
    parties: partiesOf(cover),
    ...(cover.payable === null ? {} : { payable: cover.payable }),
  });
  return cover;
}

/** Those of the cover's carriers that the caller is, or stands in for. */
async function carriedBy({ db, caller, asOf }: Context, cover: Cover): Promise<PartyId[]> {
  const own: PartyId[] = [];
  for (const party of new Set(cover.layers.flatMap(({ carriers }) => carriers.map((carrier) => carrier.party)))) {
    if (party === caller.party || (await successorOf(db, party, asOf)) === caller.party) own.push(party);
  }
  return own;
}

function partiesOf({ insured, proposedBy, layers }: Cover): PartyId[] {
  return [
    ...(insured === null ? [] : [insured]),
    proposedBy,
    ...layers.flatMap(({ carriers }) => carriers.map(({ party }) => party)),
  ];
}

/** Who is insured among others sees its own losses alone; everybody else who sees the cover sees all. */
async function presentDetail(ctx: Context, cover: Cover): Promise<z.input<typeof coverDetail>> {
  const visibility = await visibilityOf(ctx);
  const accounts = await accountsOf(ctx.db, cover.id, ctx.asOf);
  const seesAll = visibility.kind !== 'own' || partiesOf(cover).some((party) => visibility.parties.has(party));
  const seen = accounts.filter(({ payee }) => seesAll || (visibility.kind === 'own' && visibility.parties.has(payee)));
  const [shown] = await presentCovers(ctx, [cover]);
  return { ...(shown as z.input<typeof coverResource>), accounts: await presentAccounts(ctx, cover, seen) };
}

async function changed(ctx: Context, id: CoverId): Promise<Made<z.input<typeof coverDetail>>> {
  const cover = await coverById(ctx.db, id, ctx.asOf);
  if (!cover) throw new Error(`cover ${id} is not in the tables`);
  return { body: await presentDetail(ctx, cover), location: `/v1/covers/${id}` };
}
