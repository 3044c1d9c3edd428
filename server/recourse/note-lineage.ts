// SPDX-License-Identifier: Apache-2.0
import type { NoteId } from '../values/ids.ts';
import { soldWithRecourse } from '../discounting/queries.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';
import { walkOf } from '../receivables/path.ts';
import type { Note } from '../receivables/queries.ts';

/** A note that was cut beside the one its holder bought with recourse. */
export interface Lineage {
  readonly note: NoteId;
  readonly origin: NoteId;
}

/** The lineage of the notes on a note's walk that the ledger was not told yet. */
export async function unrecordedLineage(db: Queryable, note: Note, block: AtBlock): Promise<Lineage[]> {
  const lineage = (await walkOf(db, note, block)).flatMap(({ id, titleNote }) =>
    titleNote === id ? [] : [{ note: id, origin: titleNote }],
  );
  if (lineage.length === 0) return [];
  const sold = await soldWithRecourse(
    db,
    lineage.map(({ origin }) => origin),
    block,
  );
  const recorded = await asOf(db.selectFrom('note_lineage').select('note'), 'note_lineage', block)
    .where(
      'note',
      'in',
      lineage.map(({ note: cut }) => cut),
    )
    .execute();
  return lineage.filter((cut) => sold.has(cut.origin) && !recorded.some((row) => row.note === cut.note));
}
