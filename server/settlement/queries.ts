// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { Selectable } from 'kysely';
import type { Address } from '../values/hex.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';
import type { CashCurrenciesTable } from './tables.ts';

/** The settlement cash of a currency. Amounts in minor units. */
export interface Cash {
  readonly currency: string;
  readonly bank: PartyId;
  /** Of its ERC-20. */
  readonly address: Address;
  readonly decimals: number;
  readonly issued: bigint;
  readonly redeemed: bigint;
}

/** What a party has in a currency. */
export interface Account {
  readonly balance: bigint;
  /** Of that, what is set aside for what it agreed to, and is not there to pay with. */
  readonly reserved: bigint;
}

/** All settlement cash there is, by currency. */
export async function cashCurrencies(db: Queryable, block: AtBlock): Promise<Cash[]> {
  const rows = await asOf(db.selectFrom('cash_currencies').selectAll(), 'cash_currencies', block)
    .orderBy('currency')
    .execute();
  return rows.map(cashFrom);
}

export async function cashIn(db: Queryable, currency: string, block: AtBlock): Promise<Cash | undefined> {
  const row = await asOf(db.selectFrom('cash_currencies').selectAll(), 'cash_currencies', block)
    .where('currency', '=', currency)
    .executeTakeFirst();
  return row && cashFrom(row);
}

/** What a party has in a currency; its own, without that of the parties it succeeded. */
export async function balanceOf(db: Queryable, currency: string, party: PartyId, block: AtBlock): Promise<bigint> {
  return (await accountOf(db, currency, party, block)).balance;
}

/** The same, and what of it is set aside for what the party agreed to. */
export async function accountOf(db: Queryable, currency: string, party: PartyId, block: AtBlock): Promise<Account> {
  const row = await asOf(db.selectFrom('cash_balances').select(['balance', 'reserved']), 'cash_balances', block)
    .where('currency', '=', currency)
    .where('party', '=', party)
    .executeTakeFirst();
  return row ?? { balance: 0n, reserved: 0n };
}

function cashFrom(row: Selectable<CashCurrenciesTable>): Cash {
  return {
    currency: row.currency,
    bank: row.bank,
    address: row.address as Address,
    decimals: row.decimals,
    issued: row.issued,
    redeemed: row.redeemed,
  };
}
