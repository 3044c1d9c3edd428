// SPDX-License-Identifier: Apache-2.0
/** How a part that works in the background is doing; `/readyz` shows it. */
export interface Health {
  /** `catching-up`: in order, but far behind; `retrying`: out of order for now, and trying again; `halted`: needs a person. */
  readonly state: 'ready' | 'catching-up' | 'retrying' | 'halted' | 'stopped';
  /** Why it is not ready. */
  readonly reason?: string;
}
