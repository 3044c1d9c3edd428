// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { Context } from '../../http/context.ts';
import { checkDuplicates } from '../../offers/free-lots.ts';
import { currencyOf, lotsOf, type NoteLot } from '../../offers/lots.ts';
import { offerRefusals } from '../../offers/refusals.ts';
import { partyNames } from '../../parties/queries.ts';
import { partyRefusals } from '../../parties/refusals.ts';
import { DeeptierError } from '../../values/errors.ts';
import { idFrom, type PartyId } from '../../values/ids.ts';
import type { requestBody } from './bodies.ts';
import type { NewRequest } from './store.ts';

/** As many as the ledger takes in one sale. */
const MOST_LOTS = 50;

/** The request that a body asks for. Throws unless its lots are free and one sale can be of them, and its financiers are known. */
export async function requestAsked(ctx: Context, body: z.output<typeof requestBody>): Promise<NewRequest> {
  const lots = await lotsOf(ctx, body.lots);
  requireOneSale(lots);
  const invited = body.financiers && [...new Set(body.financiers.map(idFrom))];
  await requireKnown(ctx, invited ?? []);
  const expiresAt = Math.floor(Date.parse(body.expiresAt) / 1000);
  if (expiresAt <= ctx.chain.clock.now()) throw new DeeptierError(offerRefusals.OFFER_INVALID, { field: 'expiresAt' });
  const {
    faults: [fault],
  } = await checkDuplicates(ctx, lots, ctx.caller.party);
  if (fault) throw fault;
  return { currency: currencyOf(lots), lots, recourse: body.recourse, invited, expiresAt };
}

/** What one sale can be of: each note once, all in one currency. */
function requireOneSale(lots: readonly NoteLot[]): void {
  if (lots.length > MOST_LOTS)
    throw new DeeptierError(offerRefusals.LOT_COUNT, { count: String(lots.length), maximum: String(MOST_LOTS) });
  const twice = lots.find(({ note }, place) => lots[place - 1]?.note === note);
  if (twice) throw new DeeptierError(offerRefusals.LOTS_OUT_OF_ORDER, { note: twice.note.toString() });
  const currency = currencyOf(lots);
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
