// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of `Discounting`, under the same names, and what the gateway itself refuses of quotes, requests and sales. */
export const quoteRefusals = defineRefusals({
  TENOR_OUT_OF_RANGE: {
    rule: 'FIN-17',
    status: 422,
    sentence: 'Payable {payableId} is due in {daysLeft} days; the quote buys {minDays} to {maxDays} days.',
  },
  BELOW_QUOTED_MINIMUM: {
    rule: 'FIN-17',
    status: 422,
    sentence: 'The quote buys at least {minUnits} per sale; the lots amount to {units}.',
  },
  RECOURSE_NOT_ALLOWED: {
    rule: 'FIN-20',
    status: 422,
    sentence: 'Rule set {ruleSet} does not allow sales with recourse.',
  },
  BID_CUT_SHORT: {
    rule: 'FIN-25',
    status: 409,
    sentence: 'There was not enough gas to determine whether the quote {quote} buys.',
  },
  NOT_THE_ROUNDS: { rule: 'FIN-25', status: 403, sentence: 'The caller {caller} is not the matching-round contract.' },
  // From here on, what the gateway itself refuses.
  QUOTE_UNKNOWN: { rule: 'FIN-26', status: 404, sentence: 'There is no quote {quote}.' },
  NO_QUOTE: { rule: 'FIN-27', status: 422, sentence: 'Financier {financier} has no open quote for this seller.' },
  RECOURSE_DIFFERS: {
    rule: 'FIN-20',
    status: 422,
    sentence: 'The quote is {quoted} recourse; one {wanted} recourse is requested.',
  },
  NOBODY_BUYS: { rule: 'FIN-27', status: 409, sentence: 'No financier buys this now, for these reasons: {reasons}.' },
  SALE_UNKNOWN: { rule: 'FIN-26', status: 404, sentence: 'There is no sale {sale}.' },
  REQUEST_UNKNOWN: { rule: 'FIN-28', status: 404, sentence: 'There is no request for quotes {request}.' },
  REQUEST_CLOSED: { rule: 'FIN-28', status: 409, sentence: 'The request {request} is {state}.' },
  ANSWER_UNKNOWN: { rule: 'FIN-28', status: 404, sentence: 'The request {request} has no answer {answer}.' },
  TOO_MANY_ANSWERS: {
    rule: 'FIN-29',
    status: 422,
    sentence: 'Your party has answered this request {count} times; at most {maximum}.',
  },
});

/** The rules behind `quoteRefusals`, in plain words. */
export const quoteRules: Readonly<Record<string, string>> = {
  'FIN-17': 'A quote buys payables that are due within the days it states, and at least the amount it states.',
  'FIN-20': 'Recourse is agreed before the sale, and only where the rule set of the issue date allows it.',
  'FIN-25': 'Only the contract of the rounds fills a sell request, with enough gas to examine each quote.',
  'FIN-26':
    'A private quote is known to its financier and the sellers it names, a sale to its seller and its buyer; to everybody else it does not exist.',
  'FIN-27': 'A seller is told what every financier pays, or why it does not buy.',
  'FIN-28':
    'A request for quotes is known to the seller that made it and the financiers it is addressed to; that seller sees all answers and accepts one of them, a financier sees its own.',
  'FIN-29': 'The number of answers that a financier gives to a request is limited.',
};
