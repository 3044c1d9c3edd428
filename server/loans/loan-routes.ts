import { idFrom, type IdText, type LoanId, noteId, partyId } from '../values/ids.ts';
import { HOLDERS, HOLDER_MAKERS, MEMBERS, PRINCIPAL_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { actingRefusals, partyRefusals } from '../parties/refusals.ts';
import { textBytes32 } from '../values/fixed-text.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { offLedgerRoute, commandRoute, type Made, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { amount, currency } from '../values/schemas.ts';
import { call, eventOf } from '../ledger/contract-types.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import { referenceField } from '../values/references.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { settlementRefusals } from '../settlement/refusals.ts';
import { compareOffers } from '../offers/comparison.ts';
import { loanAsked } from './asked.ts';
import { LOAN_REFUSALS, loanBody, loanComparisonBody, prepareLoan, wantedOf } from './borrowing.ts';
import { loanOfferId } from './bodies.ts';
import { loanComparisonResource, presentLoanComparison } from './comparison-resource.ts';
import { interestOn } from './interest.ts';
import { loanDetail, loanId, loanResource, presentLoan, presentLoans } from './loan-resource.ts';
import { type Loan, loanById, loansPage, visibleLoan } from './loans.ts';
import { loanRefusals as refusals } from './refusals.ts';

const capability = 'financing';
const loanParams = z.strictObject({ id: loanId });
const MOST_NOTES = 50;

const listQuery = z.strictObject({
  side: z.enum(['borrowed', 'lent']).optional().meta({ description: 'What your party borrowed, or what it lent.' }),
  status: z.enum(['open', 'closed']).optional(),
  currency: currency.optional(),
  offer: loanOfferId.optional(),
  ...pageQuery,
});

const repaymentBody = z
  .union([
    z.strictObject({ amount: amount.meta({ description: 'Minor units; interest first, then principal.' }) }),
    z.strictObject({ inFull: z.literal(true).meta({ description: 'All that is owed today.' }) }),
  ])
  .meta({ id: 'RepaymentBody' });

const drawBody = z
  .strictObject({
    payee: partyId,
    amount,
    reference: referenceField('Your own reference, such as the invoice that is paid.', 'INV-4711').optional(),
  })
  .meta({ id: 'DrawBody' });

const notesField = z.array(noteId).min(1).max(MOST_NOTES);
const releaseBody = z.strictObject({ notes: notesField }).meta({ id: 'ReleaseBody' });
const seizureBody = z
  .strictObject({ notes: notesField.optional().meta({ description: 'All that secure the loan if absent.' }) })
  .meta({ id: 'SeizureBody' });

const { LOAN_UNKNOWN, LOAN_IS_CLOSED } = refusals;
const PAYING = [settlementRefusals.ERC20_INSUFFICIENT_BALANCE, settlementRefusals.CASH_IS_RESERVED];

/** What a loan would cost, the loan, and all that happens to it. */
export function loanActRoutes(): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/loan-comparisons',
      capability,
      access: HOLDERS,
      status: 200,
      summary: 'What every financier would lend against your notes, before you sign',
      description:
        'Nothing is stored and nobody is bound. Each offer is put to the ledger just as the borrowing would be, so what is said here is what a loan at this moment ' +
        'comes to, or is refused for.',
      body: loanComparisonBody,
      response: loanComparisonResource,
      idempotency: 'none',
      refusals: [receivableRefusals.NOTE_UNKNOWN],
      async handle(ctx, { body }) {
        const wanted = await wantedOf(ctx, body);
        const asked = await loanAsked(ctx, ctx.caller.party, wanted);
        return { body: await presentLoanComparison(ctx, wanted, await compareOffers(ctx, asked)) };
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/loans',
      capability,
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Borrow against notes, in one step',
      description:
        'Under an offer you name, or under the best there is up to the cost you say. The notes stay yours and are pledged; the cash is in your account, or reserved for the ' +
        'payees of a directed loan: all in one transaction, or nothing of it. When a pledged note is paid, the loan is paid first and the rest is yours. ' +
        'A financier borrows against what it bought in the same way.',
      body: loanBody,
      response: loanDetail,
      refusals: [...LOAN_REFUSALS, refusals.NOBODY_LENDS],
      prepare: (ctx, { body }) => prepareLoan(ctx, body),
      async respond(ctx, { events }) {
        return made(ctx, eventOf(events, 'PledgedLoans.LoanGranted').args.loan);
      },
    }),
    readRoute({
      path: '/v1/loans',
      capability,
      access: MEMBERS,
      lookUp: { list: 'loans' },
      refusals: [],
      summary: 'List the loans you may see, the newest first',
      description: 'What your party borrowed or lent, each with what is owed today.',
      query: listQuery,
      response: pageOf(loanResource),
      async handle(ctx, { query }) {
        const rows = await loansPage(ctx.db, await visibilityOf(ctx), query, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ id }) => [id.toString()],
          (loan) => loan,
        );
        return { items: await presentLoans(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/loans/{id}',
      capability,
      access: MEMBERS,
      lookUp: { one: 'loan' },
      refusals: [LOAN_UNKNOWN],
      summary: 'Show a loan, what is owed today and what happened to it',
      params: loanParams,
      response: loanDetail,
      async handle(ctx, { params }) {
        const loan = await findLoan(ctx, params.id);
        ctx.shows({ kind: 'loan', subject: params.id, parties: [loan.lender, loan.borrower] });
        return presentLoan(ctx, loan);
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/loans/{id}/repayments',
      capability,
      access: PRINCIPAL_MAKERS,
      status: 201,
      openWithoutStanding: true, // debts are paid by suspended parties too
      summary: 'Repay a loan, in part or in full, early or late',
      description:
        'Straight to the lender: interest first, then principal. Once all is paid, the notes are free again.',
      params: loanParams,
      body: repaymentBody,
      response: loanDetail,
      refusals: [LOAN_UNKNOWN, LOAN_IS_CLOSED, refusals.REPAYMENT_EXCEEDS_LOAN, ...PAYING],
      async prepare(ctx, { params, body }) {
        const loan = await findLoan(ctx, params.id);
        if (loan.closed) throw new DeeptierError(LOAN_IS_CLOSED, { loan: params.id });
        const sum =
          'amount' in body ? BigInt(body.amount) : loan.principal + interestOn(loan, dateAt(await blockTimeOf(ctx)));
        return { calls: [call('PledgedLoans', 'repay', loan.id, sum)] };
      },
      respond: (ctx, _outcome, { params }) => made(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/loans/{id}/draws',
      capability,
      access: PRINCIPAL_MAKERS,
      status: 201,
      summary: 'Have a directed loan pay one of its payees',
      description: 'The lender pays the payee directly. Interest runs on what is drawn, from then on.',
      params: loanParams,
      body: drawBody,
      response: loanDetail,
      refusals: [
        LOAN_UNKNOWN,
        LOAN_IS_CLOSED,
        refusals.NOT_THE_BORROWER,
        refusals.PAYEE_NOT_NAMED,
        refusals.DRAWING_IS_OVER,
        refusals.DRAW_EXCEEDS_LOAN,
        refusals.COLLATERAL_TOO_LOW,
        partyRefusals.PARTY_UNKNOWN,
        partyRefusals.PARTY_IS_SUCCEEDED,
        ...actingRefusals,
      ],
      async prepare(ctx, { params, body }) {
        const { id } = await findLoan(ctx, params.id);
        return {
          calls: [
            call('PledgedLoans', 'draw', id, idFrom(body.payee), BigInt(body.amount), textBytes32(body.reference)),
          ],
        };
      },
      respond: (ctx, _outcome, { params }) => made(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/loans/{id}/end-of-drawing',
      capability,
      access: PRINCIPAL_MAKERS,
      status: 200,
      openWithoutStanding: true,
      summary: 'Give what was not drawn back to the lender',
      description:
        'The borrower at any time; the lender too once it can be drawn no more. A loan of which nothing is owed is closed with it.',
      params: loanParams,
      response: loanDetail,
      refusals: [LOAN_UNKNOWN, LOAN_IS_CLOSED, refusals.NOTHING_UNDRAWN, refusals.NOT_THE_BORROWER],
      prepare: async (ctx, { params }) => ({
        calls: [call('PledgedLoans', 'endDrawing', (await findLoan(ctx, params.id)).id)],
      }),
      respond: (ctx, _outcome, { params }) => made(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/loans/{id}/releases',
      capability,
      access: PRINCIPAL_MAKERS,
      status: 200,
      summary: 'End the pledge of notes',
      description:
        'The lender whenever it likes; the borrower where the rest of the collateral still advances all that is owed or can be drawn.',
      params: loanParams,
      body: releaseBody,
      response: loanDetail,
      refusals: [
        LOAN_UNKNOWN,
        refusals.NOT_THE_BORROWER,
        refusals.NOT_COLLATERAL,
        refusals.COLLATERAL_TOO_LOW,
        refusals.COLLATERAL_IS_SEIZED,
        receivableRefusals.NOTE_UNDER_HOLD,
        ...actingRefusals,
      ],
      async prepare(ctx, { params, body }) {
        const { id } = await findLoan(ctx, params.id);
        return { calls: [call('LoanCollateral', 'release', id, body.notes.map(BigInt))] };
      },
      respond: (ctx, _outcome, { params }) => made(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/loans/{id}/seizure',
      capability,
      access: PRINCIPAL_MAKERS,
      status: 200,
      summary: 'Take the collateral of a loan that is unpaid after its days of grace',
      description:
        'The lender holds the notes from then on, and may not pass them on before the loan is paid. What they bring in above what is owed is paid to the borrower; if the ' +
        'loan is repaid after all, they go back.',
      params: loanParams,
      body: seizureBody,
      response: loanDetail,
      refusals: [
        LOAN_UNKNOWN,
        LOAN_IS_CLOSED,
        refusals.NOT_THE_LENDER,
        refusals.SEIZURE_TOO_EARLY,
        refusals.NOT_COLLATERAL,
        refusals.COLLATERAL_IS_SEIZED,
        receivableRefusals.NOTE_UNDER_HOLD,
        receivableRefusals.LOOP_TO_OBLIGOR,
        ...actingRefusals,
      ],
      async prepare(ctx, { params, body }) {
        const { id, collateral } = await findLoan(ctx, params.id);
        const notes = body.notes?.map(BigInt) ?? collateral.filter(({ seized }) => !seized).map(({ note }) => note);
        return { calls: [call('LoanCollateral', 'seize', id, notes)] };
      },
      respond: (ctx, _outcome, { params }) => made(ctx, idFrom(params.id)),
    }),
  ];
}

/** A loan that the caller may see. Throws `LOAN_UNKNOWN`. */
async function findLoan(ctx: Context, id: IdText<'LoanId'>): Promise<Loan> {
  const loan = await visibleLoan(ctx.db, await visibilityOf(ctx), idFrom(id), ctx.asOf);
  if (!loan) throw new DeeptierError(LOAN_UNKNOWN, { loan: id });
  return loan;
}

async function made(ctx: Context, id: LoanId): Promise<Made<z.input<typeof loanDetail>>> {
  const loan = await loanById(ctx.db, id, ctx.asOf);
  if (!loan) throw new Error(`the loan ${id} was made and is not there`);
  return { body: await presentLoan(ctx, loan), location: `/v1/loans/${id}` };
}
