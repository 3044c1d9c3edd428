// SPDX-License-Identifier: Apache-2.0
import { getAddress, hexlify, isHexString, keccak256 } from 'ethers';

/** Bytes in lower-case hexadecimal, with `0x` before them. */
export type Hex = `0x${string}`;

/** 32 bytes. */
export type Hash = Hex;

/** 20 bytes, with the capitals of its checksum (EIP-55). */
export type Address = Hex;

/** @throws when the text is no address, or its capitals are those of another one */
export function addressOf(text: string): Address {
  return asHex(getAddress(text));
}

/** @throws when the text is not bytes in hexadecimal */
export function asHex(text: string): Hex {
  if (!isHexString(text)) throw new TypeError(`not bytes in hexadecimal: ${text.slice(0, 80)}`);
  return text;
}

export function hexOf(bytes: Uint8Array): Hex {
  return asHex(hexlify(bytes));
}

export function keccak(data: Hex): Hash {
  return asHex(keccak256(data));
}
