// SPDX-License-Identifier: Apache-2.0
import { documentRefusals } from '../documents/refusals.ts';
import { limitRefusals } from '../exposure/refusals.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { settlementRefusals } from '../settlement/refusals.ts';
import { offerRefusals } from './refusals.ts';

/** What is against financing certain lots, whoever takes them. */
export const LOT_REFUSALS = [
  offerRefusals.LOT_COUNT,
  offerRefusals.LOTS_OUT_OF_ORDER,
  offerRefusals.OFFER_CURRENCY_DIFFERS,
  offerRefusals.DOCUMENT_IS_OVERDRAWN,
  receivableRefusals.NOTE_UNKNOWN,
  receivableRefusals.NOTE_NOT_HELD,
  receivableRefusals.NOTE_MATURED,
  receivableRefusals.NOTE_UNDER_HOLD,
  receivableRefusals.PAYABLE_NOT_ACTIVE,
  receivableRefusals.AMOUNT_ZERO,
  receivableRefusals.AMOUNT_EXCEEDS_NOTE,
  receivableRefusals.NOTE_TOO_SMALL,
  receivableRefusals.TOO_MANY_CHILDREN,
];

/** What the ledger may have against taking any offer; an appraisal and the act refuse alike. */
export const TAKING_REFUSALS = [
  ...LOT_REFUSALS,
  offerRefusals.OFFER_IS_WITHDRAWN,
  offerRefusals.OFFER_EXPIRED,
  offerRefusals.OFFER_NOT_SIGNED,
  offerRefusals.OFFER_INVALID,
  offerRefusals.TAKER_NOT_NAMED,
  offerRefusals.OFFER_TO_SELF,
  offerRefusals.LOTS_DIFFER,
  offerRefusals.OBLIGOR_NOT_TAKEN,
  offerRefusals.OFFER_CAPACITY_EXCEEDED,
  offerRefusals.FINANCED_TOO_OFTEN,
  offerRefusals.CASH_TOO_LOW,
  offerRefusals.COST_ABOVE_LIMIT,
  settlementRefusals.CASH_UNKNOWN,
  receivableRefusals.NOT_THE_HOLDER,
  receivableRefusals.LOOP_TO_OBLIGOR,
  documentRefusals.DOCUMENT_UNKNOWN,
  partyRefusals.PARTY_IS_SUSPENDED,
  partyRefusals.PARTY_IS_SUCCEEDED,
  partyRefusals.ADMISSION_EXPIRED,
  partyRefusals.ROLE_MISSING,
  limitRefusals.RISK_ASSETS_UNDECLARED,
  limitRefusals.DEBTOR_SHARE_EXCEEDED,
  limitRefusals.AFFILIATE_SHARE_EXCEEDED,
];
