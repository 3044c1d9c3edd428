// SPDX-License-Identifier: Apache-2.0
import { receivableRefusals } from '../receivables/refusals.ts';
import { defineRefusals } from '../values/errors.ts';

/** Errors of `CashBook`, `SettlementCash` and `Settlement`, and of OpenZeppelin's ERC-20, under the same names. */
export const settlementRefusals = defineRefusals({
  CASH_ALREADY_OPEN: {
    rule: 'SET-1',
    status: 409,
    sentence: 'Settlement cash in {currency} was already opened, by party {bank}.',
  },
  CASH_UNKNOWN: { rule: 'SET-1', status: 404, sentence: 'There is no settlement cash in {currency}.' },
  NOT_THE_BANK: {
    rule: 'SET-2',
    status: 403,
    sentence: 'Only the settlement bank {bank} may do this, not party {caller}.',
  },
  NOT_A_MOVER: { rule: 'SET-3', status: 403, sentence: 'The caller {caller} may not move settlement cash.' },
  NOT_THE_CASH_BOOK: { rule: 'SET-3', status: 403, sentence: 'Only the cash book may do this, not {caller}.' },
  ACCOUNT_UNKNOWN: { rule: 'SET-3', status: 422, sentence: 'The account {account} belongs to no party.' },
  ERC20_INSUFFICIENT_BALANCE: {
    rule: 'SET-4',
    status: 422,
    sentence: 'The account {sender} has {balance}; {needed} is required.',
  },
  ERC20_INSUFFICIENT_ALLOWANCE: {
    rule: 'SET-4',
    status: 422,
    sentence: '{spender} may still take {allowance} from the account; {needed} is required.',
  },
  ERC20_INVALID_SENDER: { rule: 'SET-3', status: 422, sentence: 'Cash cannot come from the account {sender}.' },
  ERC20_INVALID_RECEIVER: { rule: 'SET-3', status: 422, sentence: 'Cash cannot go to the account {receiver}.' },
  ERC20_INVALID_APPROVER: {
    rule: 'SET-3',
    status: 422,
    sentence: 'The account {approver} cannot allow others to take its cash.',
  },
  ERC20_INVALID_SPENDER: { rule: 'SET-3', status: 422, sentence: '{spender} cannot be allowed to take cash.' },
  PAYMENT_EXCEEDS_BALANCE: {
    rule: 'SET-4',
    status: 422,
    sentence: 'The payment is {amount} {currency}; the payer has {balance} available.',
  },
  CASH_IS_RESERVED: {
    rule: 'SET-13',
    status: 422,
    sentence: 'Party {party} has {available} {currency} that is not reserved; {wanted} is requested.',
  },
  NOT_THE_SUCCESSOR: { rule: 'SET-5', status: 403, sentence: 'Party {caller} did not succeed party {predecessor}.' },
  NOT_YET_DUE: { rule: 'SET-6', status: 422, sentence: 'Payable {payableId} matures on {maturity}; today is {today}.' },
  NOT_THE_OBLIGOR: {
    rule: 'SET-7',
    status: 403,
    sentence: 'Payable {payableId} is owed by party {obligor}, not by party {caller}.',
  },
  PAYMENT_ZERO: { rule: 'SET-8', status: 422, sentence: 'A payment must be at least 1.' },
  PAYMENT_EXCEEDS_DEBT: {
    rule: 'SET-8',
    status: 422,
    sentence: 'The payment of {amount} exceeds the {owed} owed on payable {payableId}.',
  },
  PAYMENT_CURRENCY_DIFFERS: {
    rule: 'SET-8',
    status: 422,
    sentence: 'Payable {payableId} is in {currency}; the payment is in {paid}.',
  },
  PAYMENT_UNDER_WAY: {
    rule: 'SET-9',
    status: 409,
    sentence: 'Payment {payment} of payable {payableId} is still under way.',
  },
  NOTHING_UNDER_WAY: { rule: 'SET-9', status: 409, sentence: 'No payment of payable {payableId} is under way.' },
  NOT_THE_PAYER: {
    rule: 'SET-9',
    status: 403,
    sentence: 'Payment {payment} was ordered by party {by}, not by party {caller}.',
  },
  NOTE_NOT_IN_PAYMENT: {
    rule: 'SET-10',
    status: 409,
    sentence: 'Note {note} is not part of payment {payment}, or was already processed in it.',
  },
  NOTES_OUT_OF_ORDER: {
    rule: 'SET-10',
    status: 422,
    sentence: 'Notes must be in ascending order, each once; note {note} is out of order or repeated.',
  },
  CUT_DOES_NOT_ADD_UP: {
    rule: 'SET-10',
    status: 422,
    sentence: 'The shares of payment {payment} under this cut add up to {shares}, not to its amount of {amount}.',
  },
  REFERENCE_TAKEN: {
    rule: 'SET-11',
    status: 409,
    sentence: 'The reference {ref} is already used by payment {payment}.',
  },
  REFERENCE_UNKNOWN: { rule: 'SET-11', status: 404, sentence: 'No outside payment has the reference {ref}.' },
  // From here on, what the gateway itself refuses.
  PAYMENT_UNKNOWN: { rule: 'SET-12', status: 404, sentence: 'There is no payment {payment}.' },
  PAYMENT_ALREADY_RETURNED: {
    rule: 'SET-11',
    status: 409,
    sentence: 'Everything paid under the reference {ref} has already been returned.',
  },
  CASH_NOT_YOURS: {
    rule: 'SET-12',
    status: 403,
    sentence: 'The cash of party {party} is shown only to that party, to its successor and to regulators.',
  },
});

/** What the ledger may say to an order of a payment, in settlement cash or outside. */
export const PAYMENT_ORDER_REFUSALS = [
  receivableRefusals.PAYABLE_UNKNOWN,
  receivableRefusals.PAYABLE_NOT_ACTIVE,
  settlementRefusals.NOT_YET_DUE,
  settlementRefusals.PAYMENT_UNDER_WAY,
  settlementRefusals.PAYMENT_EXCEEDS_DEBT,
  settlementRefusals.NOTE_NOT_IN_PAYMENT,
  settlementRefusals.NOTES_OUT_OF_ORDER,
  settlementRefusals.CUT_DOES_NOT_ADD_UP,
];

/** The rules behind `settlementRefusals`, in plain words. */
export const settlementRules: Readonly<Record<string, string>> = {
  'SET-1': 'Settlement cash in a currency is opened once, by a settlement bank, which is its bank from then on.',
  'SET-2':
    'Only the bank of a currency issues deposits on the ledger, and it redeems only deposits that were returned to it.',
  'SET-3':
    "Cash moves between parties' accounts only, by the payer's order; no contract and no operator holds or moves it.",
  'SET-4': 'A party never pays more than it has.',
  'SET-5': 'The cash of a succeeded party passes to its successor when the successor asks for it.',
  'SET-6': 'A payable is paid from its maturity on.',
  'SET-7': 'A payable is paid by its obligor, or by the party that succeeded it.',
  'SET-8': 'A payment is in the currency of the payable, at least one minor unit and at most what is owed.',
  'SET-9': 'A payable has one payment under way at a time; only the party that ordered it continues or abandons it.',
  'SET-10': 'A part payment reaches all holders pro rata, by largest remainder, each live note once.',
  'SET-11':
    'A payment made in the banking system is identified by its reference, which is used once; only the bank that confirmed it reports its return.',
  'SET-12': 'Payments and cash are shown to the parties they concern.',
  'SET-13': 'Reserved cash is paid out only for the purpose it was reserved for.',
};
