// SPDX-License-Identifier: Apache-2.0
/**
 * The same values with every whole number as its decimal digits: what the tables have as a number and the ledger as a
 * bigint is the same number.
 */
export function digits(value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'number') return value.toString();
  if (Array.isArray(value)) return value.map(digits);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, digits(one)]));
}
