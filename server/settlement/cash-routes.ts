// SPDX-License-Identifier: Apache-2.0
import { BANK_CHECKERS, MEMBERS } from '../access/who.ts';
import { z } from 'zod';
import { isShownWithoutGrant, visibilityOf } from '../access/visibility.ts';
import { partyNames } from '../parties/queries.ts';
import { idFrom, type IdText, partyId, type PartyId } from '../values/ids.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { openCash } from './commands.ts';
import {
  balanceResource,
  cashResource,
  entryResource,
  presentBalance,
  presentCash,
  presentEntry,
} from './cash-resource.ts';
import { accountOf, cashCurrencies, cashIn } from './queries.ts';
import { settlementRefusals } from './refusals.ts';
import { currencyParams } from './schemas.ts';
import { statementOf } from './statement.ts';

const someParty = partyId
  .optional()
  .meta({ description: 'The party; your own if absent. Another party only for a regulator, or for its successor.' });
const { CASH_ALREADY_OPEN, CASH_NOT_YOURS, CASH_UNKNOWN } = settlementRefusals;

/** Settlement cash: its currencies, and what is in an account. */
export const cashRoutes: readonly Route[] = [
  readRoute({
    path: '/v1/cash',
    summary: 'List settlement cash: currencies, banks and ERC-20 contracts',
    access: MEMBERS,
    lookUp: null,
    response: z.strictObject({ items: z.array(cashResource) }),
    refusals: [],
    async handle(ctx) {
      return { items: await presentCash(ctx, await cashCurrencies(ctx.db, ctx.asOf)) };
    },
  }),
  readRoute({
    path: '/v1/cash/{currency}/balance',
    summary: 'Show the balance of a party',
    access: MEMBERS,
    lookUp: { one: 'cash balance' },
    params: currencyParams,
    query: z.strictObject({ party: someParty }),
    response: balanceResource,
    refusals: [CASH_UNKNOWN, CASH_NOT_YOURS],
    async handle(ctx, { params, query }) {
      const party = await partyToShow(ctx, params.currency, query.party, 'cash balance');
      const account = await accountOf(ctx.db, params.currency, party, ctx.asOf);
      return presentBalance(ctx, party, params.currency, account);
    },
  }),
  readRoute({
    path: '/v1/cash/{currency}/statement',
    summary: 'Show the statement of a party, newest first',
    description: 'What an obligor paid to the holders of one payable in one block is one entry, without their names.',
    access: MEMBERS,
    lookUp: { one: 'cash statement' },
    params: currencyParams,
    query: z.strictObject({ party: someParty, ...pageQuery }),
    response: pageOf(entryResource),
    refusals: [CASH_UNKNOWN, CASH_NOT_YOURS],
    async handle(ctx, { params, query }) {
      const party = await partyToShow(ctx, params.currency, query.party, 'cash statement');
      const rows = await statementOf(ctx.db, params.currency, party, ctx.asOf, ctx.page);
      const names = await partyNames(
        ctx.db,
        rows.flatMap(({ counterparty }) => counterparty ?? []),
        ctx.asOf,
      );
      return ctx.page.of(
        rows,
        (row) => [row.block.toString(), String(row.log)],
        (row) => presentEntry(row, names),
      );
    },
  }),
  commandRoute({
    method: 'post',
    path: '/v1/cash/{currency}',
    summary: 'Open settlement cash in a currency, as its bank',
    access: BANK_CHECKERS,
    params: currencyParams,
    status: 201,
    response: cashResource,
    refusals: [CASH_ALREADY_OPEN],
    prepare: async (_ctx, { params }) => ({ calls: [openCash(params.currency)] }),
    async respond(ctx, _outcome, { params }) {
      const opened = await cashIn(ctx.db, params.currency, ctx.asOf);
      const [body] = await presentCash(ctx, opened ? [opened] : []);
      if (!body) throw new Error(`cash in ${params.currency} was opened and is not there`);
      return { body, location: '/v1/cash' };
    },
  }),
];

/** The party asked for, if the caller may see what it has. */
async function partyToShow(
  ctx: Context,
  code: string,
  asked: IdText<'PartyId'> | undefined,
  what: string,
): Promise<PartyId> {
  if (!(await cashIn(ctx.db, code, ctx.asOf))) throw new DeeptierError(CASH_UNKNOWN, { currency: code });
  const party = asked === undefined ? ctx.caller.party : idFrom(asked);
  if (party === ctx.caller.party) {
    ctx.shows('own');
    return party;
  }
  if (!isShownWithoutGrant(await visibilityOf(ctx), party)) {
    throw new DeeptierError(CASH_NOT_YOURS, { party: String(party) });
  }
  ctx.shows({ kind: what, subject: `${party} ${code}`, parties: [party] });
  return party;
}
