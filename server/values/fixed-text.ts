// SPDX-License-Identifier: Apache-2.0
import { getBytes } from 'ethers';
import { asHex, type Hex } from './hex.ts';

/** A code such as `CNY`, in the three bytes it takes on the chain. */
export function codeBytes3(code: string): Hex {
  if (!/^[A-Z]{3}$/.test(code)) throw new RangeError(`${code} is no code of three capitals`);
  return hexOfText(code);
}

/**
 * The text in bytes of a fixed length: what comes before the zeros that fill them up. Anyone with a key can write any
 * bytes: what is no text, or no text for people (control characters, which databases refuse too), shows as U+FFFD.
 */
export function fixedText(bytes: string): string {
  return new TextDecoder()
    .decode(getBytes(bytes))
    .replace(/\0+$/, '')
    .replaceAll(/\p{Cc}/gu, '\uFFFD');
}

/** A short text, at most 32 bytes in UTF-8, as the chain keeps it; no text is zero. */
export function textBytes32(text: string | undefined): Hex {
  const hex = hexOfText(text ?? '');
  if (hex.length > 2 + 64) throw new RangeError(`the text takes ${(hex.length - 2) / 2} bytes, more than 32`);
  return asHex(hex.padEnd(2 + 64, '0'));
}

function hexOfText(text: string): Hex {
  return `0x${Buffer.from(text, 'utf8').toString('hex')}`;
}
