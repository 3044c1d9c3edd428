// SPDX-License-Identifier: Apache-2.0
import type { Health } from './health.ts';
import type { Log } from './log.ts';
import { isTransient } from './transient.ts';

export interface LoopOptions {
  readonly name: string;
  readonly log: Log;
  /** Longest pause between two steps when nobody wakes the loop. */
  readonly idleMs: number;
  /** Does what there is to do; true when there may be more to do at once. */
  readonly step: () => Promise<boolean>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Work in the background: one step after the other, at once when woken, after a growing pause while an error may pass by
 * itself. Any other error halts the loop for good; its health says why, and whoever waits for it learns of it.
 */
export class Loop {
  readonly #options: LoopOptions;
  #health: Health = { state: 'stopped', reason: 'not started' };
  #running: Promise<void> | undefined;
  #stopping = false;
  #woken = false;
  #endPause: (() => void) | undefined;
  readonly #onHalt = new Set<(error: Error) => void>();

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running) throw new Error(`${this.#options.name} was started before`);
    this.#health = { state: 'ready' };
    this.#running = this.#run();
  }

  /** Makes the next step begin at once. */
  wake(): void {
    this.#woken = true;
    this.#endPause?.();
  }

  health(): Health {
    return this.#health;
  }

  /** Calls `listener` once if the loop halts. */
  onHalt(listener: (error: Error) => void): () => void {
    this.#onHalt.add(listener);
    return () => this.#onHalt.delete(listener);
  }

  /** Ends after the step under way. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#running;
    if (this.#health.state !== 'halted') this.#health = { state: 'stopped' };
  }

  async #run(): Promise<void> {
    const { name, log, idleMs, step } = this.#options;
    let pause = FIRST_PAUSE_MS;
    while (!this.#stopping) {
      this.#woken = false;
      try {
        const more = await step();
        this.#health = { state: 'ready' };
        pause = FIRST_PAUSE_MS;
        if (!more) await this.#pause(idleMs);
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error));
        if (!isTransient(failure)) {
          this.#health = { state: 'halted', reason: `${name}: ${failure.message}` };
          log.error({ err: failure }, `${name} halted`);
          for (const listener of this.#onHalt) listener(failure);
          return;
        }
        this.#health = { state: 'retrying', reason: `${name}: ${failure.message}` };
        log.warn({ err: failure, pauseMs: pause }, `${name} tries again`);
        await this.#pause(pause, false);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  async #pause(ms: number, wakeable = true): Promise<void> {
    if (this.#stopping || (wakeable && this.#woken)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endPause = () => {
        if (!wakeable && !this.#stopping) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endPause = undefined;
  }
}
