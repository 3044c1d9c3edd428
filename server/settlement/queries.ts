import { type NoteId, numbered, type PartyId, type PayableId, type PaymentId } from '../values/ids.ts';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Address, Hex } from '../values/hex.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock, trueAt } from '../store/versioned.ts';
import {
  CASH_PURPOSES,
  type CashCurrenciesTable,
  type CashKind,
  type CashPurpose,
  type PaidNotesTable,
  type PaymentsTable,
  type PaymentStage,
} from './tables.ts';

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

/** A payment of a payable. Amounts in minor units. */
export interface Payment {
  readonly id: PaymentId;
  readonly payable: PayableId;
  readonly orderedBy: PartyId;
  readonly amount: bigint;
  /** What was owed when it was ordered. */
  readonly owed: bigint;
  /** Confirmed by a settlement bank. */
  readonly outside: boolean;
  readonly reference: Hex;
  readonly stage: PaymentStage;
  readonly paid: bigint;
  readonly returned: bigint;
  readonly returnReason: Hex | null;
  /** Unix seconds. */
  readonly orderedAt: bigint;
}

/** What a payment paid on one note. */
export interface PaidNote {
  readonly payment: PaymentId;
  readonly note: NoteId;
  readonly cutFrom: NoteId;
  readonly payable: PayableId;
  /** Its holder, who has of the amount what `prior` left. */
  readonly payee: PartyId;
  readonly amount: bigint;
  /** Of the amount, what went to others before the holder. */
  readonly prior: bigint;
  /** Unix seconds. */
  readonly paidAt: bigint;
  readonly returned: boolean;
}

/** What of a note's amount went to somebody before its holder. */
export interface PriorClaim {
  readonly note: NoteId;
  readonly payee: PartyId;
  readonly amount: bigint;
}

/** What a party was paid on one note: as its holder, or before it. */
export interface Received {
  readonly payment: PaymentId;
  readonly note: NoteId;
  readonly cutFrom: NoteId;
  readonly payable: PayableId;
  /** 0 for the holder; else the place among those that were paid before it. */
  readonly position: number;
  readonly amount: bigint;
  /** Unix seconds. */
  readonly paidAt: bigint;
  readonly returned: boolean;
}

//---------------------------------------------------------------------- cash

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

//---------------------------------------------------------------------- payments

export async function paymentById(db: Queryable, id: PaymentId, block: AtBlock): Promise<Payment | undefined> {
  return (await paymentsById(db, [id], block)).get(id);
}

export async function paymentsById(
  db: Queryable,
  ids: readonly PaymentId[],
  block: AtBlock,
): Promise<Map<PaymentId, Payment>> {
  if (ids.length === 0) return new Map();
  const rows = await asOf(db.selectFrom('payments').selectAll(), 'payments', block)
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, paymentFrom(row)]));
}

/** The newest outside payment that one of the banks confirmed under that reference. */
export async function paymentByReference(
  db: Queryable,
  banks: readonly PartyId[],
  reference: Hex,
  block: AtBlock,
): Promise<Payment | undefined> {
  if (banks.length === 0) return undefined;
  const row = await asOf(db.selectFrom('payments').selectAll(), 'payments', block)
    .where('outside', '=', true)
    .where('reference', '=', reference)
    .where('ordered_by', 'in', banks)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && paymentFrom(row);
}

/** One page of a payable's payments, by number: all, or those that `parties` confirmed or were paid by. */
export async function paymentsOf(
  db: Queryable,
  payable: PayableId,
  parties: readonly PartyId[] | 'all',
  block: AtBlock,
  page: Page,
): Promise<Payment[]> {
  let query = asOf(db.selectFrom('payments').selectAll(), 'payments', block)
    .where('payable_id', '=', payable)
    .orderBy('id')
    .limit(page.limit + 1);
  if (page.after) query = query.where('id', '>', numbered<PaymentId>(page.after[0] ?? '0'));
  if (parties !== 'all') {
    const ids = parties;
    query = query.where((eb) =>
      eb.or([
        eb.and([eb('outside', '=', true), eb('ordered_by', 'in', ids)]),
        eb.exists(
          eb
            .selectFrom('paid_notes as p')
            .select('p.note')
            .whereRef('p.payment', '=', 'payments.id')
            .where('p.payee', 'in', ids)
            .where(trueAt('p', block)),
        ),
        eb.exists(
          eb
            .selectFrom('prior_claims as c')
            .select('c.note')
            .whereRef('c.payment', '=', 'payments.id')
            .where('c.payee', 'in', ids)
            .where(trueAt('c', block)),
        ),
      ]),
    );
  }
  return (await query.execute()).map(paymentFrom);
}

