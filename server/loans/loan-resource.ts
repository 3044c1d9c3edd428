// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { addDays } from '../values/dates.ts';
import type { Context } from '../http/context.ts';
import type { Made } from '../http/route.ts';
import { amount, amountOrZero, currency, hash32, instant, ledgerDateText, numberedId } from '../values/schemas.ts';
import { type LoanId, noteId, type PartyId, payableId } from '../values/ids.ts';
import { dateAt, instantOf, blockTimeOf } from '../ledger/block-time.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { DAY_COUNTS } from '../values/day-count.ts';
import { wholePpm } from '../offers/fields.ts';
import { loanOfferId } from './bodies.ts';
import { interestOn } from './interest.ts';
import { actsOf, type Loan, loanById, type LoanEventKind } from './queries.ts';
import { LOAN_ACTS } from './tables.ts';
import { useField, useOf } from './use.ts';

export const loanId = numberedId('LoanId', 63, 'Number of a loan.', '12');

export const loanParams = z.strictObject({ id: loanId });

export const LOAN_STATUSES = ['open', 'overdue', 'closed'] as const;

const collateralResource = z
  .strictObject({
    note: noteId,
    payable: payableId,
    obligor: partyReference,
    amount: amountOrZero.meta({ description: 'What is left of it, in minor units.' }),
    dueDate: ledgerDateText,
    seized: z.boolean().meta({ description: 'Whether the lender has taken it.' }),
  })
  .meta({ id: 'Collateral', description: 'A note that secures a loan.' });

export const loanResource = z
  .strictObject({
    id: loanId,
    status: z
      .enum(LOAN_STATUSES)
      .meta({
        description:
          '`overdue`: something is owed after the due date. `closed`: nothing is owed and nothing can be drawn.',
      }),
    lender: partyReference,
    borrower: partyReference,
    offer: loanOfferId,
    currency,
    use: useField,
    payees: z
      .array(partyReference)
      .meta({ description: 'The only parties whom the money may reach; empty for free use.' }),
    principal: amount.meta({ description: 'What was lent, in minor units.' }),
    fees: amountOrZero.meta({ description: 'Out of the principal.' }),
    feesTo: partyReference,
    undrawn: amountOrZero.meta({ description: 'Reserved with the lender, for the payees.' }),
    advanceRate: wholePpm('Most principal, of the face of the collateral, in parts per million.', '800000'),
    rate: wholePpm('Per year, in parts per million.', '60000'),
    dayCount: z.enum(DAY_COUNTS),
    startDate: ledgerDateText,
    dueDate: ledgerDateText,
    drawUntil: ledgerDateText
      .nullable()
      .meta({ description: 'Last day on which a directed loan may be drawn; null for free use.' }),
    seizableFrom: ledgerDateText.meta({
      description: 'First day on which the lender may take the collateral, if something is still owed.',
    }),
    owed: z
      .strictObject({
        principal: amountOrZero,
        interest: amountOrZero,
        total: amountOrZero,
        on: ledgerDateText.meta({ description: 'The day it is owed on: it repays the loan in full.' }),
      })
      .meta({ id: 'LoanOwed', description: 'In minor units.' }),
    collateral: z.array(collateralResource),
    grantedAt: instant,
    transaction: hash32,
    reference: referenceShown,
  })
  .meta({ id: 'Loan', description: 'A loan against pledged notes.' });

const loanEvent = z
  .strictObject({
    act: z.enum(LOAN_ACTS),
    at: instant,
    party: partyReference.nullable().meta({ description: 'Who paid, or was paid.' }),
    note: noteId.nullable().meta({ description: 'The note it was about.' }),
    otherNote: noteId
      .nullable()
      .meta({ description: 'The note that came of it: taken, returned, or the part that was paid.' }),
    principal: amountOrZero
      .nullable()
      .meta({ description: 'Principal that moved: drawn, returned unspent, paid, owed again.' }),
    interest: amountOrZero.nullable(),
    surplus: amountOrZero
      .nullable()
      .meta({ description: 'What the borrower received of a note that the lender had taken.' }),
    owed: z
      .strictObject({ principal: amountOrZero, interest: amountOrZero })
      .nullable()
      .meta({ description: 'Afterwards; null where it did not change.' }),
    reference: referenceShown,
    transaction: hash32,
  })
  .meta({ id: 'LoanEvent' });

