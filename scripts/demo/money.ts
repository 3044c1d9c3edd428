// SPDX-License-Identifier: Apache-2.0
import { formatAmount } from '../../server/values/amounts.ts';

/** `12345678` and `CNY` as people write it: `CNY 123,456.78`. */
export function money(units: string, currency: string): string {
  const [whole = '', fraction] = formatAmount(BigInt(units), currency).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${currency} ${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}
