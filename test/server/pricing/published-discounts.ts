// SPDX-License-Identifier: Apache-2.0
import { parseAmount } from '../../../server/values/amounts.ts';
import { addDays, ledgerDate } from '../../../server/values/dates.ts';
import type { DayCount } from '../../../server/values/day-count.ts';
import type { DiscountMethod } from '../../../server/pricing/discount.ts';
import { published } from '../values/published.ts';

/** Published and derived discounts, with the days, the discount and the proceeds they come to. */
export const discounts = published('discount/discount_vectors.csv', (cells) => {
  const [
    id = '',
    kind = '',
    face = '',
    percent = '',
    from = '',
    nominal = '',
    adjusted = '',
    extra = '',
    days = '',
    months = '',
    basis = '',
    interest = '',
    proceeds = '',
  ] = cells;
  const end = addDays(ledgerDate(adjusted), Number(extra));
  const byMonths = kind === 'months_30';
  const convention: DayCount = byMonths ? '30/360 Bond Basis' : basis === '365' ? 'ACT/365F' : 'ACT/360';
  const method: DiscountMethod = kind === 'simple_yield' ? 'simple-yield' : 'bank-discount';
  return {
    label: id,
    method,
    convention,
    face: parseAmount(face, 'CNY'),
    ppm: ppmFromPercent(percent),
    nominal: ledgerDate(nominal),
    adjusted: ledgerDate(adjusted),
    period: { start: ledgerDate(from), end, termination: end },
    days: byMonths ? Number(months) * 30 : Number(days),
    discount: parseAmount(interest, 'CNY'),
    proceeds: parseAmount(proceeds, 'CNY'),
  };
});

/** ppm from a percentage, by moving the point. */
export function ppmFromPercent(percent: string): string {
  const [whole = '', decimals = ''] = percent.split('.');
  const ppm = (whole + decimals.slice(0, 4).padEnd(4, '0')).replace(/^0+(?=\d)/, '');
  return decimals.length > 4 ? `${ppm}.${decimals.slice(4)}` : ppm;
}
