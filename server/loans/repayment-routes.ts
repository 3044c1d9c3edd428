// SPDX-License-Identifier: Apache-2.0
import { PRINCIPAL_MAKERS } from '../access/who.ts';
import { commandRoute, type Route } from '../http/route.ts';
import { blockTimeOf, dateAt } from '../ledger/block-time.ts';
import { actingRefusals, partyRefusals } from '../parties/refusals.ts';
import { settlementRefusals } from '../settlement/refusals.ts';
import { DeeptierError } from '../values/errors.ts';
import { idFrom } from '../values/ids.ts';
import { draw, drawBody, endDrawing, repay, repaymentBody } from './commands.ts';
import { findLoan } from './find.ts';
import { interestOn } from './interest.ts';
import { loanDetail, loanMade, loanParams } from './loan-resource.ts';
import { loanRefusals as refusals } from './refusals.ts';

const PAYING = [settlementRefusals.ERC20_INSUFFICIENT_BALANCE, settlementRefusals.CASH_IS_RESERVED];

/** The money of a loan: what is repaid, what a directed loan pays to its payees, what is never drawn. */
export function repaymentRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/loans/{id}/repayments',
      access: PRINCIPAL_MAKERS,
      status: 201,
      openWithoutStanding: true, // debts are paid by suspended parties too
      summary: 'Repay a loan, in part or in full, early or late',
      description:
        'The lender is paid directly: interest first, then principal. Once all is paid, the notes are free again.',
      params: loanParams,
      body: repaymentBody,
      response: loanDetail,
      refusals: [refusals.LOAN_UNKNOWN, refusals.LOAN_IS_CLOSED, refusals.REPAYMENT_EXCEEDS_LOAN, ...PAYING],
      async prepare(ctx, { params, body }) {
        const loan = await findLoan(ctx, params.id);
        if (loan.closed) throw new DeeptierError(refusals.LOAN_IS_CLOSED, { loan: params.id });
        const sum =
          'amount' in body ? BigInt(body.amount) : loan.principal + interestOn(loan, dateAt(await blockTimeOf(ctx)));
        return { calls: [repay(loan.id, sum)] };
      },
      respond: (ctx, _outcome, { params }) => loanMade(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/loans/{id}/draws',
      access: PRINCIPAL_MAKERS,
      status: 201,
      summary: 'Draw on a directed loan to pay one of its payees',
      description: 'The lender pays the payee directly. Interest accrues on the amount drawn from then on.',
      params: loanParams,
      body: drawBody,
      response: loanDetail,
      refusals: [
        refusals.LOAN_UNKNOWN,
        refusals.LOAN_IS_CLOSED,
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
        return { calls: [draw((await findLoan(ctx, params.id)).id, body)] };
      },
      respond: (ctx, _outcome, { params }) => loanMade(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/loans/{id}/end-of-drawing',
      access: PRINCIPAL_MAKERS,
      status: 200,
      openWithoutStanding: true,
      summary: 'Return the undrawn amount to the lender',
      description:
        'The borrower may do so at any time, the lender once the time to draw is over. If nothing is owed, the loan is closed.',
      params: loanParams,
      response: loanDetail,
      refusals: [refusals.LOAN_UNKNOWN, refusals.LOAN_IS_CLOSED, refusals.NOTHING_UNDRAWN, refusals.NOT_THE_BORROWER],
      prepare: async (ctx, { params }) => ({ calls: [endDrawing((await findLoan(ctx, params.id)).id)] }),
      respond: (ctx, _outcome, { params }) => loanMade(ctx, idFrom(params.id)),
    }),
  ];
}
