// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of `PartyRegistry`, under the same names. */
export const partyRefusals = defineRefusals({
  PARTY_UNKNOWN: { rule: 'PAR-1', status: 404, sentence: 'There is no party {party}.' },
  PARTY_IS_SUSPENDED: { rule: 'PAR-2', status: 403, sentence: 'Party {party} is suspended.' },
  PARTY_NOT_SUSPENDED: { rule: 'PAR-2', status: 409, sentence: 'Party {party} is not suspended.' },
  ADMISSION_EXPIRED: {
    rule: 'PAR-3',
    status: 403,
    sentence: 'The admission of party {party} ended on {validUntil}; today is {today}.',
  },
  ROLE_MISSING: {
    rule: 'PAR-4',
    status: 403,
    sentence: 'Party {party} holds roles {held}, and this needs one of {needed}.',
  },
  ROLES_INCOMPATIBLE: {
    rule: 'PAR-5',
    status: 422,
    sentence: 'One party cannot hold the roles {roles}: an operator, a regulator and an auditor hold no other role.',
  },
  ADMISSION_INCOMPLETE: { rule: 'PAR-6', status: 422, sentence: 'The admission is incomplete: {field}.' },
  IDENTIFIER_TAKEN: { rule: 'PAR-7', status: 409, sentence: 'The identifier already belongs to party {party}.' },
  REGULATOR_PROTECTED: {
    rule: 'PAR-9',
    status: 403,
    sentence: 'Party {party} is a regulator; the operator can neither suspend it nor end its admission.',
  },
  NOTHING_PROPOSED: {
    rule: 'PAR-10',
    status: 409,
    sentence: 'No proposal for party {party} is waiting for confirmation.',
  },
  PROPOSAL_DIFFERS: {
    rule: 'PAR-10',
    status: 409,
    sentence: 'The confirmation does not match the pending proposal for party {party}.',
  },
  KEY_UNKNOWN: { rule: 'PAR-11', status: 403, sentence: 'The key {key} signs for no party.' },
  KEY_TAKEN: { rule: 'PAR-11', status: 409, sentence: 'The key {key} already signs for party {party}.' },
  PARTY_IS_SUCCEEDED: { rule: 'PAR-12', status: 409, sentence: 'Party {party} was succeeded by party {successor}.' },
  CONSENT_NOT_DUE: {
    rule: 'PAR-13',
    status: 403,
    sentence: 'Party {party} is not asked to consent to this succession, or has already consented.',
  },
  SELF_REFERENCE: { rule: 'PAR-14', status: 422, sentence: 'Party {party} cannot name itself.' },
  // From here on, what the gateway itself refuses.
  IDENTIFIER_INVALID: {
    rule: 'PAR-8',
    status: 422,
    sentence: '{identifier} is not a valid {scheme}; the check that failed: {check}.',
  },
  SUCCESSION_UNKNOWN: { rule: 'PAR-13', status: 404, sentence: 'No succession of party {party} was proposed.' },
  USERS_NOT_YOURS: {
    rule: 'PAR-15',
    status: 403,
    sentence: 'Only the administrators of party {party} manage its users.',
  },
  FIRST_USER_IS_ADMIN: {
    rule: 'PAR-16',
    status: 422,
    sentence:
      'The first user of a party is an administrator, and neither maker nor checker; that administrator appoints the others.',
  },
  LAST_ADMINISTRATOR: {
    rule: 'PAR-17',
    status: 409,
    sentence: '{username} is the last administrator of the party; appoint another one first.',
  },
  PASSWORD_WRONG: { rule: 'PAR-18', status: 403, sentence: 'The current password is wrong.' },
});

/** What any command may meet: the party behind the key may not act, or not so. */
export const actingRefusals = [
  partyRefusals.KEY_UNKNOWN,
  partyRefusals.PARTY_IS_SUSPENDED,
  partyRefusals.ADMISSION_EXPIRED,
  partyRefusals.ROLE_MISSING,
] as const;

/** Why the ledger may refuse another party: as supplier, as recipient. */
export const standingRefusals = [
  partyRefusals.PARTY_UNKNOWN,
  partyRefusals.ROLE_MISSING,
  partyRefusals.PARTY_IS_SUSPENDED,
  partyRefusals.PARTY_IS_SUCCEEDED,
  partyRefusals.ADMISSION_EXPIRED,
] as const;

/** The rules behind `partyRefusals`, in plain words. */
export const partyRules: Readonly<Record<string, string>> = {
  'PAR-1': 'A party is known by the number the ledger gave it at admission; the number never changes.',
  'PAR-2': 'A suspended party can read, is paid and keeps what it holds, but can give no instructions.',
  'PAR-3':
    'An admission has a last day, after which the party can read but can give no instructions until the operator extends it.',
  'PAR-4': 'Each act on the ledger requires one of the roles it is open to.',
  'PAR-5': 'An operator, a regulator and an auditor hold no other role.',
  'PAR-6': 'A party is admitted with identifier, name, roles and key.',
  'PAR-7': 'A legal entity is admitted once.',
  'PAR-8': 'A USCC has the two check characters of GB 32100 and GB 11714, an LEI the check digits of ISO 17442.',
  'PAR-9': 'The operator can neither suspend a regulator nor end its admission.',
  'PAR-10':
    'The roles operator, regulator and settlement bank, and a key in place of one that was lost, are proposed by the operator and confirmed by a regulator, which names what it confirms.',
  'PAR-11': 'A key signs for one party, and a party has one key.',
  'PAR-12': 'A party that was merged into another one can no longer act; its successor acts for what it held.',
  'PAR-13': 'A succession needs the consent of the successor, and of the predecessor or a regulator.',
  'PAR-14': 'A party neither succeeds nor suspends itself.',
  'PAR-15': 'Each party manages its own users.',
  'PAR-16':
    'The operator adds the first user of a party it admitted and no other, so that it cannot act in the name of that party.',
  'PAR-17': 'A party keeps at least one administrator who can sign in.',
  'PAR-18': 'Changing a password requires the current one.',
};
