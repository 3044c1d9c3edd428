// SPDX-License-Identifier: Apache-2.0
import type { Address } from '../../values/hex.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

interface Backoff {
  readonly reason: string;
  readonly pauseMs: number;
  readonly until: number;
}

/** Signers whose instructions do not get through for now: each is left alone for a while, and all others go on. */
export class SignerBackoff {
  readonly #bySigner = new Map<Address, Backoff>();

  add(signer: Address, reason: string): void {
    const before = this.#bySigner.get(signer);
    if (before && before.until > performance.now()) return; // one pause for all of its instructions in a round
    const pauseMs = Math.min(before ? before.pauseMs * 2 : FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    this.#bySigner.set(signer, { reason, pauseMs, until: performance.now() + pauseMs });
  }

  clear(signer: Address): void {
    this.#bySigner.delete(signer);
  }

  /** The signers to be left alone now. */
  signers(): Address[] {
    const now = performance.now();
    return [...this.#bySigner].flatMap(([signer, { until }]) => (until > now ? [signer] : []));
  }

  /** For people: what is held up. */
  reason(): string | undefined {
    const [first] = this.#bySigner;
    if (!first) return undefined;
    return `${this.#bySigner.size} signer(s) held up; ${first[0]}: ${first[1].reason}`;
  }
}
