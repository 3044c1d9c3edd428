// SPDX-License-Identifier: Apache-2.0
import { it, type Test, type AsyncFunc, type Func } from 'mocha';

/** A test that needs something from outside the project: where that is missing, it is skipped in sight, with the reason. */
export function itWith(missing: string | false, title: string, run: Func | AsyncFunc): Test {
  return missing === false ? it(title, run) : it.skip(`${title} — skipped: ${missing}`);
}
