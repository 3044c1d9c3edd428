// SPDX-License-Identifier: Apache-2.0
import type { ParamType } from 'ethers';
import { nameAt, type Value, type Values } from './decode.ts';

/** What JSON has of decoded values. */
export type Stored = string | number | boolean | readonly Stored[] | StoredValues;

export interface StoredValues {
  readonly [name: string]: Stored;
}

/** Values read back from `canonicalJson`, as the decoder had given them. */
export function reviveValues(inputs: readonly ParamType[], stored: StoredValues): Values {
  return Object.fromEntries(
    inputs.map((input, index) => {
      const name = nameAt(input, index);
      const value = stored[name];
      if (value === undefined) throw new Error(`a stored event has no ${name}`);
      return [name, revive(input, value)];
    }),
  );
}

function revive(type: ParamType, value: Stored): Value {
  if (isHashed(type)) return String(value);
  if (type.isArray() && Array.isArray(value)) {
    const { arrayChildren } = type;
    return (value as readonly Stored[]).map((item) => revive(arrayChildren, item));
  }
  if (type.isTuple() && typeof value === 'object' && !Array.isArray(value))
    return reviveValues(type.components, value as StoredValues);
  if (/^u?int/.test(type.type)) return BigInt(String(value));
  return typeof value === 'boolean' ? value : String(value);
}

/** Of an indexed array or struct an event has only the hash. */
function isHashed(type: ParamType): boolean {
  return type.indexed === true && (type.isArray() || type.isTuple());
}
