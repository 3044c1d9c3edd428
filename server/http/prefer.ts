// SPDX-License-Identifier: Apache-2.0
const LONGEST_WAIT = 25;

/** Seconds a caller wants to wait for an outcome (`Prefer: wait=5` or `respond-async`, RFC 7240), at most 25. */
export function waitPreferred(header: string | undefined): number | undefined {
  for (const preference of (header ?? '').toLowerCase().split(',')) {
    const [name = '', value = ''] =
      preference
        .split(';')[0]
        ?.split('=')
        .map((part) => part.trim()) ?? [];
    if (name === 'respond-async') return 0;
    if (name === 'wait' && /^\d{1,6}$/.test(value)) return Math.min(Number(value), LONGEST_WAIT);
  }
  return undefined;
}
