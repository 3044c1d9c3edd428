// SPDX-License-Identifier: Apache-2.0
import { createHmac } from 'node:crypto';
import { DeeptierError } from '../values/errors.ts';
import { canonicalJson } from '../values/json.ts';
import { httpRefusals } from './refusals.ts';

const LONGEST_KEY = 255;

/** Reads the header. Throws `IDEMPOTENCY_KEY_MISSING` or `IDEMPOTENCY_KEY_MALFORMED`. */
export function idempotencyKeyOf(header: string | undefined): string {
  if (header === undefined || header === '') throw new DeeptierError(httpRefusals.IDEMPOTENCY_KEY_MISSING);
  if (header.length > LONGEST_KEY || !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(header)) {
    throw new DeeptierError(httpRefusals.IDEMPOTENCY_KEY_MALFORMED, { maximum: LONGEST_KEY });
  }
  return header;
}

/**
 * What is compared when a key is used again: a hash of the path and the body. Keyed, because a body may hold a password,
 * and a bare hash of it in the database could be guessed at.
 */
export function requestHash(key: Uint8Array, path: string, body: unknown): string {
  const hash = createHmac('sha256', key).update(path).update('\n');
  return (body instanceof Uint8Array ? hash.update(body) : hash.update(canonicalJson(body ?? null))).digest('hex');
}
