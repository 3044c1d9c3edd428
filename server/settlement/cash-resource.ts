// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { isShownWithoutGrant, visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import { instantOf } from '../ledger/block-time.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { fixedText } from '../values/fixed-text.ts';
import { NOBODY, noteId, type PartyId } from '../values/ids.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { address, currency, instant } from '../values/schemas.ts';
import type { Account, Cash } from './queries.ts';
import { cashAmount, paymentId } from './schemas.ts';
import type { StatementEntry } from './statement.ts';
import { CASH_KINDS, type CashKind } from './tables.ts';

const cashKind = z
  .enum(CASH_KINDS)
  .meta({ id: 'CashKind', description: 'The purpose of the movement; `transfer` is a plain ERC-20 transfer.' });

export const cashResource = z
  .strictObject({
    currency,
    bank: partyReference,
    address: address.meta({ description: 'Address of its ERC-20 contract.' }),
    decimals: z.int().meta({ description: 'Decimals of the minor unit.', example: 2 }),
    circulating: cashAmount
      .nullable()
      .meta({ description: 'Issued and not redeemed; shown to its bank and to a regulator.' }),
  })
  .meta({ id: 'SettlementCash' });

export const movementResource = z
  .strictObject({
    currency,
    kind: cashKind,
    from: partyReference.nullable().meta({ description: 'Null if the bank issued the cash.' }),
    to: partyReference.nullable().meta({ description: 'Null if the bank redeemed the cash.' }),
    amount: cashAmount,
    reference: referenceShown,
    movedAt: instant,
  })
  .meta({ id: 'CashMovement' });

export const balanceResource = z
  .strictObject({
    party: partyReference,
    currency,
    balance: cashAmount,
    reserved: cashAmount.meta({
      description:
        'Part of the balance that is reserved, for example for a loan with directed use; it is paid out for that purpose only.',
    }),
    available: cashAmount.meta({ description: 'The balance less reserved cash: the amount the party can pay with.' }),
  })
  .meta({ id: 'CashBalance' });

export const entryResource = z
  .strictObject({
    id: z.string().meta({ description: 'Stable; block and log index.', example: '1024-7' }),
    movedAt: instant,
    direction: z.enum(['in', 'out']),
    kind: cashKind,
    counterparty: partyReference
      .nullable()
      .meta({
        description: 'Null for an issue, for a redemption, and for what you paid to the holders of your payables.',
      }),
    amount: cashAmount,
    balance: cashAmount.meta({ description: 'Balance after the entry.' }),
    reference: referenceShown,
    payment: paymentId.nullable(),
    note: noteId.nullable().meta({ description: 'The note you were paid.' }),
  })
  .meta({ id: 'StatementEntry' });

export async function presentCash(ctx: Context, items: readonly Cash[]): Promise<z.input<typeof cashResource>[]> {
  const names = await partyNames(
    ctx.db,
    items.map(({ bank }) => bank),
    ctx.asOf,
  );
  const visibility = await visibilityOf(ctx);
  return items.map((item) => ({
    currency: item.currency,
    bank: referenceTo(item.bank, names),
    address: item.address,
    decimals: item.decimals,
    circulating: isShownWithoutGrant(visibility, item.bank) ? (item.issued - item.redeemed).toString() : null,
  }));
}

export function presentEntry(row: StatementEntry, names: ReadonlyMap<PartyId, string>): z.input<typeof entryResource> {
  return {
    id: `${row.block}-${row.log}`,
    movedAt: instantOf(row.movedAt),
    direction: row.direction,
    kind: row.kind,
    counterparty: row.counterparty === null ? null : referenceTo(row.counterparty, names),
    amount: row.amount.toString(),
    balance: row.balance.toString(),
    reference: row.reference === null ? null : referenceText(row.reference),
    payment: row.payment?.toString() ?? null,
    note: row.note?.toString() ?? null,
  };
}

/** What a party has in a currency, as the caller is shown it. */
export async function presentBalance(
  ctx: Context,
  party: PartyId,
  code: string,
  { balance, reserved }: Account,
): Promise<z.input<typeof balanceResource>> {
  return {
    party: referenceTo(party, await partyNames(ctx.db, [party], ctx.asOf)),
    currency: code,
    balance: balance.toString(),
    reserved: reserved.toString(),
    available: (balance - reserved).toString(),
  };
}

/** A movement as the cash book announced it. */
export async function presentMovement(
  ctx: Context,
  kind: CashKind,
  { args, block }: LedgerEvent<'CashBook.CashMoved'>,
): Promise<z.input<typeof movementResource>> {
  const { payer, payee } = args;
  const names = await partyNames(ctx.db, [payer, payee].filter(isParty), ctx.asOf);
  return {
    currency: fixedText(args.currency),
    kind,
    from: isParty(payer) ? referenceTo(payer, names) : null,
    to: isParty(payee) ? referenceTo(payee, names) : null,
    amount: args.amount.toString(),
    reference: referenceText(args.ref),
    movedAt: instantOf(BigInt(block.timestamp)),
  };
}

/** 0 stands for nobody: the bank itself, which issues and redeems. */
function isParty(party: PartyId): boolean {
  return party !== NOBODY;
}
