import { defineRefusals } from '../values/errors.ts';

/** Errors of `Discounting`, under the same names, and what the gateway itself refuses of quotes, requests and sales. */
export const quoteRefusals = defineRefusals({
  NOT_THE_QUOTER: {
    rule: 'FIN-10',
    status: 403,
    sentence: "The quote {quote} is party {financier}'s, not party {caller}'s.",
  },
  QUOTE_INVALID: { rule: 'FIN-11', status: 422, sentence: 'The quote is incomplete or contradicts itself: {field}.' },
  QUOTE_ALREADY_PUBLISHED: { rule: 'FIN-11', status: 409, sentence: 'The quote {quote} was already published.' },
  TOO_MANY_QUOTES: {
    rule: 'FIN-12',
    status: 422,
    sentence: 'Financier {financier} has {count} published quotes in {currency}; at most {maximum}.',
  },
  QUOTE_NOT_SIGNED: {
    rule: 'FIN-13',
    status: 409,
    sentence: 'The quote {quote} is neither published nor signed with the present key of party {financier}.',
  },
  QUOTE_IS_PULLED: { rule: 'FIN-14', status: 409, sentence: 'The quote {quote} was pulled.' },
  QUOTE_EXPIRED: { rule: 'FIN-14', status: 409, sentence: 'The quote {quote} expired at {expiresAt}.' },
  QUOTE_STILL_OPEN: { rule: 'FIN-14', status: 409, sentence: 'The quote {quote} stands until {expiresAt}.' },
  SELLER_NOT_NAMED: {
    rule: 'FIN-15',
    status: 403,
    sentence: 'The quote {quote} is for other sellers than party {seller}.',
  },
  LOTS_DIFFER: { rule: 'FIN-15', status: 422, sentence: 'The quote {quote} is for other lots.' },
  LOT_COUNT: {
    rule: 'FIN-16',
    status: 422,
    sentence: 'A sale needs at least one lot and at most {maximum}; here are {count}.',
  },
  LOTS_OUT_OF_ORDER: {
    rule: 'FIN-16',
    status: 422,
    sentence: 'Lots come in ascending order of their notes, each note once; note {note} does not.',
  },
  NOT_THE_SELLER: {
    rule: 'FIN-17',
    status: 403,
    sentence: 'Note {note} belongs to party {holder}, not to party {seller}.',
  },
  SALE_TO_SELF: { rule: 'FIN-17', status: 422, sentence: 'Party {party} cannot buy from itself.' },
  QUOTE_CURRENCY_DIFFERS: {
    rule: 'FIN-18',
    status: 422,
    sentence: 'Payable {payableId} is in {currency}, and the quote in {quoted}.',
  },
  OBLIGOR_NOT_BOUGHT: {
    rule: 'FIN-18',
    status: 422,
    sentence: 'The quote {quote} does not buy promises of party {obligor}.',
  },
  TENOR_OUT_OF_RANGE: {
    rule: 'FIN-18',
    status: 422,
    sentence: '{daysLeft} days are left of payable {payableId}; the quote buys {minDays} to {maxDays}.',
  },
  BELOW_QUOTED_MINIMUM: {
    rule: 'FIN-18',
    status: 422,
    sentence: 'The quote buys at least {minUnits} at once; here are {units}.',
  },
  CAPACITY_EXCEEDED: {
    rule: 'FIN-19',
    status: 409,
    sentence: "{left} is left of the quote's capacity, and {wanted} is asked for.",
  },
  RECOURSE_NOT_ALLOWED: { rule: 'FIN-20', status: 422, sentence: 'Rule set {ruleSet} allows no sale with recourse.' },
  DOCUMENT_IS_OVERDRAWN: {
    rule: 'FIN-21',
    status: 409,
    sentence: 'More was issued against document {fingerprint} than is left of it after its credit notes.',
  },
  FINANCED_TOO_OFTEN: {
    rule: 'FIN-22',
    status: 422,
    sentence: 'Note {note} was financed {times} times on its way; it can be sold up to {maximum} times.',
  },
  CASH_TOO_LOW: {
    rule: 'FIN-23',
    status: 409,
    sentence: 'The buyer {financier} has {balance} {currency} to spend, and the price is {price}.',
  },
  COST_ABOVE_LIMIT: {
    rule: 'FIN-24',
    status: 422,
    sentence: 'The all-in cost is {cost} ppm a year, more than the limit of {maximum}.',
  },
  NOT_THE_ROUNDS: { rule: 'FIN-25', status: 403, sentence: 'The caller {caller} is not the contract of the rounds.' },
  // From here on, what the gateway itself refuses.
  QUOTE_UNKNOWN: { rule: 'FIN-26', status: 404, sentence: 'There is no quote {quote}.' },
  QUOTE_BEING_CHANGED: { rule: 'FIN-14', status: 409, sentence: 'The quote {quote} is being changed already.' },
  TOO_MANY_SIGNED: {
    rule: 'FIN-12',
    status: 422,
    sentence:
      'Financier {financier} has {count} private quotes in {currency} that have not expired; at most {maximum}.',
  },
  NO_QUOTE: {
    rule: 'FIN-27',
    status: 422,
    sentence: 'Financier {financier} has no open quote that is for this seller.',
  },
  RECOURSE_DIFFERS: {
    rule: 'FIN-20',
    status: 422,
    sentence: 'The quote is {quoted} recourse, and one {wanted} recourse is asked for.',
  },
  NOBODY_BUYS: { rule: 'FIN-27', status: 409, sentence: 'No financier buys this now; each has its reason: {reasons}.' },
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
  'FIN-10': 'A quote is changed and pulled by the financier that made it.',
  'FIN-11':
    'A quote says what it buys, up to which amount, at which rate of at most 100 % a year, and until when; it is published once.',
  'FIN-12': 'A financier has a bounded number of quotes in a currency, published ones and private ones.',
  'FIN-13': 'A quote binds its financier by being published by it, or by a signature of its present key.',
  'FIN-14':
    'A quote buys until it expires, or until it is pulled, which is for good; changing one pulls it and makes another in the same step.',
  'FIN-15': 'A quote buys from the sellers it names, and the lots it names, if it names any.',
  'FIN-16': 'The lots of a sale are bounded, and each note is among them once.',
  'FIN-17': 'Notes are sold by their holder, to somebody else.',
  'FIN-18': 'A quote buys the obligors, the currency, the days and the amounts that it says.',
  'FIN-19': 'A financier buys no more under a quote than its capacity; every purchase uses some of it up.',
  'FIN-20':
    'With recourse or without is agreed before the sale, and with only where the rule set of the issue date allows it.',
  'FIN-21': 'No note is sold whose documents carry more than is left of them: the same invoice is financed once.',
  'FIN-22': 'A note is sold a bounded number of times, so that those who may have to take it back always can.',
  'FIN-23': 'The buyer pays in the same step, out of what it has.',
  'FIN-24': 'A seller names the most it pays, all in, and never pays more.',
  'FIN-25': 'Only the rounds fill a request that stands on the ledger.',
  'FIN-26':
    'A private quote is known to its financier and the sellers it names, a sale to its seller and its buyer; to everybody else there is none.',
  'FIN-27': 'Who sells is told of every financier what it pays, or why it does not buy.',
  'FIN-28':
    'A request for quotes is known to who asked and whom it was put to; answers are seen by who asked, and one of them is accepted.',
  'FIN-29': 'The answers to a request are bounded.',
};
