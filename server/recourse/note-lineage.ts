import { soldWithRecourse } from '../discounting/sales.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';
import { walkOf } from '../receivables/path.ts';
import type { Note } from '../receivables/queries.ts';

/** A note that stands beside the one its holder bought with recourse. */
export interface Piece {
  readonly piece: bigint;
  readonly origin: bigint;
}

/** The pieces on a note's walk that the ledger was not told of yet. */
export async function untracedPieces(db: Queryable, note: Note, block: AtBlock): Promise<Piece[]> {
  const pieces = (await walkOf(db, note, block)).flatMap(({ id, titleNote }) =>
    titleNote === id ? [] : [{ piece: id, origin: titleNote }],
  );
  if (pieces.length === 0) return [];
  const sold = await soldWithRecourse(
    db,
    pieces.map(({ origin }) => origin),
    block,
  );
  const traced = await asOf(db.selectFrom('recourse_pieces').select('piece'), 'recourse_pieces', block)
    .where(
      'piece',
      'in',
      pieces.map(({ piece }) => piece),
    )
    .execute();
  return pieces.filter(({ piece, origin }) => sold.has(origin) && !traced.some((row) => row.piece === piece));
}
