// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { sharedData } from '../documents/shared-data.ts';

/** The rows of a file of published cases, or why they are left out. */
export interface Published<Row> {
  readonly skip: string | false;
  rows(): Row[];
}

/**
 * A file of comma-separated cases with a header; only its last cells may be quoted. Rows of which `read` answers
 * `undefined` are of something the ledger does not have.
 */
export function published<Row>(
  relativePath: string,
  read: (cells: readonly string[]) => Row | undefined,
): Published<Row> {
  const { path, skip } = sharedData(relativePath);
  return {
    skip,
    rows: () =>
      readFileSync(path, 'utf8')
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((row) => read(row.split(',')))
        .filter((row) => row !== undefined),
  };
}
