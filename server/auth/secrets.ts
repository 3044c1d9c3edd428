// SPDX-License-Identifier: Apache-2.0
import { hkdfSync } from 'node:crypto';

const BYTES = 32;

/** Derives an independent 32-byte key for one purpose from the gateway's secret, so that no key serves two. */
export function deriveSecret(secret: Uint8Array, purpose: string): Uint8Array {
  if (secret.length < BYTES) throw new Error(`the gateway's secret must have at least ${BYTES} bytes`);
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), `deeptier/${purpose}`, BYTES));
}
