// SPDX-License-Identifier: Apache-2.0
import { createHmac, timingSafeEqual } from 'node:crypto';
import { DeeptierError } from '../values/errors.ts';
import { canonicalJson } from '../values/json.ts';
import { httpRefusals } from './refusals.ts';

/** One page of a list ordered by a unique key of one or more columns. */
export interface Page {
  /** The key after which this page begins; `undefined` on the first page. Ask for rows with a key greater than it. */
  readonly after: readonly string[] | undefined;
  /** Items of a full page. Ask for `limit + 1` rows, so that `of` sees whether there is another page. */
  readonly limit: number;
  /** Makes the response of at most `limit + 1` rows; `keyOf` names the key of a row in the order of the list. */
  of<Row, Item>(
    rows: readonly Row[],
    keyOf: (row: Row) => readonly string[],
    itemOf: (row: Row) => Item,
  ): { items: Item[]; next: string | null };
}

/** What a cursor says: where the page before ended, and the block the list is read at. */
export interface CursorPosition {
  readonly block: bigint;
  readonly after: readonly string[];
}

export interface Cursors {
  /** `scope` is everything the cursor is bound to: the list, its filters, the party. */
  write(scope: unknown, position: CursorPosition): string;
  /** Throws `CURSOR_INVALID` unless `write` made it for the same scope. */
  read(scope: unknown, cursor: string): CursorPosition;
}

export function openCursors(key: Uint8Array): Cursors {
  const sealOf = (scope: unknown, payload: string): Buffer =>
    createHmac('sha256', key).update(canonicalJson(scope)).update('\n').update(payload).digest().subarray(0, 16);

  return {
    write(scope, { block, after }) {
      const payload = Buffer.from(JSON.stringify([block.toString(), ...after])).toString('base64url');
      return `${payload}.${sealOf(scope, payload).toString('base64url')}`;
    },
    read(scope, cursor) {
      const [payload = '', seal = ''] = cursor.split('.');
      const expected = sealOf(scope, payload);
      const actual = Buffer.from(seal, 'base64url');
      if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
        throw new DeeptierError(httpRefusals.CURSOR_INVALID);
      }
      const [block = '0', ...after] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as string[];
      return { block: BigInt(block), after };
    },
  };
}

/** A page of the list `scope` read at `block`. */
export function pageAt(
  cursors: Cursors,
  scope: unknown,
  { block, after, limit }: { block: bigint; after: readonly string[] | undefined; limit: number },
): Page {
  return {
    after,
    limit,
    of(rows, keyOf, itemOf) {
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const next =
        rows.length > limit && last !== undefined ? cursors.write(scope, { block, after: keyOf(last) }) : null;
      return { items: items.map(itemOf), next };
    },
  };
}
