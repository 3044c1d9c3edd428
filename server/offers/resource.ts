// SPDX-License-Identifier: Apache-2.0
import { NOBODY, type PartyId } from '../values/ids.ts';
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import { blockTimeOf, instantOf } from '../ledger/block-time.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { DAY_COUNTS } from '../values/day-count.ts';
import { fixedText } from '../values/fixed-text.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { amount, amountOrZero, currency, instant } from '../values/schemas.ts';
import { wholePpm } from './fields.ts';
import type { Offer } from './queries.ts';
import { NO_WORD, type OfferTerms, type OfferType } from './terms.ts';

export const OFFER_STATUSES = ['open', 'used-up', 'expired', 'withdrawn'] as const;

export type OfferStatus = (typeof OFFER_STATUSES)[number];

/** What is shown of any offer. `verb` is what it does: "buys"; `used` what was done under it: "bought". */
export const offerShown = ({
  verb,
  unit,
  used,
  of,
  once,
}: Readonly<Record<'verb' | 'unit' | 'used' | 'of' | 'once', string>>) => ({
  visibility: z.enum(['public', 'private']),
  status: z.enum(OFFER_STATUSES),
  currency,
  obligors: z
    .array(partyReference)
    .meta({ description: `Whose promises it ${verb}, beside those of the group; without either, anyone's.` }),
  group: referenceShown.meta({ description: "One of the financier's own groups of obligors." }),
  rate: wholePpm('Per year, in parts per million.', '28500'),
  dayCount: z.enum(DAY_COUNTS),
  fees: z.strictObject({
    flat: amountOrZero.meta({ description: `In minor units, once per ${once}.` }),
    ppm: wholePpm(`Of the ${of}, once, in parts per million.`, '3000'),
    to: partyReference.nullable().meta({ description: 'Null where the financier keeps them.' }),
  }),
  capacity: amount.meta({ description: `${unit} it ${verb} in all, in minor units.` }),
  used: amountOrZero.meta({ description: `${unit} ${used} under it so far.` }),
  left: amountOrZero.meta({ description: `${unit} it still ${verb}.` }),
  since: instant.meta({ description: 'When it was published or signed.' }),
  expiresAt: instant,
  withdrawnAt: instant.nullable(),
});

/** Presents offers, each with what its own kind has to show of it. */
export async function presentOffers<Terms extends OfferTerms, Shown>(
  ctx: Pick<Context, 'db' | 'asOf' | 'chain'>,
  type: OfferType<Terms>,
  offers: readonly Offer<Terms>[],
  present: (offer: Offer<Terms>, shared: SharedView, names: ReadonlyMap<PartyId, string>) => Shown,
): Promise<Shown[]> {
  const moment = await blockTimeOf(ctx);
  const names = await partyNames(
    ctx.db,
    offers.flatMap(({ by, terms }) => [
      by,
      terms.feeTo,
      ...terms.obligors,
      ...type.takers(terms),
      ...type.others(terms),
    ]),
    ctx.asOf,
  );
  return offers.map((offer) => present(offer, sharedView(offer, names, moment), names));
}

type SharedView = ReturnType<typeof sharedView>;

function sharedView(offer: Offer<OfferTerms>, names: ReadonlyMap<PartyId, string>, moment: bigint) {
  const { terms } = offer;
  return {
    visibility: offer.visibility,
    status: statusOf(offer, moment),
    currency: fixedText(terms.currency),
    obligors: terms.obligors.map((party) => referenceTo(party, names)),
    group: terms.group === NO_WORD ? null : referenceText(terms.group),
    rate: String(terms.rate),
    dayCount: dayCountOf(terms),
    fees: {
      flat: terms.flatFee.toString(),
      ppm: String(terms.feeRate),
      to: terms.feeTo === NOBODY ? null : referenceTo(terms.feeTo, names),
    },
    capacity: terms.capacity.toString(),
    used: offer.used.toString(),
    left: (terms.capacity - offer.used).toString(),
    since: instantOf(offer.since),
    expiresAt: instantOf(BigInt(terms.expiresAt)),
    withdrawnAt: offer.withdrawnAt === null ? null : instantOf(offer.withdrawnAt),
  };
}

export function dayCountOf(terms: { readonly dayCount: number }): (typeof DAY_COUNTS)[number] {
  const dayCount = DAY_COUNTS[terms.dayCount];
  if (!dayCount) throw new Error(`an offer with the unknown day count ${terms.dayCount}`);
  return dayCount;
}

function statusOf({ withdrawnAt, terms, used }: Offer<OfferTerms>, moment: bigint): OfferStatus {
  if (withdrawnAt !== null) return 'withdrawn';
  if (moment >= BigInt(terms.expiresAt)) return 'expired';
  return used >= terms.capacity ? 'used-up' : 'open';
}
