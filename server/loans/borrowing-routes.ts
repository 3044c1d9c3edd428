// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { HOLDER_MAKERS, HOLDERS, MEMBERS } from '../access/who.ts';
import { commandRoute, offLedgerRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { eventOf } from '../ledger/contract-types.ts';
import { compareOffers } from '../offers/comparison.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { currency } from '../values/schemas.ts';
import { loanAsked } from './asked.ts';
import { loanOfferId } from './bodies.ts';
import { LOAN_REFUSALS, loanBody, loanComparisonBody, prepareLoan, wantedOf } from './borrowing.ts';
import { loanComparisonResource, presentLoanComparison } from './comparison-resource.ts';
import { findLoan } from './find.ts';
import { loanDetail, loanMade, loanParams, loanResource, presentLoan, presentLoans } from './loan-resource.ts';
import { loansPage } from './queries.ts';
import { loanRefusals as refusals } from './refusals.ts';

const listQuery = z.strictObject({
  side: z
    .enum(['borrowed', 'lent'])
    .optional()
    .meta({ description: '`borrowed`: what your party borrowed; `lent`: what it lent.' }),
  status: z.enum(['open', 'closed']).optional(),
  currency: currency.optional(),
  offer: loanOfferId.optional(),
  ...pageQuery,
});

/** What a loan would cost, the loan, and looking at loans. */
export function borrowingRoutes(): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/loan-comparisons',
      access: HOLDERS,
      status: 200,
      summary: 'Compare what every financier would lend against your notes',
      description:
        'Nothing is stored and nobody is bound. The ledger prices each offer exactly as it would price a loan, so the answer is what a loan at this moment ' +
        'comes to, or why it would be refused.',
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
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Borrow against notes, in one step',
      description:
        'Under an offer that you name, or under the best one up to the cost you state. You keep the notes, which are pledged, and receive the cash, or it is reserved for the ' +
        'payees of a directed loan: all in one transaction, or not at all. When a pledged note is paid, the loan is repaid first and you receive the rest. ' +
        'A financier borrows against what it bought in the same way.',
      body: loanBody,
      response: loanDetail,
      refusals: [...LOAN_REFUSALS, refusals.NOBODY_LENDS],
      prepare: (ctx, { body }) => prepareLoan(ctx, body),
      async respond(ctx, { events }) {
        return loanMade(ctx, eventOf(events, 'PledgedLoans.LoanGranted').args.loan);
      },
    }),
    readRoute({
      path: '/v1/loans',
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
      access: MEMBERS,
      lookUp: { one: 'loan' },
      refusals: [refusals.LOAN_UNKNOWN],
      summary: 'Show a loan, what is owed today and what happened to it',
      params: loanParams,
      response: loanDetail,
      async handle(ctx, { params }) {
        const loan = await findLoan(ctx, params.id);
        ctx.shows({ kind: 'loan', subject: params.id, parties: [loan.lender, loan.borrower] });
        return presentLoan(ctx, loan);
      },
    }),
  ];
}
