import { canonicalJson } from '../ledger/event-values.ts';
import type { Queryable } from '../store/database.ts';
import type { Signed } from './sign.ts';
import type { OrderKind } from './tables.ts';

export interface NewOrder extends Signed {
  readonly kind: OrderKind;
  /** Who signed, and the user of it. */
  readonly party: number;
  readonly username: string;
  readonly named: readonly number[];
  readonly currency: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly signedAt: number;
  readonly terms: object;
  readonly request?: string;
  /** The order that `operation` pulls; until the ledger did, this one stands for nothing. */
  readonly inPlaceOf?: { readonly hash: string; readonly operation: string };
}

/** Keeps a signed order. Answers false, and keeps nothing, where another one stands in the place of the same order already. */
export async function storeOrder(db: Queryable, order: NewOrder): Promise<boolean> {
  const stored = await db
    .insertInto('signed_orders')
    .values({
      hash: order.hash,
      kind: order.kind,
      party: BigInt(order.party),
      named: order.named.map(BigInt),
      currency: order.currency,
      expires_at: BigInt(order.expiresAt),
      terms: canonicalJson(order.terms),
      signature: order.signature,
      signed_by: order.username,
      signed_at: BigInt(order.signedAt),
      request: order.request ?? null,
      replaces: order.inPlaceOf?.hash ?? null,
      operation: order.inPlaceOf?.operation ?? null,
    })
    .onConflict((conflict) => conflict.column('replaces').doNothing())
    .returning('hash')
    .executeTakeFirst();
  return stored !== undefined;
}

/** The order that is to stand in the place of `hash`, and the operation that pulls that one. */
export async function replacementOf(
  db: Queryable,
  hash: string,
): Promise<{ hash: string; operation: string } | undefined> {
  const row = await db
    .selectFrom('signed_orders')
    .select(['hash', 'operation'])
    .where('replaces', '=', hash)
    .executeTakeFirst();
  return row?.operation == null ? undefined : { hash: row.hash, operation: row.operation };
}

/** Forgets an order that never stood for anything: the one before it was not pulled after all. */
export async function dropReplacement(
  db: Queryable,
  { hash, operation }: { hash: string; operation: string },
): Promise<void> {
  await db.deleteFrom('signed_orders').where('hash', '=', hash).where('operation', '=', operation).execute();
}
