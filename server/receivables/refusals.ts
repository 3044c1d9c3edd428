// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of the receivable contracts, under the same names, and what the gateway itself refuses. */
export const receivableRefusals = defineRefusals({
  PAYABLE_UNKNOWN: { rule: 'REC-1', status: 404, sentence: 'There is no payable {payableId}.' },
  NOTE_UNKNOWN: { rule: 'REC-1', status: 404, sentence: 'There is no note {note}.' },
  PAYABLE_NOT_ACTIVE: { rule: 'REC-2', status: 409, sentence: 'Payable {payableId} is {status}.' },
  NOTE_NOT_HELD: { rule: 'REC-3', status: 409, sentence: 'Note {note} is {status}; this needs a held note.' },
  NOTE_NOT_OFFERED: { rule: 'REC-3', status: 409, sentence: 'Note {note} is {status}, not offered.' },
  NOT_THE_HOLDER: {
    rule: 'REC-4',
    status: 403,
    sentence: 'Note {note} belongs to party {holder}, not to party {caller}.',
  },
  NOT_THE_RECIPIENT: {
    rule: 'REC-4',
    status: 403,
    sentence: 'Note {note} is offered to party {recipient}, not to party {caller}.',
  },
  OFFER_HAS_EXPIRED: { rule: 'REC-5', status: 409, sentence: 'The offer of note {note} ended at {expiresAt}.' },
  OFFER_STILL_OPEN: { rule: 'REC-5', status: 409, sentence: 'The offer of note {note} stands until {expiresAt}.' },
  AMOUNT_ZERO: { rule: 'REC-6', status: 422, sentence: 'An amount must be at least 1.' },
  AMOUNT_EXCEEDS_NOTE: {
    rule: 'REC-7',
    status: 422,
    sentence: 'Note {note} has {available} free units; {wanted} are requested.',
  },
  NOTE_TOO_SMALL: {
    rule: 'REC-6',
    status: 422,
    sentence: '{amount} is below the smallest note of rule set {ruleSet}, {minimum}.',
  },
  TIER_TOO_DEEP: {
    rule: 'REC-8',
    status: 422,
    sentence: 'Tier {tier} is beyond {maximum}, the deepest tier that rule set {ruleSet} allows.',
  },
  TOO_MANY_CHILDREN: {
    rule: 'REC-9',
    status: 422,
    sentence: '{children} notes would be cut from one; rule set {ruleSet} allows {maximum}.',
  },
  MATURITY_NOT_AHEAD: {
    rule: 'REC-10',
    status: 422,
    sentence: 'The maturity {maturity} is not after the issue date {issueDate}.',
  },
  TERM_TOO_LONG: {
    rule: 'REC-10',
    status: 422,
    sentence: 'The maturity {maturity} is after {latest}, the latest that rule set {ruleSet} allows.',
  },
  NOTE_MATURED: {
    rule: 'REC-11',
    status: 409,
    sentence: 'Payable {payableId} matured on {maturity}; its notes can no longer be moved.',
  },
  LOOP_TO_OBLIGOR: {
    rule: 'REC-12',
    status: 422,
    sentence: 'A transfer to the obligor {obligor} would be a loop; a note goes back to it by a return.',
  },
  TRANSFER_TO_SELF: { rule: 'REC-12', status: 422, sentence: 'Party {party} already holds the note.' },
  SUPPLIER_IS_OBLIGOR: { rule: 'REC-12', status: 422, sentence: 'An obligor cannot be its own first supplier.' },
  DOCUMENTS_DO_NOT_COVER_FACE: {
    rule: 'REC-13',
    status: 422,
    sentence: "The documents' amounts add up to {documented}; the face is {face}.",
  },
  TOO_MANY_ENTRIES: {
    rule: 'REC-14',
    status: 422,
    sentence: 'The instruction has {count} entries; at most {maximum} are allowed.',
  },
  LIMIT_EXCEEDED: {
    rule: 'REC-15',
    status: 422,
    sentence: 'Party {obligor} owes {outstanding} {currency}; {wanted} more would exceed its limit of {limit}.',
  },
  OBLIGOR_OVERDUE: {
    rule: 'REC-16',
    status: 422,
    sentence: 'Party {obligor} has a payable overdue since {dueDate}, and cannot issue until it is paid.',
  },
  NOTE_UNDER_HOLD: {
    rule: 'REC-17',
    status: 409,
    sentence: '{units} units of note {note} are under the hold of order {order} until {expiresAt}.',
  },
  NOTE_NOT_UNDER_HOLD: { rule: 'REC-17', status: 409, sentence: 'Note {note} is not under a hold.' },
  HOLD_ALREADY_EXPIRED: {
    rule: 'REC-17',
    status: 422,
    sentence: 'The hold would expire at {expiresAt}, which is in the past.',
  },
  NOT_THE_ISSUANCE: { rule: 'REC-25', status: 403, sentence: 'The caller {caller} is not the issuance contract.' },
  NOT_THE_SETTLEMENT: { rule: 'REC-18', status: 403, sentence: 'The caller {caller} is not the settlement contract.' },
  NOT_FINANCING: { rule: 'REC-23', status: 403, sentence: 'The caller {caller} is not a financing contract.' },
  TOO_MANY_FINANCINGS: {
    rule: 'REC-24',
    status: 409,
    sentence: 'Note {note} has been financed {maximum} times, the most that a note can be.',
  },
  NOTE_IS_LOCKED: { rule: 'REC-19', status: 403, sentence: "Note {note} moves only by the ledger's own functions." },
  ERC721_NONEXISTENT_TOKEN: { rule: 'REC-19', status: 404, sentence: 'There is no live note {tokenId}.' },
  ERC721_INVALID_OWNER: { rule: 'REC-19', status: 422, sentence: 'The account {owner} cannot hold a note.' },
  // From here on, what the gateway itself refuses.
  DRAFT_UNKNOWN: { rule: 'REC-20', status: 404, sentence: 'Your party has no issue draft {draft}.' },
  SAME_PERSON: { rule: 'REC-20', status: 403, sentence: '{user} made this draft; another person must decide on it.' },
  DRAFT_DECIDED: { rule: 'REC-21', status: 409, sentence: 'Draft {draft} is already {state}.' },
  TREE_NOT_YOURS: {
    rule: 'REC-22',
    status: 403,
    sentence:
      'The tree of payable {payableId} is shown only to its obligor, to regulators and to auditors with a grant.',
  },
});

