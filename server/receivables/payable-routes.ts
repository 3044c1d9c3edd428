// SPDX-License-Identifier: Apache-2.0
import { HOLDER_MAKERS, MEMBERS, PRINCIPAL_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { partiesOf, visibilityOf } from '../access/visibility.ts';
import { idFrom, noteIdOf, partyId, payableId, type PayableId } from '../values/ids.ts';
import { DeeptierError } from '../values/errors.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { currency, ledgerDateText } from '../values/schemas.ts';
import { decideOffer } from './commands.ts';
import { findNote, findPayable } from './find.ts';
import { payablesPage } from './lists.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import { presentPayable, presentPayables, presentTransfers } from './present.ts';
import { payableById } from './queries.ts';
import { transferOf } from './transfers.ts';
import { receivableRefusals as refusals } from './refusals.ts';
import { payableResource, payableWord, transferResource, treeResource } from './resources.ts';
import { presentTree } from './tree.ts';
import { listedPayableViewOf } from './visibility.ts';

const payableParams = z.strictObject({ id: payableId });

const OFFER_REFUSALS = [refusals.PAYABLE_UNKNOWN, refusals.NOTE_UNKNOWN, refusals.NOTE_NOT_OFFERED];

const listQuery = z.strictObject({
  status: payableWord.optional(),
  obligor: partyId.optional(),
  currency: currency.optional(),
  dueBefore: ledgerDateText.optional().meta({ description: 'Due on this date or before.' }),
  ...pageQuery,
});

/** Payables: what is owed, and how the first supplier takes or declines it. */
export function payableRoutes(): readonly Route[] {
  return [
    readRoute({
      path: '/v1/payables',
      access: MEMBERS,
      lookUp: { list: 'payables' },
      refusals: [],
      summary: 'List the payables you may see, the newest first',
      description: 'An obligor sees its own, a holder those it holds notes of, each as far as it concerns them.',
      query: listQuery,
      response: pageOf(payableResource),
      async handle(ctx, { query }) {
        const visibility = await visibilityOf(ctx);
        const filter = { ...query, obligor: query.obligor === undefined ? undefined : idFrom(query.obligor) };
        const today = dateAt(await blockTimeOf(ctx));
        const rows = await payablesPage(ctx.db, visibility, filter, today, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ id }) => [id.toString()],
          (payable) => ({ payable, view: listedPayableViewOf(visibility, payable) }),
        );
        return { items: await presentPayables(ctx, items, partiesOf(visibility)), next };
      },
    }),
    readRoute({
      path: '/v1/payables/{id}',
      access: MEMBERS,
      lookUp: { one: 'payable' },
      refusals: [refusals.PAYABLE_UNKNOWN],
      summary: 'Show a payable',
      description:
        'An active payable is overdue from the day after its due date and defaulted from its default date on.',
      params: payableParams,
      response: payableResource,
      async handle(ctx, { params }) {
        const { payable, view, own } = await findPayable(ctx, idFrom(params.id));
        return presentPayable(ctx, payable, view, own);
      },
    }),
    readRoute({
      path: '/v1/payables/{id}/tree',
      access: MEMBERS,
      lookUp: { one: 'payable' },
      refusals: [refusals.PAYABLE_UNKNOWN, refusals.TREE_NOT_YOURS],
      summary: 'Show a payable with everything below it',
      description:
        'Totals by tier, by holder and by status each add up to the face; what a financier bought stays on its tier. Its obligor sees the totals by status.',
      params: payableParams,
      response: treeResource,
      async handle(ctx, { params }) {
        const { payable, view } = await findPayable(ctx, idFrom(params.id));
        if (view === 'holder' || view === 'payment')
          throw new DeeptierError(refusals.TREE_NOT_YOURS, { payableId: params.id });
        return presentTree(ctx, payable, view);
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/payables/{id}/acceptance',
      access: HOLDER_MAKERS,
      status: 200,
      summary: 'Accept a payable as its first supplier',
      description: 'From then on the promise is irrevocable. Acceptance is voluntary.',
      params: payableParams,
      response: payableResource,
      refusals: [
        ...OFFER_REFUSALS,
        refusals.NOT_THE_RECIPIENT,
        refusals.OFFER_HAS_EXPIRED,
        refusals.NOTE_MATURED,
        refusals.NOTE_UNDER_HOLD,
        refusals.LOOP_TO_OBLIGOR,
      ],
      async prepare(ctx, { params }) {
        return { calls: [decideOffer('accept', (await firstNote(ctx, idFrom(params.id))).id)] };
      },
      async respond(ctx, _outcome, { params }) {
        const payable = await payableById(ctx.db, idFrom(params.id), ctx.asOf);
        if (!payable) throw new Error(`payable ${params.id} is not in the tables`);
        return {
          body: await presentPayable(ctx, payable, 'holder', new Set([payable.firstSupplier])),
          location: `/v1/payables/${params.id}`,
        };
      },
    }),
    ...(['rejection', 'withdrawal'] as const).map((end) =>
      commandRoute({
        method: 'post',
        path: `/v1/payables/{id}/${end}`,
        access: PRINCIPAL_MAKERS,
        status: 200,
        summary:
          end === 'rejection'
            ? 'Reject a payable as its first supplier'
            : 'Withdraw a payable that was not accepted yet',
        description: 'The payable is void; its limit and documents become available again.',
        params: payableParams,
        response: transferResource,
        refusals: [...OFFER_REFUSALS, end === 'rejection' ? refusals.NOT_THE_RECIPIENT : refusals.NOT_THE_HOLDER],
        async prepare(ctx, { params }) {
          return {
            calls: [
              decideOffer(end === 'rejection' ? 'reject' : 'withdraw', (await firstNote(ctx, idFrom(params.id))).id),
            ],
          };
        },
        async respond(ctx, _outcome, { params }) {
          const payable = await payableById(ctx.db, idFrom(params.id), ctx.asOf);
          const issue = await transferOf(ctx.db, noteIdOf(idFrom(params.id), 1n), ctx.asOf);
          if (!payable || !issue) throw new Error(`payable ${params.id} is not in the tables`);
          const [body] = await presentTransfers(ctx, [issue], payable.currency);
          return { body: body as z.input<typeof transferResource> };
        },
      }),
    ),
  ];
}

/** The note that was issued, if the caller may see it; else the payable is unknown to it. */
async function firstNote(ctx: Parameters<typeof findNote>[0], payable: PayableId) {
  const { payable: found } = await findPayable(ctx, payable);
  const { note } = await findNote(ctx, noteIdOf(found.id, 1n));
  return note;
}
