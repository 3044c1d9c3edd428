// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';

/** All of them, and there is one at least: of an empty list everything is true. */
export function assertEvery<T>(list: readonly T[], holds: (item: T) => boolean, message = 'of the list'): void {
  assert.isNotEmpty(list, `${message}: there is none`);
  for (const [index, item] of list.entries())
    assert.isOk(
      holds(item),
      `${message}: not number ${index}, ${JSON.stringify(item, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`,
    );
}
