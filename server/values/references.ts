// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { fixedText } from './fixed-text.ts';
import { line } from './schemas.ts';

const MAX_BYTES = 32;

/** A reference as the ledger keeps it: what fits into 32 bytes of UTF-8. */
export function referenceField(description: string, example: string) {
  return line(MAX_BYTES, description, example).refine(fits, `must take at most ${MAX_BYTES} bytes in UTF-8`);
}

/** What a reference is in the answers: text, or 32 bytes in hex where another gateway wrote something that is no text. */
export const referenceShown = z.string().nullable();

/** The text in 32 bytes; null where there is none, and the bytes in hex where they are no text. */
export function referenceText(bytes: string): string | null {
  const text = fixedText(bytes);
  if (text === '') return null;
  return /^[^\p{Cc}\uFFFD]+$/u.test(text) ? text : bytes;
}

/** What stands behind a hold: an order by its reference, or a loan by its number. */
export function orderText(bytes: string): string | null {
  const number = BigInt(bytes);
  // A text of 32 bytes begins with its first letter: what begins with nothing is a number.
  return number > 0n && number < 2n ** 64n ? number.toString() : referenceText(bytes);
}

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_BYTES;
}
