// SPDX-License-Identifier: Apache-2.0
import type { Health } from '../runtime/health.ts';

/** One thing the gateway needs before it can take commands. */
export interface ReadinessPart {
  readonly name: string;
  readonly ready: boolean;
  /** For people: what it is doing, or what is wrong. */
  readonly detail: string;
}

export type Readiness = () => Promise<readonly ReadinessPart[]>;

/** The readiness of a part that says how it is doing. */
export function readinessOf(name: string, health: Health): ReadinessPart {
  return { name, ready: health.state === 'ready', detail: health.reason ?? health.state };
}

const KEPT_MS = 500;
const LONGEST_CHECK_MS = 2_000;

/** The same check, asked at most twice a second, and unready if it fails or takes too long. */
export function remembered(check: Readiness): Readiness {
  let last: { readonly at: number; readonly parts: Promise<readonly ReadinessPart[]> } | undefined;
  return () => {
    const now = performance.now();
    if (!last || now - last.at > KEPT_MS) last = { at: now, parts: bounded(check) };
    return last.parts;
  };
}

async function bounded(check: Readiness): Promise<readonly ReadinessPart[]> {
  const timeout = AbortSignal.timeout(LONGEST_CHECK_MS);
  const tooLong = new Promise<never>((_resolve, reject) => {
    timeout.addEventListener('abort', () => reject(new Error('the check took too long')));
  });
  try {
    return await Promise.race([check(), tooLong]);
  } catch {
    return [{ name: 'checks', ready: false, detail: 'a check failed or took too long; see the log' }];
  }
}
