// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import { instant, ledgerDateText } from '../values/schemas.ts';
import { noteId, payableId } from '../values/ids.ts';
import { instantOf } from '../ledger/block-time.ts';
import { referenceShown } from '../values/references.ts';
import { DUE_STATUSES } from './due-state.ts';
import type { PaymentDemand } from './queries.ts';

export const dueStatusWord = z
  .enum(DUE_STATUSES)
  .meta({ id: 'DueStatus', description: 'Overdue after the due date; in default from the default date on.' });

export const demandResource = z
  .strictObject({
    payable: payableId,
    note: noteId,
    holder: partyReference,
    limitationUntil: ledgerDateText.meta({
      description: 'Last day of the limitation period, which the demand restarted.',
    }),
    cause: referenceShown,
    demandedAt: instant,
  })
  .meta({ id: 'PaymentDemand', description: "A holder's written demand on the obligor of an overdue payable." });

export const defaultResource = z
  .strictObject({
    payable: payableId,
    dueStatus: dueStatusWord,
    dueDate: ledgerDateText,
    defaultDate: ledgerDateText.meta({ description: 'First day of default, if it is not paid before.' }),
    recourseUntil: ledgerDateText.meta({
      description: 'Last day for a holder that bought its note to claim on an endorser.',
    }),
    limitationUntil: ledgerDateText.meta({
      description: 'Last day of the limitation against the obligor, of a note whose holder made no demand.',
    }),
    demands: z.array(demandResource).meta({ description: 'Written demands on the obligor: a holder sees its own.' }),
  })
  .meta({
    id: 'PayableDefault',
    description: 'The default status of a payable today, and the dates that follow from its due date.',
  });

export async function presentDemands(
  { db, asOf }: Pick<Context, 'db' | 'asOf'>,
  demands: readonly PaymentDemand[],
): Promise<z.input<typeof demandResource>[]> {
  const names = await partyNames(
    db,
    demands.map(({ holder }) => holder),
    asOf,
  );
  return demands.map(({ payable, note, holder, limitationUntil, cause, demandedAt }) => ({
    payable: payable.toString(),
    note: note.toString(),
    holder: referenceTo(holder, names),
    limitationUntil,
    cause,
    demandedAt: instantOf(demandedAt),
  }));
}