/** One page of what a payment paid, by note: to all, or on notes of which `parties` were paid something. */
export async function paidNotesOf(
  db: Queryable,
  payment: PaymentId,
  parties: readonly PartyId[] | 'all',
  block: AtBlock,
  page: Page,
): Promise<PaidNote[]> {
  let query = asOf(db.selectFrom('paid_notes').selectAll(), 'paid_notes', block)
    .where('payment', '=', payment)
    .orderBy('note')
    .limit(page.limit + 1);
  if (page.after) query = query.where('note', '>', numbered<NoteId>(page.after[0] ?? '0'));
  if (parties !== 'all') {
    const ids = parties;
    query = query.where((eb) =>
      eb.or([
        eb('payee', 'in', ids),
        eb.exists(
          eb
            .selectFrom('prior_claims as c')
            .select('c.note')
            .whereRef('c.payment', '=', 'paid_notes.payment')
            .whereRef('c.note', '=', 'paid_notes.note')
            .where('c.payee', 'in', ids)
            .where(trueAt('c', block)),
        ),
      ]),
    );
  }
  return (await query.execute()).map(paidNoteFrom);
}

/** Who was paid by a payment before the holders of some of its notes, by note, in the order they were paid. */
export async function priorClaimsOf(
  db: Queryable,
  payment: PaymentId,
  notes: readonly NoteId[],
  block: AtBlock,
): Promise<Map<NoteId, PriorClaim[]>> {
  if (notes.length === 0) return new Map();
  const rows = await asOf(db.selectFrom('prior_claims').select(['note', 'payee', 'amount']), 'prior_claims', block)
    .where('payment', '=', payment)
    .where('note', 'in', [...new Set(notes)])
    .orderBy('note')
    .orderBy('position')
    .execute();
  return Map.groupBy(rows, ({ note }) => note);
}

/** What a payment paid and was not returned, by note. */
export async function unreturnedNotesOf(db: Queryable, payment: PaymentId, block: AtBlock): Promise<NoteId[]> {
  const rows = await asOf(db.selectFrom('paid_notes').select('note'), 'paid_notes', block)
    .where('payment', '=', payment)
    .where('returned', '=', false)
    .orderBy('note')
    .execute();
  return rows.map(({ note }) => note);
}

/** One page of what `parties` were paid, as holders and before holders, newest first. */
export async function paidTo(
  db: Queryable,
  parties: readonly PartyId[],
  block: AtBlock,
  page: Page,
): Promise<Received[]> {
  const after = page.after?.map(BigInt);
  const { rows } = await sql<{
    payment: PaymentId;
    note: NoteId;
    position: number;
    cut_from: NoteId;
    payable_id: PayableId;
    amount: bigint;
    paid_at: bigint;
    returned: boolean;
  }>`
    select * from ${received(parties, block)} as r
    ${after ? sql`where (payment, note, position) < (${after[0]}, ${after[1]}, ${after[2]})` : sql``}
    order by payment desc, note desc, position desc
    limit ${page.limit + 1}
  `.execute(db);
  return rows.map((row) => ({
    payment: row.payment,
    note: row.note,
    cutFrom: row.cut_from,
    payable: row.payable_id,
    position: row.position,
    amount: row.amount,
    paidAt: row.paid_at,
    returned: row.returned,
  }));
}

/** What `parties` got of each of some payments, and how much of that was returned; payments that paid them nothing are left out. */
export async function receivedFrom(
  db: Queryable,
  payments: readonly PaymentId[],
  parties: readonly PartyId[],
  block: AtBlock,
): Promise<Map<PaymentId, { amount: bigint; returned: bigint }>> {
  if (payments.length === 0 || parties.length === 0) return new Map();
  const { rows } = await sql<{ payment: PaymentId; amount: bigint; returned: bigint }>`
    select payment, sum(amount) as amount, coalesce(sum(amount) filter (where returned), 0) as returned
    from ${received(parties, block)} as r
    where payment = any(${payments.map(String)}::bigint[])
    group by payment
  `.execute(db);
  return new Map(rows.map(({ payment, amount, returned }) => [payment, { amount, returned }]));
}

/** What the parties were paid: each note of theirs, less what went to others first, and each claim of theirs on another's. */
function received(parties: readonly PartyId[], block: AtBlock): RawBuilder<unknown> {
  const ids = sql`${parties.map(String)}::bigint[]`;
  return sql`(
    select payment, note, 0 as position, cut_from, payable_id, amount - prior as amount, paid_at, returned
    from paid_notes as p where payee = any(${ids}) and ${trueAt('p', block)}
    union all
    select c.payment, c.note, c.position, p.cut_from, c.payable_id, c.amount, p.paid_at, p.returned
    from prior_claims as c join paid_notes as p on p.payment = c.payment and p.note = c.note
    where c.payee = any(${ids}) and ${trueAt('c', block)} and ${trueAt('p', block)}
  )`;
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

function paymentFrom(row: Selectable<PaymentsTable>): Payment {
  return {
    id: row.id,
    payable: row.payable_id,
    orderedBy: row.ordered_by,
    amount: row.amount,
    owed: row.owed,
    outside: row.outside,
    reference: row.reference as Hex,
    stage: row.stage,
    paid: row.paid,
    returned: row.returned,
    returnReason: row.return_reason as Hex | null,
    orderedAt: row.ordered_at,
  };
}

function paidNoteFrom(row: Selectable<PaidNotesTable>): PaidNote {
  return {
    payment: row.payment,
    note: row.note,
    cutFrom: row.cut_from,
    payable: row.payable_id,
    payee: row.payee,
    amount: row.amount,
    prior: row.prior,
    paidAt: row.paid_at,
    returned: row.returned,
  };
}
