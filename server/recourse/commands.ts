// SPDX-License-Identifier: Apache-2.0
import type { NoteId } from '../values/ids.ts';
import { z } from 'zod';
import { textBytes32 } from '../values/fixed-text.ts';
import { call, type Call } from '../ledger/contract-types.ts';
import { referenceField } from '../values/references.ts';

export const causeField = referenceField('Why: a stated cause, which stays on record.', 'Unpaid at maturity');

export const causeBody = z.strictObject({ cause: causeField }).meta({ id: 'StatedCause' });

/** A step of `Recourse` on a note, with its cause. */
export function recourseStep(functionName: 'claim' | 'honour' | 'waive' | 'demand', note: NoteId, cause: string): Call {
  return call('Recourse', functionName, note, textBytes32(cause));
}

/** Says that a note was cut beside one that was sold with recourse. */
export function recordLineage({ note, origin }: { readonly note: NoteId; readonly origin: NoteId }): Call {
  return call('Recourse', 'recordLineage', note, origin);
}
