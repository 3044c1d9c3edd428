import { defineRefusals } from '../values/errors.ts';

/** Errors of `Recourse` under the same names, and what the gateway itself refuses. */
export const recourseRefusals = defineRefusals({
  CAUSE_MISSING: { rule: 'FIN-70', status: 422, sentence: 'Every step after a default states its cause.' },
  NOT_OVERDUE: { rule: 'FIN-71', status: 409, sentence: 'Payable {payableId} is not overdue.' },
  NOT_IN_DEFAULT: {
    rule: 'FIN-71',
    status: 409,
    sentence: 'Payable {payableId} is not in default; unpaid, it would be from {defaultDate} on.',
  },
  NO_ENDORSER: { rule: 'FIN-72', status: 409, sentence: 'Nobody who sold note {note} answers for it.' },
  NOT_OF_LINEAGE: {
    rule: 'FIN-72',
    status: 422,
    sentence: 'Note {note} was not cut beside note {origin}, or that was not sold with recourse.',
  },
  RECOURSE_TIME_BARRED: {
    rule: 'FIN-73',
    status: 409,
    sentence: 'A claim on an endorser of note {note} could be made until {until}.',
  },
  CLAIM_ALREADY_OPEN: { rule: 'FIN-74', status: 409, sentence: 'Note {note} is claimed on party {endorser} already.' },
  CLAIM_NOT_OPEN: { rule: 'FIN-74', status: 409, sentence: 'Note {note} is claimed on nobody.' },
  RECOURSE_IS_WAIVED: { rule: 'FIN-75', status: 409, sentence: 'The holder of note {note} gave its recourse up.' },
  NOT_THE_ENDORSER: {
    rule: 'FIN-74',
    status: 403,
    sentence: 'Note {note} is claimed on party {endorser}, not on party {caller}.',
  },
  LIMITATION_PASSED: {
    rule: 'FIN-76',
    status: 409,
    sentence: 'The limitation of what the obligor owes on note {note} ended on {until}.',
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
  'FIN-70': 'Whoever takes a step after a default says why, and it stays on record.',
  'FIN-71':
    'A payable is overdue after its due date, and in default after the days of its rule set; by the date alone, nobody declares it.',
  'FIN-72':
    'The nearest answers who sold with recourse, on the walk from the note to the first supplier; who stepped in claims on those before it, never round. A piece of a note that was sold with recourse was sold with it too.',
  'FIN-73':
    'A first claim is made within the months of the rule set from the due date, a claim by one who stepped in within its months from the day it paid.',
  'FIN-74': 'A claim is on one endorser, which alone pays it: all live units, in one step with the note.',
  'FIN-75': 'Who gives recourse up gives it up for good, against everyone who sold the note.',
  'FIN-76':
    'The limitation against the obligor runs from the due date, and anew from each demand of a holder while it still runs.',
  'FIN-77': 'Claims are shown to holder and endorser, to a regulator, and to auditors by grant.',
};
