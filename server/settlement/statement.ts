// SPDX-License-Identifier: Apache-2.0
import { type NoteId, numbered, type PartyId, type PaymentId } from '../values/ids.ts';
import { sql } from 'kysely';
import type { Hex } from '../values/hex.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { type AtBlock, trueAt } from '../store/versioned.ts';
import { CASH_PURPOSES, type CashKind, type CashPurpose } from './tables.ts';

/** One line of a party's statement. */
export interface StatementEntry {
  /** Where it stands on the ledger: of several logs, the last. */
  readonly block: bigint;
  readonly log: number;
  readonly direction: 'in' | 'out';
  readonly kind: CashKind;
  /** None of an issue, a redemption and a settlement the party paid. */
  readonly counterparty: PartyId | null;
  readonly amount: bigint;
  /** What the party had afterwards. */
  readonly balance: bigint;
  readonly reference: Hex | null;
  readonly payment: PaymentId | null;
  readonly note: NoteId | null;
  /** Unix seconds. */
  readonly movedAt: bigint;
}

/**
 * One page of a party's statement, newest first. What it paid to the holders of a payable in one block is one entry without
 * names: an obligor knows whom it owes, not who holds it by now.
 */
export async function statementOf(
  db: Queryable,
  currency: string,
  party: PartyId,
  block: AtBlock,
  page: Page,
): Promise<StatementEntry[]> {
  const self = party;
  const before = page.after?.map(BigInt);
  const { rows } = await sql<{
    block_number: bigint;
    log_index: number;
    is_out: boolean;
    purpose: CashPurpose;
    counterparty: PartyId | null;
    amount: bigint;
    balance: bigint;
    reference: Hex | null;
    subject: bigint | null;
    note: NoteId | null;
    moved_at: bigint;
  }>`
    with own as (
      select m.*, payer is not distinct from ${self} as is_out,
        purpose in (${sql.join(SETTLEMENT)}) and payer is not distinct from ${self} as is_joined
      from cash_movements m
      where currency = ${currency} and (payer = ${self} or payee = ${self}) and ${trueAt('m', block)}
        ${before ? sql`and block_number <= ${before[0]}` : sql``}
    ), entries as (
      select block_number, max(log_index) as log_index, bool_or(is_out) as is_out, max(purpose) as purpose,
        max(case when is_joined then null when is_out then payee else payer end) as counterparty, sum(amount) as amount,
        (array_agg(case when is_out then payer_balance else payee_balance end order by log_index desc))[1] as balance,
        max(reference) as reference, max(subject) as subject, max(case when is_joined then null else note end) as note,
        max(moved_at) as moved_at
      from own
      group by block_number, case when is_joined then subject else -log_index end
    )
    select * from entries
    ${before ? sql`where (block_number, log_index) < (${before[0]}, ${before[1]})` : sql``}
    order by block_number desc, log_index desc
    limit ${page.limit + 1}
  `.execute(db);
  return rows.map((row) => ({
    block: row.block_number,
    log: row.log_index,
    direction: row.is_out ? 'out' : 'in',
    kind: kindOf(row.purpose),
    counterparty: row.counterparty,
    amount: row.amount,
    balance: row.balance,
    reference: row.reference,
    payment: kindOf(row.purpose) === 'settlement' && row.subject !== null ? numbered<PaymentId>(row.subject) : null,
    note: row.note,
    movedAt: row.moved_at,
  }));
}

const KINDS: ReadonlyMap<CashPurpose, CashKind> = new Map(CASH_PURPOSES.map(({ name, kind }) => [name, kind]));

/** The purposes of what an obligor pays on its payables. */
const SETTLEMENT = CASH_PURPOSES.flatMap(({ name, kind }) => (kind === 'settlement' ? [name] : []));

function kindOf(purpose: CashPurpose): CashKind {
  const kind = KINDS.get(purpose);
  if (!kind) throw new Error(`cash moved for the unknown purpose ${purpose}`);
  return kind;
}