export const loanDetail = loanResource
  .extend({ acts: z.array(loanEvent).meta({ description: 'All that happened to it, in order.' }) })
  .meta({ id: 'LoanDetail', description: 'A loan, and all that happened to it.' });

export type LoanView = z.input<typeof loanResource>;

export async function presentLoans(
  ctx: Pick<Context, 'db' | 'asOf' | 'chain'>,
  loans: readonly Loan[],
): Promise<LoanView[]> {
  const today = dateAt(await blockTimeOf(ctx));
  const names = await partyNames(
    ctx.db,
    loans.flatMap(({ lender, borrower, feeTo, payees, collateral }) => [
      lender,
      borrower,
      feeTo,
      ...payees,
      ...collateral.map(({ obligor }) => obligor),
    ]),
    ctx.asOf,
  );
  return loans.map((loan) => {
    const interest = interestOn(loan, today);
    const total = loan.principal + interest;
    return {
      id: loan.id.toString(),
      status: loan.closed ? 'closed' : today > loan.dueDate && total > 0n ? 'overdue' : 'open',
      lender: referenceTo(loan.lender, names),
      borrower: referenceTo(loan.borrower, names),
      offer: loan.offer,
      currency: loan.currency,
      use: useOf(loan),
      payees: loan.payees.map((party) => referenceTo(party, names)),
      principal: loan.lent.toString(),
      fees: loan.fees.toString(),
      feesTo: referenceTo(loan.feeTo, names),
      undrawn: loan.undrawn.toString(),
      advanceRate: String(loan.advanceRate),
      rate: String(loan.rate),
      dayCount: loan.dayCount,
      startDate: loan.startDate,
      dueDate: loan.dueDate,
      drawUntil: useOf(loan) === 'directed' ? loan.drawUntil : null,
      seizableFrom: addDays(loan.dueDate, loan.graceDays + 1),
      owed: { principal: loan.principal.toString(), interest: interest.toString(), total: total.toString(), on: today },
      collateral: loan.collateral.map(({ note, payable, obligor, units, dueDate, seized }) => ({
        note: note.toString(),
        payable: payable.toString(),
        obligor: referenceTo(obligor, names),
        amount: units.toString(),
        dueDate,
        seized,
      })),
      grantedAt: instantOf(loan.grantedAt),
      transaction: loan.grantedTx,
      reference: referenceText(loan.reference),
    };
  });
}

export async function presentLoan(
  ctx: Pick<Context, 'db' | 'asOf' | 'chain'>,
  loan: Loan,
): Promise<z.input<typeof loanDetail>> {
  const [shown] = await presentLoans(ctx, [loan]);
  const acts = await actsOf(ctx.db, loan.id, ctx.asOf);
  const names = await partyNames(
    ctx.db,
    acts.flatMap(({ party }) => party ?? []),
    ctx.asOf,
  );
  return { ...(shown as LoanView), acts: acts.map((act) => loanEventView(act, names)) };
}

/** The loan that a command made or changed, as it is answered. */
export async function loanMade(ctx: Context, id: LoanId): Promise<Made<z.input<typeof loanDetail>>> {
  const loan = await loanById(ctx.db, id, ctx.asOf);
  if (!loan) throw new Error(`the loan ${id} was made and is not there`);
  return { body: await presentLoan(ctx, loan), location: `/v1/loans/${id}` };
}

function loanEventView(act: LoanEventKind, names: ReadonlyMap<PartyId, string>): z.input<typeof loanEvent> {
  return {
    act: act.act,
    at: instantOf(act.at),
    party: act.party === null ? null : referenceTo(act.party, names),
    note: act.note?.toString() ?? null,
    otherNote: act.otherNote?.toString() ?? null,
    principal: act.principal?.toString() ?? null,
    interest: act.interest?.toString() ?? null,
    surplus: act.surplus?.toString() ?? null,
    owed:
      act.principalOwed === null || act.interestOwed === null
        ? null
        : { principal: act.principalOwed.toString(), interest: act.interestOwed.toString() },
    reference: act.reference === null ? null : referenceText(act.reference),
    transaction: act.tx,
  };
}
