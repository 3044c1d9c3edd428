import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { fixedText } from '../values/fixed-text.ts';
import type { Context } from '../http/context.ts';
import { amount, amountOrZero, currency, instant } from '../values/schemas.ts';
import { instantOf, blockTimeOf } from '../ledger/block-time.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { DAY_COUNTS } from '../values/day-count.ts';
import { wholePpm } from '../discounting/bodies.ts';
import { dayCountOf, QUOTE_STATUSES, type QuoteStatus } from '../discounting/resource.ts';
import { NO_WORD } from '../discounting/terms.ts';
import { loanOfferId } from './bodies.ts';
import type { LoanOffer } from './offers.ts';
import { isDirected } from './terms.ts';

export const useField = z
  .enum(['free', 'directed'])
  .meta({
    id: 'LoanUse',
    description:
      '`free`: the borrower has the money. `directed`: it waits with the lender and reaches the named parties alone.',
    example: 'free',
  });

export type LoanUse = z.output<typeof useField>;

export function useOf(terms: { readonly payees: readonly number[] }): LoanUse {
  return isDirected(terms) ? 'directed' : 'free';
}

export const loanOfferResource = z
  .strictObject({
    id: loanOfferId,
    lender: partyReference,
    visibility: z.enum(['public', 'private']),
    status: z.enum(QUOTE_STATUSES),
    currency,
    obligors: z
      .array(partyReference)
      .meta({ description: "Whose promises it takes, beside those of the group; without either, anyone's." }),
    group: referenceShown.meta({ description: "One of the lender's own groups of obligors." }),
    borrowers: z.array(partyReference).meta({ description: 'To whom it is open; empty for everyone.' }),
    advanceRate: wholePpm('Most principal, of the face of the collateral, in parts per million.', '800000'),
    rate: wholePpm('Per year, in parts per million.', '60000'),
    dayCount: z.enum(DAY_COUNTS),
    maxDays: z.int().meta({ description: 'Most calendar days from the loan to its due date.' }),
    graceDays: z
      .int()
      .meta({ description: 'Calendar days after the due date before the lender may take the collateral.' }),
    fees: z.strictObject({
      flat: amountOrZero.meta({ description: 'In minor units, once a loan.' }),
      ppm: wholePpm('Of the principal, once, in parts per million.', '3000'),
      to: partyReference.nullable().meta({ description: 'Null where the lender keeps them.' }),
    }),
    use: useField,
    payees: z
      .array(partyReference)
      .meta({ description: 'The only parties whom the money may reach; empty for free use.' }),
    drawDays: z.int().meta({ description: 'Calendar days in which it may be drawn for them.' }),
    capacity: amount.meta({ description: 'Principal it lends in all, in minor units.' }),
    used: amountOrZero.meta({ description: 'Principal lent under it so far.' }),
    left: amountOrZero.meta({ description: 'Principal it still lends.' }),
    since: instant.meta({ description: 'When it was published or signed.' }),
    expiresAt: instant,
    pulledAt: instant.nullable(),
  })
  .meta({ id: 'LoanOffer', description: 'What a financier lends against notes, and on which terms.' });

export type LoanOfferResource = z.input<typeof loanOfferResource>;

export async function presentLoanOffers(
  ctx: Pick<Context, 'db' | 'asOf' | 'chain'>,
  offers: readonly LoanOffer[],
): Promise<LoanOfferResource[]> {
  const moment = await blockTimeOf(ctx);
  const names = await partyNames(
    ctx.db,
    offers.flatMap(({ terms }) => [terms.lender, terms.feeTo, ...terms.obligors, ...terms.borrowers, ...terms.payees]),
    ctx.asOf,
  );
  return offers.map((offer) => presentOffer(offer, names, moment));
}

function presentOffer(offer: LoanOffer, names: ReadonlyMap<number, string>, moment: bigint): LoanOfferResource {
  const { terms } = offer;
  return {
    id: offer.hash,
    lender: referenceTo(terms.lender, names),
    visibility: offer.visibility,
    status: statusOf(offer, moment),
    currency: fixedText(terms.currency),
    obligors: terms.obligors.map((party) => referenceTo(party, names)),
    group: terms.group === NO_WORD ? null : referenceText(terms.group),
    borrowers: terms.borrowers.map((party) => referenceTo(party, names)),
    advanceRate: String(terms.advanceRate),
    rate: String(terms.rate),
    dayCount: dayCountOf(terms),
    maxDays: terms.maxDays,
    graceDays: terms.graceDays,
    fees: {
      flat: terms.flatFee.toString(),
      ppm: String(terms.feeRate),
      to: terms.feeTo === 0 ? null : referenceTo(terms.feeTo, names),
    },
    use: useOf(terms),
    payees: terms.payees.map((party) => referenceTo(party, names)),
    drawDays: terms.drawDays,
    capacity: terms.capacity.toString(),
    used: offer.used.toString(),
    left: (terms.capacity - offer.used).toString(),
    since: instantOf(offer.since),
    expiresAt: instantOf(BigInt(terms.expiresAt)),
    pulledAt: offer.pulledAt === null ? null : instantOf(offer.pulledAt),
  };
}

function statusOf({ pulledAt, terms, used }: LoanOffer, moment: bigint): QuoteStatus {
  if (pulledAt !== null) return 'pulled';
  if (moment >= BigInt(terms.expiresAt)) return 'expired';
  return used >= terms.capacity ? 'used-up' : 'open';
}
