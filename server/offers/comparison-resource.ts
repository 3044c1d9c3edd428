// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import { partyNames } from '../parties/queries.ts';
import { referenceTo } from '../parties/schemas.ts';
import type { DeeptierError } from '../values/errors.ts';
import type { Unpriced } from './comparison.ts';
import type { Offer } from './queries.ts';
import type { OfferTerms } from './terms.ts';

/** What the ledger calls a cost above every number: nothing would be received, or no time goes by. */
const INFINITE_COST = 2n ** 256n - 1n;

export const costField = z
  .string()
  .regex(/^[0-9]+$/)
  .nullable()
  .meta({
    description:
      'Everything given up, fees included, over what is received, per year in ppm on ACT/365F. Null where nothing is received or no day goes by.',
    example: '36995',
  });

export const reasonResource = z
  .strictObject({
    code: z.string().meta({ example: 'OFFER_CAPACITY_EXCEEDED' }),
    rule: z.string().meta({ example: 'FIN-19' }),
    sentence: z.string(),
    values: z.record(z.string(), z.unknown()).meta({ description: 'The values in the sentence.' }),
  })
  .meta({ id: 'Reason', description: 'Why not: the refusal that taking it would meet.' });

export type Reason = z.input<typeof reasonResource>;

/** A cost that is undefined is above every number. */
export function costView(cost: bigint | undefined): string | null {
  return cost === undefined || cost === INFINITE_COST ? null : cost.toString();
}

export function reasonOf({ refusal, message, values }: DeeptierError): Reason {
  return { code: refusal.code, rule: refusal.rule, sentence: message, values: { ...values } };
}

/** Presents who takes nothing: the financier, the offer that is the reason, if it has one, and the reason. */
export async function presentNone<Terms extends OfferTerms, Shown extends { readonly id: string }>(
  ctx: Context,
  none: readonly Unpriced<Terms>[],
  present: (offers: readonly Offer<Terms>[]) => Promise<Shown[]>,
): Promise<{ financier: ReturnType<typeof referenceTo>; offer: Shown | null; reason: Reason }[]> {
  const shown = new Map((await present(none.flatMap(({ offer }) => offer ?? []))).map((offer) => [offer.id, offer]));
  const names = await partyNames(
    ctx.db,
    none.map(({ financier }) => financier),
    ctx.asOf,
  );
  return none.map(({ financier, offer, refusal }) => ({
    financier: referenceTo(financier, names),
    offer: offer === null ? null : (shown.get(offer.hash) ?? null),
    reason: reasonOf(refusal),
  }));
}
