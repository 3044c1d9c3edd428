// SPDX-License-Identifier: Apache-2.0
import mocha, { type MochaOptions, type Runner } from 'mocha';

/** Mocha's own report; then, alone on the last line, the count. Whoever runs several files adds these lines up. */
class CountingReporter extends mocha.reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const missed = runner.total - passes - failures - pending;
      if (pending > 0) console.log(`${pending} skipped: what they need is not here`);
      if (missed > 0) console.log(`${missed} not run: a hook before them failed`);
      console.log(`${passes} passed, ${failures} failed`);
    });
  }
}
export { CountingReporter as 'module.exports' };
