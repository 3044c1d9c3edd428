import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { partyId } from '../parties/schemas.ts';
import { codeBytes3, textBytes32 } from '../values/fixed-text.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { amount, amountOrZero, currency, hash32, instant } from '../values/schemas.ts';
import { referenceField } from '../values/references.ts';
import { orderHash } from '../offers/sign.ts';
import { DAY_COUNTS } from '../values/day-count.ts';
import { wholePpm } from '../discounting/bodies.ts';
import { newSalt, NO_WORD } from '../discounting/terms.ts';
import { loanRefusals } from './refusals.ts';
import { LOAN_OFFER_ORDER, type LoanOfferTerms } from './terms.ts';

/** As many as the ledger takes. */
const MOST_NAMES = 100;
const MOST_DAYS = 65_535;

export const loanOfferId = hash32.meta({
  description: 'Id of a loan offer: its EIP-712 hash.',
  example: `0x${'6b'.repeat(32)}`,
});

const names = (description: string) => z.array(partyId).max(MOST_NAMES).optional().meta({ description });

export const loanOfferBody = z
  .strictObject({
    visibility: z
      .enum(['public', 'private'])
      .meta({
        description:
          '`public`: published on the ledger, for every member to see. `private`: signed for `borrowers` alone; the ledger learns of it when it is taken up or pulled.',
        example: 'public',
      }),
    currency,
    obligors: names("Whose promises it takes, beside those of `group`; without either, anyone's."),
    group: referenceField('One of your own groups of obligors, by its name.', 'grade-a').optional(),
    borrowers: names('To whom it is open; a public one without is open to everyone.'),
    advanceRate: wholePpm(
      'Most principal, of the face of the collateral, in parts per million: "800000" is 80 %.',
      '800000',
    ),
    rate: wholePpm('Rate per year in parts per million, 0 to 1000000: "60000" is 6 %.', '60000'),
    dayCount: z.enum(DAY_COUNTS).meta({ description: 'How days become a fraction of a year.', example: 'ACT/360' }),
    maxDays: z
      .int()
      .min(1)
      .max(MOST_DAYS)
      .meta({ description: 'Most calendar days from the loan to its due date.', example: 180 }),
    graceDays: z
      .int()
      .min(0)
      .max(MOST_DAYS)
      .default(0)
      .meta({ description: 'Calendar days after the due date before you may take the collateral.', example: 5 }),
    fees: z
      .strictObject({
        flat: amountOrZero.optional().meta({ description: 'In minor units, once a loan.', example: '5000' }),
        ppm: wholePpm('Of the principal, once, in parts per million: "3000" is 0.3 %.', '3000').optional(),
        to: partyId.optional().meta({ description: 'Who receives them; you keep them if absent.' }),
      })
      .optional()
      .meta({ id: 'LoanFees', description: 'Taken out of the principal.' }),
    payees: names('The only parties whom the money may reach; without, the borrower uses it as it likes.'),
    drawDays: z
      .int()
      .min(0)
      .max(MOST_DAYS)
      .default(0)
      .meta({
        description:
          'Calendar days in which the money may be drawn for the payees; what is not drawn returns. 0 without payees.',
        example: 30,
      }),
    capacity: amount.meta({ description: 'Principal it lends in all, in minor units.', example: '5000000000' }),
    expiresAt: instant.meta({ description: 'From then on it lends nothing.' }),
    replaces: loanOfferId
      .optional()
      .meta({ description: 'A published offer of yours that is pulled in the same step; of a public one only.' }),
  })
  .meta({ id: 'LoanOfferBody' });

export type LoanOfferOrder = z.output<typeof loanOfferBody>;

/** A new offer of `lender`, as the ledger has it. */
export function termsOf(lender: number, order: LoanOfferOrder): LoanOfferTerms {
  return {
    lender,
    currency: codeBytes3(order.currency),
    obligors: (order.obligors ?? []).map(Number),
    group: textBytes32(order.group),
    borrowers: (order.borrowers ?? []).map(Number),
    advanceRate: Number(order.advanceRate),
    rate: Number(order.rate),
    dayCount: DAY_COUNTS.indexOf(order.dayCount),
    maxDays: order.maxDays,
    graceDays: order.graceDays,
    flatFee: BigInt(order.fees?.flat ?? '0'),
    feeRate: Number(order.fees?.ppm ?? '0'),
    feeTo: Number(order.fees?.to ?? '0'),
    payees: (order.payees ?? []).map(Number),
    drawDays: order.drawDays,
    capacity: BigInt(order.capacity),
    expiresAt: Math.max(0, Math.floor(Date.parse(order.expiresAt) / 1000)),
    lots: NO_WORD,
    salt: newSalt(),
  };
}

/**
 * What the ledger checks of an offer when it is published, of one that it will see only when it is taken up; and, of any,
 * that the parties it names exist. Throws `LOAN_OFFER_INVALID`, `LOAN_OFFER_EXPIRED`, `PARTY_UNKNOWN`.
 */
export async function requireComplete(ctx: Context, order: LoanOfferOrder, terms: LoanOfferTerms): Promise<void> {
  const fault =
    terms.advanceRate === 0
      ? 'advanceRate'
      : terms.payees.length === 0 && terms.drawDays > 0
        ? 'drawDays'
        : order.visibility === 'private' && terms.borrowers.length === 0
          ? 'borrowers'
          : order.visibility === 'private' && order.replaces !== undefined
            ? 'replaces'
            : undefined;
  if (fault !== undefined) throw new DeeptierError(loanRefusals.LOAN_OFFER_INVALID, { field: fault });
  if (terms.expiresAt <= ctx.chain.clock.now()) {
    throw new DeeptierError(loanRefusals.LOAN_OFFER_EXPIRED, {
      offer: orderHash(LOAN_OFFER_ORDER, terms),
      expiresAt: new Date(terms.expiresAt * 1000).toISOString(),
    });
  }
  const named = [...terms.obligors, ...terms.borrowers, ...terms.payees, ...(terms.feeTo === 0 ? [] : [terms.feeTo])];
  const known = await partyNames(ctx.db, named, ctx.asOf);
  const unknown = named.find((party) => !known.has(party));
  if (unknown !== undefined) throw new DeeptierError(partyRefusals.PARTY_UNKNOWN, { party: String(unknown) });
}
