// SPDX-License-Identifier: Apache-2.0
import type {
  AccessGrantId,
  CoverId,
  LoanId,
  NoteId,
  PartyId,
  PayableId,
  PaymentId,
  RoundId,
  SaleId,
  SellRequestId,
} from '../values/ids.ts';

/**
 * What a whole number of the contracts is the number of, by the name it has in events, answers and their structs. The ABI
 * knows sizes only; the names mean one thing all over the contracts, and a test holds them against the types that Solidity
 * has for them. `id` and `subject` mean different things in different places, and are not here.
 */
export interface Identifiers {
  account: NoteId;
  back: NoteId;
  child: NoteId;
  fromNote: NoteId;
  hop: NoteId;
  note: NoteId;
  origin: NoteId;
  pledged: NoteId;
  settledNote: NoteId;
  taken: NoteId;

  payableId: PayableId;

  auditor: PartyId;
  bank: PartyId;
  beneficiary: PartyId;
  borrower: PartyId;
  borrowers: PartyId;
  buyer: PartyId;
  by: PartyId;
  carrier: PartyId;
  debtor: PartyId;
  endorser: PartyId;
  feeTo: PartyId;
  financier: PartyId;
  firstSupplier: PartyId;
  grantor: PartyId;
  holder: PartyId;
  insured: PartyId;
  lender: PartyId;
  obligor: PartyId;
  obligors: PartyId;
  party: PartyId;
  payee: PartyId;
  payees: PartyId;
  payer: PartyId;
  predecessor: PartyId;
  proposedBy: PartyId;
  recipient: PartyId;
  registrar: PartyId;
  seller: PartyId;
  sellers: PartyId;
  sender: PartyId;
  successor: PartyId;
  supplier: PartyId;
  to: PartyId;

  cover: CoverId;
  grantId: AccessGrantId;
  loan: LoanId;
  payment: PaymentId;
  request: SellRequestId;
  round: RoundId;
  sale: SaleId;
}
