// SPDX-License-Identifier: Apache-2.0
import PQueue from 'p-queue';
import { TransientError } from './transient.ts';

/** Runs tasks one after the other, in the order they came; refuses more than `limit` that have not ended. */
export class SerialQueue {
  readonly #queue = new PQueue({ concurrency: 1 });
  readonly #name: string;
  readonly #limit: number;

  constructor(name: string, limit: number) {
    this.#name = name;
    this.#limit = limit;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    const open = this.#queue.size + this.#queue.pending;
    if (open >= this.#limit) throw new TransientError(`${this.#name}: ${open} tasks are waiting already`);
    return this.#queue.add(task);
  }

  /** Resolves when nothing is queued any more. */
  async idle(): Promise<void> {
    await this.#queue.onIdle();
  }
}
