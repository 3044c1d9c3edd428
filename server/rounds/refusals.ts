// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of `SaleRounds`, under the same names, and what the gateway itself refuses of sell requests and rounds. */
export const roundRefusals = defineRefusals({
  SELL_REQUEST_NOT_OPEN: { rule: 'FIN-40', status: 409, sentence: 'There is no open sell request {request}.' },
  NOT_THE_SELLER: {
    rule: 'FIN-40',
    status: 403,
    sentence: 'The sell request {request} belongs to party {seller}, not to party {caller}.',
  },
  SELL_REQUEST_ALREADY_EXPIRED: {
    rule: 'FIN-41',
    status: 422,
    sentence: 'The sell request would expire at {expiresAt}, which is in the past.',
  },
  BOOK_FULL: {
    rule: 'FIN-42',
    status: 409,
    sentence: 'The book of party {obligor} in {currency} has {maximum} open sell requests, the most it can hold.',
  },
  TOO_MANY_SELL_REQUESTS: {
    rule: 'FIN-42',
    status: 409,
    sentence: 'Party {seller} has {maximum} open sell requests in this book, the most one seller may have.',
  },
  BOOK_EMPTY: {
    rule: 'FIN-43',
    status: 409,
    sentence: 'The book of party {obligor} in {currency} has no open sell request.',
  },
  QUOTES_INCOMPLETE: {
    rule: 'FIN-44',
    status: 409,
    sentence: 'A round takes all {count} published quotes in {currency}, in order of publication.',
  },
  ROUND_TOO_LARGE: {
    rule: 'FIN-45',
    status: 409,
    sentence: 'The {quotes} quotes published in {currency} are more than one round can process.',
  },
  ROUND_CUT_SHORT: { rule: 'FIN-45', status: 409, sentence: 'The round ran out of gas and had no effect.' },
  // Reasons why a round did not fill a request.
  SELL_REQUEST_EXPIRED: { rule: 'FIN-41', status: 409, sentence: 'The sell request {request} expired at {expiresAt}.' },
  NO_QUOTE_BUYS: {
    rule: 'FIN-43',
    status: 409,
    sentence: 'No published quote buys promises of party {obligor} in {currency}.',
  },
  RECOURSE_NOT_TAKEN: {
    rule: 'FIN-46',
    status: 422,
    sentence: 'The quote {quote} is with recourse, and the sell request does not accept recourse.',
  },
  ROUND_FULL: {
    rule: 'FIN-45',
    status: 409,
    sentence:
      'With {quotes} quotes the round has room for {requests} sell requests of the book; this one waits for the next round.',
  },
  // From here on, what the gateway itself refuses.
  SELL_REQUEST_UNKNOWN: { rule: 'FIN-47', status: 404, sentence: 'There is no sell request {request}.' },
  ROUND_UNKNOWN: { rule: 'FIN-47', status: 404, sentence: 'There is no round {round}.' },
});

/** The rules behind `roundRefusals`, in plain words. */
export const roundRules: Readonly<Record<string, string>> = {
  'FIN-40': 'A sell request is withdrawn by its seller, or the party that succeeded it, as long as it is open.',
  'FIN-41': 'A sell request states when it expires.',
  'FIN-42': 'The number of sell requests in a book is limited, in all and for each seller.',
  'FIN-43': 'A round requires a book with at least one request; without a quote nothing is sold.',
  'FIN-44': 'A round takes all published quotes as they are: the caller can leave none out.',
  'FIN-45': 'A round fits into one transaction; the latest requests wait for the next one.',
  'FIN-46': 'A seller states whether it accepts recourse.',
  'FIN-47': 'A sell request is known to its seller; its outcome in a round, to its seller and its buyer.',
};
