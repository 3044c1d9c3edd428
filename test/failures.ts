// SPDX-License-Identifier: Apache-2.0
import { assert, AssertionError } from 'chai';

/** What an error must be: a function says yes, or each named property is this one. */
export type Expected = ((error: unknown) => boolean) | Readonly<Record<string, unknown>>;

/** Chai's own `throws` knows classes and messages; ours also asks an error for its code and values. */
export function assertThrows(run: () => unknown, expected: Expected, message?: string): void {
  try {
    run();
  } catch (thrown) {
    assertExpected(thrown, expected, message);
    return;
  }
  throw new AssertionError(`${prefix(message)}expected an error, and there was none`);
}

/** The same of a promise, or of a function that gives one. */
export async function assertRejects(
  promise: Promise<unknown> | (() => Promise<unknown>),
  expected: Expected,
  message?: string,
): Promise<void> {
  try {
    await (typeof promise === 'function' ? promise() : promise);
  } catch (thrown) {
    assertExpected(thrown, expected, message);
    return;
  }
  throw new AssertionError(`${prefix(message)}expected a rejection, and there was none`);
}

function assertExpected(error: unknown, expected: Expected, message: string | undefined): void {
  if (typeof expected === 'function') {
    if (expected(error)) return;
    const failure = new AssertionError(`${prefix(message)}another error than was expected: ${String(error)}`);
    failure.cause = error;
    throw failure;
  }
  assert.instanceOf(error, Error, message);
  for (const [name, value] of Object.entries(expected))
    assert.deepEqual(Reflect.get(error, name), value, `${prefix(message)}${name} of ${String(error)}`);
}

function prefix(message: string | undefined): string {
  return message === undefined ? '' : `${message}: `;
}
