// SPDX-License-Identifier: Apache-2.0
/** Why the gateway does not start, in one sentence that says what to do: whoever started it needs that, and no stack. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** Runs the start of a program. A refusal is said in its sentence, and ends the program; a defect keeps its stack. */
export async function orSayWhyNot<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error;
    process.stderr.write(`Deeptier does not start: ${error.message}\n`);
    process.exit(1);
  }
}