/** The rules behind `receivableRefusals`, in plain words. */
export const receivableRules: Readonly<Record<string, string>> = {
  'REC-1': 'A payable or note is known to the parties it concerns; to everybody else it does not exist.',
  'REC-2':
    'Notes of a payable move and are paid while it is active: accepted by the first supplier, and not yet settled or void.',
  'REC-3': 'A spent or offered note cannot be moved, held or paid; an offer is decided once.',
  'REC-4': 'Only the holder of a note disposes of it, and only its recipient accepts or rejects an offer.',
  'REC-5':
    "An offer stands for the offer window of the rule set of the payable's issue date, and never past the maturity.",
  'REC-6': 'An amount is at least the smallest note of the rule set, and so is the remainder, unless it is zero.',
  'REC-7': 'No more can be taken from a note than it has.',
  'REC-8': 'A payable is passed down at most as many tiers as the rule set of its issue date allows.',
  'REC-9': 'At most as many notes are cut from one as the rule set of the issue date allows.',
  'REC-10': 'A payable matures after its issue date, and within the term that the rule set of that date allows.',
  'REC-11': 'From its maturity on, a payable is paid to the holders of its notes, which can no longer be moved.',
  'REC-12':
    'A debt runs between two parties; a note goes back to its obligor only by a return, which extinguishes the debt.',
  'REC-13': 'Every unit of a payable is backed by a document.',
  'REC-14': 'The number of entries in one instruction is limited.',
  'REC-15': 'The debt of an obligor in a currency never exceeds the limit that the operator set.',
  'REC-16': 'An obligor with an overdue payable cannot issue a new one.',
  'REC-17':
    "A regulator may freeze units of a note by order, until a stated time; a pledge holds all of a note until it is released. Either way the note stays its holder's and is still paid.",
  'REC-18': 'Only the settlement contract records that units are paid, or owed again.',
  'REC-19': 'Wallets and explorers can read notes as ERC-721 tokens; only the ledger moves them.',
  'REC-20': 'A payable is issued by two persons of the obligor: one drafts, another one approves or rejects.',
  'REC-21': 'A draft is decided once.',
  'REC-22': 'A holder sees its own notes and the path above them, not what others did with theirs.',
  'REC-23':
    "Notes are sold and pledged only through the financing contracts, which ensure the holder's consent and the payment in cash.",
  'REC-24': 'A note can be financed at most fifteen times along its path.',
  'REC-25': 'Only the issuance contract opens payables, after checking them.',
};
