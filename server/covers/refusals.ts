// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of `CoverBook` and `LossAccounts`, under the same names. */
export const coverRefusals = defineRefusals({
  COVER_UNKNOWN: { rule: 'FIN-85', status: 404, sentence: 'There is no cover {cover}.' },
  COVER_INVALID: { rule: 'FIN-86', status: 422, sentence: 'The cover is incomplete or contradicts itself: {field}.' },
  NOT_IN_COVER: {
    rule: 'FIN-87',
    status: 403,
    sentence: 'Party {caller} is neither insured by the cover nor a carrier of it.',
  },
  COVER_TERMS_DIFFER: { rule: 'FIN-87', status: 409, sentence: 'The terms named do not match those of cover {cover}.' },
  COVER_NOT_PROPOSED: {
    rule: 'FIN-87',
    status: 409,
    sentence: 'Cover {cover} is {stage}; this requires a proposed cover.',
  },
  COVER_NOT_IN_FORCE: {
    rule: 'FIN-88',
    status: 409,
    sentence: 'Cover {cover} is {stage}; this requires a cover in force.',
  },
  CARRIER_CONSENT_NOT_DUE: {
    rule: 'FIN-87',
    status: 409,
    sentence: 'Party {carrier} is not a carrier of cover {cover}, or has already consented.',
  },
  NOT_THE_CARRIER: { rule: 'FIN-87', status: 403, sentence: 'Party {caller} cannot consent for party {carrier}.' },
  NOT_THE_INSURED: {
    rule: 'FIN-88',
    status: 403,
    sentence: 'Cover {cover} covers losses of party {insured}, not of party {caller}.',
  },
  NOTE_NOT_COVERED: { rule: 'FIN-88', status: 422, sentence: 'Cover {cover} does not cover note {note}: {field}.' },
  LOSS_ALREADY_CLAIMED: {
    rule: 'FIN-89',
    status: 409,
    sentence: 'The loss on note {note} was already claimed under cover {cover}.',
  },
  LOSS_NOT_CLAIMED: {
    rule: 'FIN-89',
    status: 409,
    sentence: 'No loss on note {note} was claimed under cover {cover}.',
  },
  NOTHING_TO_PAY: {
    rule: 'FIN-90',
    status: 409,
    sentence: 'No carrier of cover {cover} can pay: none owes anything on note {note}, or none that does has cash.',
  },
  // From here on, what the gateway itself refuses.
  LOSS_BELOW_RECOVERY: {
    rule: 'FIN-91',
    status: 422,
    sentence: 'The recovery of {recovered} exceeds the loss of {loss}.',
  },
});

/** The rules behind `coverRefusals`, in plain words. */
export const coverRules: Readonly<Record<string, string>> = {
  'FIN-85':
    'A cover is shown to its insured, its carriers and the party that proposed it; a cover that insures all holders of notes of a payable is also shown to those holders.',
  'FIN-86':
    'A cover has one to eight layers, each with a cap and one to eight carriers whose shares total at most the whole; no party carries its own loss or its own debt.',
  'FIN-87':
    'A cover is in force once every carrier has consented to its terms by naming them; before that, the insured or any carrier may cancel it.',
  'FIN-88':
    'The insured holder of a live note claims its loss; its payable is in default, named by the cover and due within its dates.',
  'FIN-89':
    'A loss is claimed once and under one cover; several carriers that bear losses one after the other are layers of one cover.',
  'FIN-90':
    'Carriers owe severally, each its own part, and pay as far as their cash goes; by consenting, a carrier instructs its payments.',
  'FIN-91':
    'The waterfall: the layers lie above one another along the net loss, each its deductible and then what it bears up to its cap. A growing loss fills them from the first to the last, a recovery empties them from the last to the first; within a layer a loss is split by share and a recovery by what each has borne, by largest remainder, to the minor unit.',
};
