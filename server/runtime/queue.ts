import { TransientError } from './transient.ts';

/** Runs tasks one after the other, in the order they came; refuses more than `limit` waiting ones. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  readonly #name: string;
  readonly #limit: number;

  constructor(name: string, limit: number) {
    this.#name = name;
    this.#limit = limit;
  }

  run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#limit) {
      return Promise.reject(new TransientError(`${this.#name}: ${this.#waiting} tasks are waiting already`));
    }
    this.#waiting += 1;
    const result = this.#last.then(task);
    this.#last = result.then(
      () => {
        this.#waiting -= 1;
      },
      () => {
        this.#waiting -= 1;
      }, // the caller has the error; the next task does not
    );
    return result;
  }

  /** Resolves when all that was queued so far has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
