// SPDX-License-Identifier: Apache-2.0
import { createHmac, hkdfSync } from 'node:crypto';

/** 32 bytes as a `0x…` string, as the chain keeps fingerprints. */
export type Bytes32 = `0x${string}`;

declare const registryKeyBrand: unique symbol;

/**
 * The secret under which documents are fingerprinted. Numbers, dates and amounts are easy to enumerate, so a plain
 * hash would tell anyone who asks whether a known invoice is registered (market.md 4F); all gateways of one network
 * share this key and nobody else has it.
 */
export type RegistryKey = Buffer & { readonly [registryKeyBrand]: true };

/** Takes 32 secret bytes. Throws `RangeError` for any other length. */
export function registryKey(secret: Uint8Array): RegistryKey {
  if (secret.byteLength !== 32) throw new RangeError(`the registry key must have 32 bytes, got ${secret.byteLength}`);
  return Buffer.from(secret) as RegistryKey;
}

/**
 * HMAC-SHA-256 over a list of fields under a key of its own per purpose, so that keys made for one purpose say
 * nothing about another. The fields are framed as JSON: no two lists give the same input.
 */
export function keyedDigest(key: RegistryKey, purpose: string, fields: readonly string[]): Bytes32 {
  const purposeKey = Buffer.from(hkdfSync('sha256', key, new Uint8Array(), `deeptier/documents/${purpose}/v1`, 32));
  return `0x${createHmac('sha256', purposeKey).update(JSON.stringify(fields), 'utf8').digest('hex')}`;
}
