// SPDX-License-Identifier: Apache-2.0
import { numbered, type PartyId, type PayableId, type PaymentId } from '../values/ids.ts';
import type { Selectable } from 'kysely';
import type { Hex } from '../values/hex.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock, trueAt } from '../store/versioned.ts';
import type { PaymentsTable, PaymentStage } from './tables.ts';

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
