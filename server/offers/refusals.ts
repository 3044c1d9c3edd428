// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of `OfferBook`, under the same names, and what the gateway itself refuses of any offer. */
export const offerRefusals = defineRefusals({
  NOT_THE_OFFERER: {
    rule: 'FIN-10',
    status: 403,
    sentence: 'The offer {offer} belongs to party {by}, not to party {caller}.',
  },
  OFFER_INVALID: { rule: 'FIN-11', status: 422, sentence: 'The offer is incomplete or contradicts itself: {field}.' },
  OFFER_ALREADY_PUBLISHED: { rule: 'FIN-11', status: 409, sentence: 'The offer {offer} was already published.' },
  OFFER_NOT_PUBLISHED: {
    rule: 'FIN-14',
    status: 409,
    sentence: 'The offer {offer} is not among the published offers.',
  },
  TOO_MANY_OFFERS: {
    rule: 'FIN-12',
    status: 422,
    sentence: 'Financier {by} has {count} published offers of this kind in {currency}; at most {maximum}.',
  },
  OFFER_NOT_SIGNED: {
    rule: 'FIN-13',
    status: 409,
    sentence: 'The offer {offer} is neither published nor signed with the current key of party {by}.',
  },
  OFFER_IS_WITHDRAWN: { rule: 'FIN-14', status: 409, sentence: 'The offer {offer} was withdrawn.' },
  OFFER_EXPIRED: { rule: 'FIN-14', status: 409, sentence: 'The offer {offer} expired at {expiresAt}.' },
  OFFER_NOT_EXPIRED: { rule: 'FIN-14', status: 409, sentence: 'The offer {offer} stands until {expiresAt}.' },
  NOT_AN_OFFER_KIND: {
    rule: 'FIN-37',
    status: 403,
    sentence: 'The caller {caller} is not a contract that makes offers.',
  },
  TAKER_NOT_NAMED: { rule: 'FIN-15', status: 403, sentence: 'The offer {offer} is not open to party {taker}.' },
  OFFER_TO_SELF: { rule: 'FIN-15', status: 422, sentence: 'Party {party} cannot take its own offer.' },
  LOTS_DIFFER: { rule: 'FIN-15', status: 422, sentence: 'The offer {offer} is for other lots.' },
  LOT_COUNT: {
    rule: 'FIN-16',
    status: 422,
    sentence: 'At least one lot is required and at most {maximum} are allowed; {count} were given.',
  },
  LOTS_OUT_OF_ORDER: {
    rule: 'FIN-16',
    status: 422,
    sentence:
      'Lots must be in ascending order of their notes, each note once; note {note} is out of order or repeated.',
  },
  FINANCED_TOO_OFTEN: {
    rule: 'FIN-22',
    status: 422,
    sentence: 'Note {note} was financed {times} times on its path; this request would exceed the maximum of {maximum}.',
  },
  OFFER_CURRENCY_DIFFERS: {
    rule: 'FIN-18',
    status: 422,
    sentence: 'Payable {payableId} is in {currency}; the offer is in {offered}.',
  },
  OBLIGOR_NOT_TAKEN: {
    rule: 'FIN-18',
    status: 422,
    sentence: 'The offer {offer} does not accept promises of party {obligor}.',
  },
  DOCUMENT_IS_OVERDRAWN: {
    rule: 'FIN-21',
    status: 409,
    sentence: 'The payables issued against document {fingerprint} exceed what is left of it after its credit notes.',
  },
  OFFER_CAPACITY_EXCEEDED: {
    rule: 'FIN-19',
    status: 409,
    sentence: 'The offer {offer} has {left} of its capacity left; {wanted} is requested.',
  },
  COST_ABOVE_LIMIT: {
    rule: 'FIN-24',
    status: 422,
    sentence: 'The all-in cost is {cost} ppm a year, more than the limit of {maximum}.',
  },
  CASH_TOO_LOW: {
    rule: 'FIN-23',
    status: 409,
    sentence: 'The financier {by} has {available} {currency} available; {needed} is required.',
  },
  // From here on, what the gateway itself refuses.
  OFFER_BEING_CHANGED: { rule: 'FIN-14', status: 409, sentence: 'The offer {offer} is already being changed.' },
  TOO_MANY_SIGNED: {
    rule: 'FIN-12',
    status: 422,
    sentence:
      'Financier {by} has {count} private offers of this kind in {currency} that have not expired; at most {maximum}.',
  },
});

/** The rules behind `offerRefusals`, in plain words. */
export const offerRules: Readonly<Record<string, string>> = {
  'FIN-10': 'An offer is changed and withdrawn by the financier that made it, or the party that succeeded it.',
  'FIN-11':
    'An offer states what it accepts, up to which amount, at which rate of at most 100 % a year, and until when; it is published once.',
  'FIN-12':
    'The number of offers of a kind that a financier has in a currency is limited, of published ones and of private ones.',
  'FIN-13': 'An offer binds its financier once the financier publishes it or signs it with its current key.',
  'FIN-14':
    'An offer stands until it expires or is withdrawn, which is permanent; a change withdraws it and makes another in the same step.',
  'FIN-15':
    'An offer is open to the parties it names, or that succeeded them, and for the lots it names, if it names any; never to its own financier.',
  'FIN-16': 'The number of lots in a sale or a loan is limited, and each note is among them once.',
  'FIN-18': 'An offer accepts only the obligors and the currency it states.',
  'FIN-19': 'A financier takes no more under an offer than its capacity; everything taken counts against it.',
  'FIN-21':
    'A note is not financed if the payables issued against one of its documents exceed what is left of it, so that no invoice is financed twice.',
  'FIN-22': 'A note is financed a limited number of times, so that a seller with recourse can always take it back.',
  'FIN-23':
    'The financier pays in the same transaction, from settlement cash that is not reserved for another purpose.',
  'FIN-24': 'The party that takes an offer states the highest all-in cost it accepts, and never pays more.',
  'FIN-37': 'Offers are made through the contracts that know their terms.',
};
