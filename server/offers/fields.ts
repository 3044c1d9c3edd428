// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { idFrom, type IdText, NOBODY, partyId, type PartyId } from '../values/ids.ts';
import { DAY_COUNTS } from '../values/day-count.ts';
import { codeBytes3, textBytes32 } from '../values/fixed-text.ts';
import { referenceField } from '../values/references.ts';
import { pageQuery } from '../http/schemas.ts';
import { amount, amountOrZero, currency, decimalPattern, instant, maximumOf } from '../values/schemas.ts';
import { newSalt, NO_WORD, type OfferTerms, WHOLE_PPM } from './terms.ts';

/** As many as the ledger takes. */
const MOST_NAMES = 100;

/** What the ledger takes as the most all-in cost. */
export const HIGHEST_COST = maximumOf(32);

/** Whole parts per million, at most all of it. */
export const wholePpm = (description: string, example: string) =>
  z
    .string()
    .regex(decimalPattern('0', WHOLE_PPM), `must be whole parts per million from 0 to ${WHOLE_PPM}, as a string`)
    .meta({ description, example });

/** Some parties, as an offer names them. */
export const namedParties = (description: string) => z.array(partyId).max(MOST_NAMES).optional().meta({ description });

/** What every offer says of itself, whoever may take it. `verb` is what it does: "buys". */
export const offerFields = (verb: string) => ({
  currency,
  obligors: namedParties(`Whose promises it ${verb}, beside those of \`group\`; without either, anyone's.`),
  group: referenceField('One of your own groups of obligors, by its name.', 'grade-a').optional(),
  expiresAt: instant.meta({ description: 'When the offer expires.' }),
});

export const rateField = (example: string, says: string) =>
  wholePpm(`Rate per year in parts per million, 0 to 1000000: "${example}" is ${says}.`, example);

export const dayCountField = z
  .enum(DAY_COUNTS)
  .meta({ description: 'How days become a fraction of a year.', example: 'ACT/360' });

/** Fees in a body: `once` is "sale", `of` what the share is of. */
export const feesField = (id: string, { once, of, out }: Readonly<Record<'once' | 'of' | 'out', string>>) =>
  z
    .strictObject({
      flat: amountOrZero.optional().meta({ description: `In minor units, once per ${once}.`, example: '5000' }),
      ppm: wholePpm(`Of the ${of}, once, in parts per million: "3000" is 0.3 %.`, '3000').optional(),
      to: partyId.optional().meta({ description: 'Who receives them; the financier keeps them if absent.' }),
    })
    .optional()
    .meta({ id, description: `Taken out of the ${out}.` });

export const capacityField = (description: string) => amount.meta({ description, example: '5000000000' });

/** What the body of a new offer says beside its terms. */
export const newOfferFields = (takers: string, id: z.ZodString) => ({
  visibility: z
    .enum(['public', 'private'])
    .meta({
      description: `\`public\`: published on the ledger, for every member to see. \`private\`: signed for \`${takers}\` alone; the ledger learns of it when it is taken or withdrawn.`,
      example: 'public',
    }),
  replaces: id
    .optional()
    .meta({ description: 'An offer of yours, public or private, that is withdrawn in the same step.' }),
});

export const maxCostField = z
  .string()
  .regex(decimalPattern('0', HIGHEST_COST), `must be whole parts per million from 0 to ${HIGHEST_COST}, as a string`)
  .meta({
    description:
      'The highest all-in cost you accept: everything given up over what you receive, per year in ppm on ACT/365F. "42000" is 4.2 %.',
    example: '42000',
  });

/** How a list of offers is narrowed, beside by the financier. */
export const offerListQuery = {
  currency: currency.optional(),
  visibility: z.enum(['public', 'private']).optional(),
  status: z
    .enum(['open', 'all'])
    .default('open')
    .meta({ description: '`open`: neither withdrawn nor expired, used up or not; `all`: these too.', example: 'open' }),
  ...pageQuery,
};

/** What the body of any standing offer has. */
export interface OfferOrder extends PriceOrder {
  readonly currency: string;
  readonly obligors?: readonly IdText<'PartyId'>[] | undefined;
  readonly group?: string | undefined;
  readonly capacity: string;
}

/** What the body of anything that has a price has. */
export interface PriceOrder {
  readonly rate: string;
  readonly dayCount: (typeof DAY_COUNTS)[number];
  readonly fees?:
    | {
        readonly flat?: string | undefined;
        readonly ppm?: string | undefined;
        readonly to?: IdText<'PartyId'> | undefined;
      }
    | undefined;
  readonly expiresAt: string;
}

/** The terms that all standing offers have in common, as the ledger has them. */
export function offerTerms(order: OfferOrder): OfferTerms {
  return {
    currency: codeBytes3(order.currency),
    obligors: partiesIn(order.obligors),
    group: textBytes32(order.group),
    capacity: BigInt(order.capacity),
    lots: NO_WORD,
    ...priceTerms(order),
  };
}

export function priceTerms(order: PriceOrder) {
  return {
    rate: Number(order.rate),
    dayCount: DAY_COUNTS.indexOf(order.dayCount),
    flatFee: BigInt(order.fees?.flat ?? '0'),
    feeRate: Number(order.fees?.ppm ?? '0'),
    feeTo: order.fees?.to === undefined ? NOBODY : idFrom(order.fees.to),
    expiresAt: Math.max(0, Math.floor(Date.parse(order.expiresAt) / 1000)),
    salt: newSalt(),
  };
}

export function partiesIn(ids: readonly IdText<'PartyId'>[] | undefined): PartyId[] {
  return (ids ?? []).map(idFrom);
}
