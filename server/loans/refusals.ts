// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of `LoanOffers`, `PledgedLoans` and `LoanCollateral`, under the same names, and what the gateway itself refuses of loans. */
export const loanRefusals = defineRefusals({
  ADVANCE_EXCEEDED: {
    rule: 'FIN-55',
    status: 422,
    sentence: '{principal} is requested; the collateral supports at most {most}.',
  },
  LOAN_TERM_OUT_OF_RANGE: {
    rule: 'FIN-55',
    status: 422,
    sentence: 'The loan would be due on {dueDate}; this offer allows due dates from {earliest} to {latest}.',
  },
  FEES_ABOVE_PRINCIPAL: {
    rule: 'FIN-55',
    status: 422,
    sentence: 'The fees are {fees}, more than the principal of {principal}.',
  },
  NOT_THE_LOANS: { rule: 'FIN-57', status: 403, sentence: 'The caller {caller} is not the loan contract.' },
  NOT_THE_COLLATERAL: { rule: 'FIN-57', status: 403, sentence: 'The caller {caller} is not the collateral contract.' },
  NOT_A_COLLECTOR: {
    rule: 'FIN-57',
    status: 403,
    sentence: 'The caller {caller} is not a contract that collects money on notes.',
  },
  LOAN_UNKNOWN: { rule: 'FIN-58', status: 404, sentence: 'There is no loan {loan}.' },
  LOAN_IS_CLOSED: { rule: 'FIN-59', status: 409, sentence: 'Loan {loan} is closed; nothing is owed on it.' },
  NOT_THE_LENDER: {
    rule: 'FIN-60',
    status: 403,
    sentence: 'The lender of loan {loan} is party {lender}, not party {caller}.',
  },
  NOT_THE_BORROWER: {
    rule: 'FIN-60',
    status: 403,
    sentence: 'The borrower of loan {loan} is party {borrower}, not party {caller}.',
  },
  PAYEE_NOT_NAMED: {
    rule: 'FIN-61',
    status: 422,
    sentence: 'Loan {loan} pays only the parties it names, and party {payee} is not one of them.',
  },
  DRAWING_IS_OVER: {
    rule: 'FIN-61',
    status: 409,
    sentence: 'Loan {loan} could be drawn until {drawUntil}; today is {today}.',
  },
  DRAW_EXCEEDS_LOAN: {
    rule: 'FIN-61',
    status: 422,
    sentence: 'Loan {loan} has {undrawn} left to draw; {wanted} is requested.',
  },
  NOTHING_UNDRAWN: { rule: 'FIN-61', status: 409, sentence: 'Nothing is left to draw of loan {loan}.' },
  REPAYMENT_EXCEEDS_LOAN: {
    rule: 'FIN-59',
    status: 422,
    sentence: 'The repayment of {amount} exceeds the {owed} owed on loan {loan} today.',
  },
  NOT_COLLATERAL: { rule: 'FIN-62', status: 422, sentence: 'Note {note} does not secure loan {loan}.' },
  COLLATERAL_TOO_LOW: {
    rule: 'FIN-62',
    status: 422,
    sentence: 'The remaining collateral of loan {loan} would support {advance}; {needed} is owed or can be drawn.',
  },
  COLLATERAL_IS_SEIZED: {
    rule: 'FIN-63',
    status: 409,
    sentence: 'The lender has taken note {note}; it is returned once loan {loan} is repaid.',
  },
  SEIZURE_TOO_EARLY: {
    rule: 'FIN-63',
    status: 409,
    sentence: 'The collateral of loan {loan} can be taken from {from} on; today is {today}.',
  },
  // From here on, what the gateway itself refuses.
  LOAN_OFFER_UNKNOWN: { rule: 'FIN-58', status: 404, sentence: 'There is no loan offer {offer}.' },
  NO_LOAN_OFFER: {
    rule: 'FIN-64',
    status: 422,
    sentence: 'Financier {financier} has no open loan offer for this borrower.',
  },
  USE_DIFFERS: { rule: 'FIN-64', status: 422, sentence: 'The offer is for {offered} use; {wanted} use is requested.' },
  NOBODY_LENDS: { rule: 'FIN-64', status: 409, sentence: 'No financier lends this now, for these reasons: {reasons}.' },
});

/** The rules behind `loanRefusals`, in plain words. */
export const loanRules: Readonly<Record<string, string>> = {
  'FIN-55':
    'No more is lent than the advance rate allows on the face of the collateral, for no longer than the offer states, and within its capacity.',
  'FIN-57': 'Only the contracts of the ledger use offers and record what is collected on pledged notes.',
  'FIN-58':
    'A private loan offer is known to its lender and the borrowers it names, a loan to its lender and its borrower; to everybody else it does not exist.',
  'FIN-59':
    'A loan is repaid with interest to the day, in parts or early, by anyone, and never with more than is owed.',
  'FIN-60':
    'Only the borrower draws on a loan, and only the lender takes its collateral; each releases notes within its right.',
  'FIN-61':
    'A loan for a directed use is drawn for the parties it names and nobody else, until its last day; what is not drawn returns to the lender.',
  'FIN-62':
    'A pledge ends when the loan is paid, when the lender releases the note, or when the rest of the collateral still covers the loan.',
  'FIN-63':
    'If a loan is unpaid after its grace period, the lender may take the collateral; what is paid on it above what is owed goes to the borrower.',
  'FIN-64': 'A borrower is told what the loan costs at every financier, or why it does not lend.',
};
