// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { Context } from '../http/context.ts';
import type { Made } from '../http/route.ts';
import type { IdText, PartyId } from '../values/ids.ts';
import { type Offer, type OfferFilter, offersByHash } from './queries.ts';
import type { OfferTerms, OfferType } from './terms.ts';

export type OfferVisibility = Offer<OfferTerms>['visibility'];

/** What the body of a new offer says beside its terms. */
export interface NewOffer {
  readonly visibility: OfferVisibility;
  readonly replaces?: string | undefined;
}

/** A kind of offer, as the API has it. */
export interface OfferRoom<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown> {
  readonly type: OfferType<Terms>;
  readonly path: string;
  /** What it is called: "quote", "loan offer". */
  readonly name: string;
  /** The field of a body that says to whom it is open. */
  readonly takersField: string;
  readonly summaries: Readonly<Record<'make' | 'withdraw', string>>;
  /** What a party can do with one that stands: "sell under it". */
  readonly use: string;
  readonly id: z.ZodString;
  readonly newBody: z.ZodType<Order & NewOffer>;
  readonly changeBody: z.ZodType<Order>;
  readonly query: Query;
  readonly resource: z.ZodType<unknown, Shown>;
  filterOf(
    query: z.output<Query>,
  ): { by?: IdText<'PartyId'> | undefined; status: 'open' | 'all' } & Omit<OfferFilter, 'by' | 'openAt'>;
  termsOf(by: PartyId, order: Order): Terms;
  /** The field of the order that is wrong, by what only this kind knows. */
  faultOf(terms: Terms): string | undefined;
  present(ctx: Context, offers: readonly Offer<Terms>[]): Promise<Shown[]>;
}

/** The offer that a command made or withdrew, as it is answered. */
export async function offerMade<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  ctx: Context,
  hash: string | undefined,
): Promise<Made<Shown>> {
  const offer = hash === undefined ? undefined : (await offersByHash(ctx.db, room.type, [hash], ctx.asOf)).get(hash);
  if (!offer) throw new Error(`the ${room.name} ${hash} was made and is not there`);
  return { body: await presentOffer(room, ctx, offer), location: `${room.path}/${offer.hash}` };
}

export async function presentOffer<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  ctx: Context,
  offer: Offer<Terms>,
): Promise<Shown> {
  const [body] = await room.present(ctx, [offer]);
  return body as Shown;
}
