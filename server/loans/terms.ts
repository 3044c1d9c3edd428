// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { call, eventsOf } from '../ledger/contract-types.ts';
import type { OfferTerms, OfferType } from '../offers/terms.ts';
import { loanRefusals } from './refusals.ts';

/** What a financier lends, and on which terms; as `LoanOffer` in `LoanOffer.sol`, field by field. Amounts in minor units, rates in ppm. */
export interface LoanOfferTerms extends OfferTerms {
  readonly lender: PartyId;
  readonly borrowers: readonly PartyId[];
  readonly advanceRate: number;
  readonly maxDays: number;
  readonly graceDays: number;
  readonly payees: readonly PartyId[];
  readonly drawDays: number;
}

/** Loan offers; signed in the order and with the types of `LOAN_OFFER_TYPEHASH`. */
export const LOAN_OFFER: OfferType<LoanOfferTerms> = {
  kind: 'loan-offer',
  publish: (terms, replaces) => call('LoanOffers', 'publish', terms, replaces),
  withdraw: (terms) => call('LoanOffers', 'withdraw', terms),
  publishedIn: (events) => eventsOf(events, 'LoanOffers.LoanOfferPublished')[0]?.args.offer,
  order: {
    primaryType: 'LoanOffer',
    fields: [
      { name: 'lender', type: 'uint32' },
      { name: 'currency', type: 'bytes3' },
      { name: 'obligors', type: 'uint32[]' },
      { name: 'group', type: 'bytes32' },
      { name: 'borrowers', type: 'uint32[]' },
      { name: 'advanceRate', type: 'uint32' },
      { name: 'rate', type: 'uint32' },
      { name: 'dayCount', type: 'uint8' },
      { name: 'maxDays', type: 'uint16' },
      { name: 'graceDays', type: 'uint16' },
      { name: 'flatFee', type: 'uint64' },
      { name: 'feeRate', type: 'uint32' },
      { name: 'feeTo', type: 'uint32' },
      { name: 'payees', type: 'uint32[]' },
      { name: 'drawDays', type: 'uint16' },
      { name: 'capacity', type: 'uint64' },
      { name: 'expiresAt', type: 'uint40' },
      { name: 'lots', type: 'bytes32' },
      { name: 'salt', type: 'uint64' },
    ],
  },
  parties: ['lender', 'obligors', 'borrowers', 'feeTo', 'payees'],
  unknown: loanRefusals.LOAN_OFFER_UNKNOWN,
  none: loanRefusals.NO_LOAN_OFFER,
  by: ({ lender }) => lender,
  takers: ({ borrowers }) => borrowers,
  others: ({ payees }) => payees,
};
