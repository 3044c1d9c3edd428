// SPDX-License-Identifier: Apache-2.0
import { TypedDataEncoder, type TypedDataDomain, type TypedDataField } from 'ethers';
import { asHex, type Hash } from '../values/hex.ts';

/** A struct of a type that has no other structs in it. */
export interface TypedStruct {
  /** The name of its type. */
  readonly primaryType: string;
  readonly fields: readonly TypedDataField[];
  readonly message: Readonly<Record<string, unknown>>;
}

/** What is signed after EIP-712. */
export interface TypedData extends TypedStruct {
  readonly domain: TypedDataDomain;
}

/** What a signature is of: 32 bytes. */
export function typedDataHash({ domain, primaryType, fields, message }: TypedData): Hash {
  return asHex(TypedDataEncoder.hash(domain, { [primaryType]: [...fields] }, message));
}

/** EIP-712's `hashStruct`: the struct alone, whatever it is signed for. */
export function structHash({ primaryType, fields, message }: TypedStruct): Hash {
  return asHex(TypedDataEncoder.hashStruct(primaryType, { [primaryType]: [...fields] }, message));
}
