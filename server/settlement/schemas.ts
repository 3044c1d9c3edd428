// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { currency, decimalPattern, maximumOf, numberedId } from '../values/schemas.ts';

export const paymentId = numberedId('PaymentId', 63, 'Number of a payment.', '3');

/** An amount of an ERC-20, which counts in 256 bits. */
export const cashAmount = z
  .string()
  .regex(decimalPattern('0', maximumOf(256)), 'must be a whole number of minor units, as a string')
  .meta({ id: 'CashAmount', description: 'Like AmountOrZero, without its upper bound.', example: '12345678' });

export const currencyParams = z.strictObject({ currency });

export const paymentMethod = z
  .enum(['cash', 'outside'])
  .meta({ description: 'In settlement cash here, or in the banking system, as a settlement bank confirmed.' });
