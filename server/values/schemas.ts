// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { MAX_AMOUNT } from './amounts.ts';
import { CURRENCY_CODES } from './currencies.ts';
import { asLedgerDate } from './dates.ts';

/** The values of a `uintN` of the ledger. */
export function maximumOf(bits: number): bigint {
  return 2n ** BigInt(bits) - 1n;
}

/**
 * A pattern for exactly the decimal numbers from `from` to `maximum`, without leading zeros; so that the bound stands in
 * the OpenAPI document too, not only in the code behind it.
 */
export function decimalPattern(from: '-maximum' | '0' | '1', maximum: bigint): RegExp {
  const digits = maximum.toString();
  if (digits.length < 2) throw new RangeError('the maximum must have at least two digits');
  const positive = [`[1-9][0-9]{0,${digits.length - 2}}`];
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[index]);
    const lowest = index === 0 ? 1 : 0;
    if (digit <= lowest) continue;
    const below = digit - 1 === lowest ? `${lowest}` : `[${lowest}-${digit - 1}]`;
    const rest = digits.length - index - 1;
    positive.push(`${digits.slice(0, index)}${below}${rest === 0 ? '' : `[0-9]{${rest}}`}`);
  }
  const one = `(?:${[...positive, digits].join('|')})`;
  return new RegExp(from === '1' ? `^${one}$` : from === '0' ? `^(?:0|${one})$` : `^(?:0|-?${one})$`);
}

/** An amount in minor units of a currency, 1 to 2^64 - 1, as a decimal string. Read it with `BigInt`. */
export const amount = z
  .string()
  .regex(decimalPattern('1', MAX_AMOUNT), `must be a whole number of minor units from 1 to ${MAX_AMOUNT}, as a string`)
  .meta({
    id: 'Amount',
    description:
      'A whole number of minor units of the currency beside it, as a decimal string: "12345678" is CNY 123,456.78.',
    example: '12345678',
  });

/** An amount that may be zero: a sum, a remainder, a balance. */
export const amountOrZero = z
  .string()
  .regex(decimalPattern('0', MAX_AMOUNT), `must be a whole number of minor units from 0 to ${MAX_AMOUNT}, as a string`)
  .meta({ id: 'AmountOrZero', description: 'Like Amount, but may be "0".', example: '12345678' });

/** A difference of amounts, or a net position. */
export const signedAmount = z
  .string()
  .regex(decimalPattern('-maximum', MAX_AMOUNT), 'must be a whole number of minor units, as a string')
  .meta({ id: 'SignedAmount', description: 'Like Amount, but may be zero or below it.', example: '-12345678' });

export const currency = z
  .enum(
    CURRENCY_CODES as readonly string[] as readonly [string, ...string[]],
    'must be the code of an active ISO 4217 currency',
  )
  .meta({ id: 'Currency', description: 'Alphabetic code of an active ISO 4217 currency.', example: 'CNY' });

/** A calendar date that exists, `YYYY-MM-DD`, in the ledger's time zone. */
export const ledgerDateText = z
  .string()
  .regex(/^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/, 'must be a date of the form YYYY-MM-DD')
  .refine((text) => asLedgerDate(text) !== undefined, 'must be a day that exists')
  .meta({ id: 'LedgerDate', description: "A calendar date in the ledger's time zone.", example: '2026-11-30' })
  .brand<'LedgerDate'>();

/** A moment in UTC, to the second or finer. */
export const instant = z.iso
  .datetime({ error: 'must be a moment in UTC such as 2026-11-30T08:00:00Z' })
  .meta({ id: 'Instant', description: 'A moment in UTC.', example: '2026-11-30T08:00:00Z' });

/** 32 bytes in lower-case hex with `0x`: a hash, a fingerprint, a salt. */
export const hash32 = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/, 'must be 32 bytes in lower-case hex, with 0x before them')
  .meta({ id: 'Hash32', description: '32 bytes in lower-case hexadecimal.', example: `0x${'5e'.repeat(32)}` });

/** An account or contract address; the checksum's capitals are allowed and not checked. */
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'must be an address: 20 bytes in hex, with 0x before them')
  .meta({ id: 'Address', description: 'A 20-byte address in hexadecimal.', example: `0x${'a1'.repeat(20)}` });

export const uuid = z
  .uuid('must be a UUID')
  .meta({
    id: 'Uuid',
    description: 'A universally unique identifier (RFC 9562).',
    example: '3f0c9f6e-5c1a-4c58-9c55-0d4c7f1e2a90',
  });

/** A block number. */
export const blockNumber = z
  .string()
  .regex(decimalPattern('0', maximumOf(63)), 'must be a block number')
  .meta({ id: 'BlockNumber', description: 'Number of a block of the ledger.', example: '1024' });

/** The id of something the ledger numbers with a `uintN`; `component` names it in the OpenAPI document, and in the type. */
export function numberedId<const Name extends string>(
  component: Name,
  bits: number,
  description: string,
  example = '42',
) {
  return z
    .string()
    .regex(decimalPattern('1', maximumOf(bits)), `must be a number from 1 to ${maximumOf(bits)}, as a string`)
    .meta({ id: component, description, example })
    .brand<Name>();
}

/** Text for people: trimmed, without control characters, 1 to `maximum` characters. */
export function line(maximum: number, description: string, example?: string) {
  return z
    .string()
    .min(1)
    .max(maximum)
    .regex(/^[^\p{Cc}\s](?:[^\p{Cc}]*[^\p{Cc}\s])?$/u, 'must be one line of text without blanks around it')
    .meta({ description, ...(example === undefined ? {} : { example }) });
}
