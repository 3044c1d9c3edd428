// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import { dateOnLedger } from '../parties/schemas.ts';
import { dateOfDayNumber, dayNumber } from '../values/dates.ts';
import { decimalPattern, maximumOf } from '../values/schemas.ts';

// The rules of a rule set, said once: the API, the founding file, the table and the call to the ledger follow from this.

/** From 1 to the largest value of the `uintN` the ledger keeps it in. */
const count = (bits: number, description: string, example: number) =>
  z
    .int()
    .min(1)
    .max(Number(maximumOf(bits)))
    .meta({ description, example });

const WHOLE = 10_000;

/** A part of a financier's risk assets, in basis points. */
const share = (description: string, example: number) => z.int().min(1).max(WHOLE).meta({ description, example });

export const ruleSetFields = {
  effectiveFrom: dateOnLedger.meta({ description: 'First issue date it governs.', example: '2026-07-01' }),
  maxTermMonths: count(8, 'Longest term of a payable, in calendar months from its issue date.', 6),
  maxTier: count(8, 'Deepest tier a note may reach; the first supplier is tier 1.', 10),
  maxChildren: count(16, 'How many notes may be cut from one note.', 50),
  offerWindowDays: count(8, 'How long an offer stays open, in days of 24 hours.', 10),
  minNote: z
    .string()
    .regex(
      decimalPattern('1', maximumOf(32)),
      `must be a whole number of minor units from 1 to ${maximumOf(32)}, as a string`,
    )
    .meta({ description: 'Smallest note, in minor units of whichever currency.', example: '1' }),
  recourseAllowed: z.boolean().meta({ description: 'Whether notes may be sold with recourse.', example: true }),
  maxDebtorShare: share(
    "Most of a financier's risk assets that may lie with one debtor, in basis points: 5000 is 50 %.",
    5000,
  ),
  maxAffiliateShare: share(
    "Most of a financier's risk assets that may lie with its own affiliates, in basis points: 4000 is 40 %.",
    4000,
  ),
  defaultDays: count(16, 'Days after the due date from which an unpaid payable is in default.', 30),
  recourseMonths: count(
    8,
    'Calendar months from the due date within which a holder must claim on an endorser (bills law, art. 17: 6).',
    6,
  ),
  reRecourseMonths: count(
    8,
    'Calendar months from having paid within which an endorser must claim on the one before it (bills law, art. 17: 3).',
    3,
  ),
  limitationMonths: count(
    8,
    'Calendar months from the due date within which the obligor can be sued (Civil Code, art. 188: 36).',
    36,
  ),
};

export const ruleSetBody = z.strictObject(ruleSetFields);

/** A rule set as the API has it: amounts are texts, dates `YYYY-MM-DD`, the rest as its unit says. */
export type Rules = z.output<typeof ruleSetBody>;

/** The same as the ledger takes it. */
export function rulesOnLedger({ effectiveFrom, minNote, ...rest }: Rules) {
  return { ...rest, effectiveFrom: dayNumber(effectiveFrom), minNote: BigInt(minNote) };
}

type Announced = LedgerEvent<'RuleBook.RuleSetPublished'>['args']['rules'];

/** The same out of what the ledger announces. */
export function rulesAnnounced({ effectiveFrom, minNote, ...rest }: Announced): Rules {
  return { ...plain(rest), effectiveFrom: dateOfDayNumber(effectiveFrom), minNote: minNote.toString() };
}

/** Whole numbers of a few bits as numbers. */
function plain<T extends object>(values: T): { readonly [K in keyof T]: T[K] extends bigint ? number : T[K] } {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'bigint' ? Number(value) : value,
    ]),
  ) as { readonly [K in keyof T]: T[K] extends bigint ? number : T[K] };
}
