// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { Context } from '../http/context.ts';
import { canonicalJson } from '../values/json.ts';
import type { Queryable } from '../store/database.ts';
import { fixedText } from '../values/fixed-text.ts';
import { type OrderParts, type Signed, signOrder } from './sign.ts';
import type { OfferKind, OfferTerms, OfferType } from './terms.ts';

export interface NewOrder extends Signed {
  readonly kind: OfferKind;
  /** Who signed, and the user of it. */
  readonly party: PartyId;
  readonly username: string;
  readonly named: readonly PartyId[];
  readonly currency: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly signedAt: number;
  readonly terms: object;
  readonly request?: string;
  /** The order that `operation` withdraws; until the ledger did, this one stands for nothing. */
  readonly inPlaceOf?: { readonly hash: string; readonly operation: string };
}

/** An offer of the caller's party, signed with its key; nothing is kept yet. */
export async function signOffer<Terms extends OfferTerms>(
  ctx: Context,
  parts: OrderParts,
  type: OfferType<Terms>,
  terms: Terms,
): Promise<NewOrder> {
  return {
    ...(await signOrder(parts, ctx.chain, ctx.caller.key, type.order, terms)),
    kind: type.kind,
    party: type.by(terms),
    username: ctx.caller.username,
    named: type.takers(terms),
    currency: fixedText(terms.currency),
    expiresAt: terms.expiresAt,
    signedAt: ctx.chain.clock.now(),
    terms,
  };
}

/** Keeps a signed order. Answers false, and keeps nothing, where another one stands in the place of the same order already. */
export async function storeOrder(db: Queryable, order: NewOrder): Promise<boolean> {
  const stored = await db
    .insertInto('signed_orders')
    .values({
      hash: order.hash,
      kind: order.kind,
      party: order.party,
      named: order.named,
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

/** The order that is to stand in the place of `hash`, and the operation that withdraws that one. */
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

/** Forgets an order that never stood for anything: the one before it was not withdrawn after all. */
export async function dropReplacement(
  db: Queryable,
  { hash, operation }: { hash: string; operation: string },
): Promise<void> {
  await db.deleteFrom('signed_orders').where('hash', '=', hash).where('operation', '=', operation).execute();
}
