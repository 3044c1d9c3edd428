// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of `Recourse` under the same names, and what the gateway itself refuses. */
export const recourseRefusals = defineRefusals({
  CAUSE_MISSING: { rule: 'FIN-70', status: 422, sentence: 'Every step after a default states its cause.' },
  NOT_OVERDUE: { rule: 'FIN-71', status: 409, sentence: 'Payable {payableId} is not overdue.' },
  NOT_IN_DEFAULT: {
    rule: 'FIN-71',
    status: 409,
    sentence: 'Payable {payableId} is not in default; if it stays unpaid, it will be from {defaultDate} on.',
  },
  NO_ENDORSER: { rule: 'FIN-72', status: 409, sentence: 'No endorser answers for note {note}.' },
  NOT_OF_LINEAGE: {
    rule: 'FIN-72',
    status: 422,
    sentence: 'Note {note} does not share the title of note {origin}, or that note was not sold with recourse.',
  },
  RECOURSE_TIME_BARRED: {
    rule: 'FIN-73',
    status: 409,
    sentence: 'The period for a claim on an endorser of note {note} ended on {until}.',
  },
  CLAIM_ALREADY_OPEN: {
    rule: 'FIN-74',
    status: 409,
    sentence: 'A claim for note {note} on party {endorser} is already open.',
  },
  CLAIM_NOT_OPEN: { rule: 'FIN-74', status: 409, sentence: 'No claim for note {note} is open.' },
  RECOURSE_IS_WAIVED: { rule: 'FIN-75', status: 409, sentence: 'Recourse for note {note} was waived.' },
  NOT_THE_ENDORSER: {
    rule: 'FIN-74',
    status: 403,
    sentence: 'Note {note} is claimed on party {endorser}, not on party {caller}.',
  },
  LIMITATION_PASSED: {
    rule: 'FIN-76',
    status: 409,
    sentence: 'The limitation period for the debt of the obligor on note {note} ended on {until}.',
  },
  // From here on, what the gateway itself refuses.
  RECOURSE_CLAIM_UNKNOWN: { rule: 'FIN-77', status: 404, sentence: 'There is no claim on an endorser of note {note}.' },
  NOTHING_TO_DEMAND: {
    rule: 'FIN-76',
    status: 403,
    sentence: 'Your party holds no note of payable {payableId} that is owed.',
  },
});

/** The rules behind `recourseRefusals`, in plain words. */
export const recourseRules: Readonly<Record<string, string>> = {
  'FIN-70': 'Every step after a default states its cause, which stays on record.',
  'FIN-71':
    'A payable is overdue after its due date, and in default after the days of its rule set; the dates alone decide, and no declaration is needed.',
  'FIN-72':
    'The nearest endorser on the path from the note to the first supplier answers for it. An endorser that has paid claims on the endorsers before it, never in a circle. A piece of a note that was sold with recourse counts as sold with recourse.',
  'FIN-73':
    'A first claim is made within the months that the rule set allows from the due date; re-recourse, within the months it allows from the day the endorser paid.',
  'FIN-74':
    'A claim is made on one endorser, which alone pays it: all live units, in the same transaction as the note.',
  'FIN-75': 'A waiver of recourse is permanent, and releases every endorser of the note.',
  'FIN-76':
    'The limitation period against the obligor runs from the due date, and restarts with each demand that a holder makes before it ends.',
  'FIN-77': 'Claims are shown to the holder, the endorser, regulators, and auditors with a grant.',
};
