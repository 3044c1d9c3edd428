// SPDX-License-Identifier: Apache-2.0
import { PRINCIPAL_MAKERS } from '../access/who.ts';
import { commandRoute, type Route } from '../http/route.ts';
import { actingRefusals } from '../parties/refusals.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { idFrom } from '../values/ids.ts';
import { release, releaseBody, seizureBody, seize } from './commands.ts';
import { findLoan } from './find.ts';
import { loanDetail, loanMade, loanParams } from './loan-resource.ts';
import { loanRefusals as refusals } from './refusals.ts';

/** The collateral of a loan: notes that are released, or that the lender takes. */
export function collateralRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/loans/{id}/releases',
      access: PRINCIPAL_MAKERS,
      status: 200,
      summary: 'End the pledge of notes',
      description:
        'The lender may do so at any time; the borrower only while the rest of the collateral, at the advance rate, covers all that is owed or can be drawn.',
      params: loanParams,
      body: releaseBody,
      response: loanDetail,
      refusals: [
        refusals.LOAN_UNKNOWN,
        refusals.NOT_THE_BORROWER,
        refusals.NOT_COLLATERAL,
        refusals.COLLATERAL_TOO_LOW,
        refusals.COLLATERAL_IS_SEIZED,
        receivableRefusals.NOTE_UNDER_HOLD,
        ...actingRefusals,
      ],
      async prepare(ctx, { params, body }) {
        const { id } = await findLoan(ctx, params.id);
        return { calls: [release(id, body.notes.map(idFrom))] };
      },
      respond: (ctx, _outcome, { params }) => loanMade(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/loans/{id}/seizure',
      access: PRINCIPAL_MAKERS,
      status: 200,
      summary: 'Take the collateral of a loan that is unpaid after its grace period',
      description:
        'The lender holds the notes from then on, and may not transfer them before the loan is paid. What is paid on them above what is owed goes to the borrower; if the ' +
        'loan is repaid after all, the notes are returned.',
      params: loanParams,
      body: seizureBody,
      response: loanDetail,
      refusals: [
        refusals.LOAN_UNKNOWN,
        refusals.LOAN_IS_CLOSED,
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
        const notes = body.notes?.map(idFrom) ?? collateral.filter(({ seized }) => !seized).map(({ note }) => note);
        return { calls: [seize(id, notes)] };
      },
      respond: (ctx, _outcome, { params }) => loanMade(ctx, idFrom(params.id)),
    }),
  ];
}
