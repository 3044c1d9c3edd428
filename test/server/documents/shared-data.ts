// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../../../shared/data');

/** Path of a published test input, and the reason to skip where the inputs are not laid out beside the project. */
export function sharedData(relativePath: string): { readonly path: string; readonly skip: string | false } {
  const full = path.join(root, relativePath);
  return { path: full, skip: existsSync(full) ? false : `no test inputs at ../shared/data/${relativePath}` };
}
