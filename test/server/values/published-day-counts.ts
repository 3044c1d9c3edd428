// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { ledgerDate } from '../../../server/values/dates.ts';
import type { DayCount, Period } from '../../../server/values/day-count.ts';
import { plus, rational, type Rational } from '../../../server/values/rational.ts';
import { published } from './published.ts';

interface CountCase {
  readonly label: string;
  readonly convention: DayCount;
  readonly period: Period;
}

/** Names other libraries have for the six; rows of any other name are of conventions the ledger does not have. */
const NAMES: Readonly<Record<string, DayCount>> = {
  ACT_360: 'ACT/360',
  ACT_365F: 'ACT/365F',
  ACT_ACT_ISDA: 'ACT/ACT ISDA',
  ISDA: 'ACT/ACT ISDA',
  THIRTY_360_ISDA: '30/360 Bond Basis',
  '30/360 Bond Basis': '30/360 Bond Basis',
  THIRTY_E_360: '30E/360',
  '30E/360 Eurobond': '30E/360',
  '30E/360 ISDA': '30E/360 ISDA',
};
const OTHERS = new Set([
  'ONE_ONE',
  'ACT_ACT_AFB',
  'ACT_ACT_YEAR',
  'ACT_365_ACTUAL',
  'ACT_364',
  'ACT_365_25',
  'NL_360',
  'NL_365',
  'THIRTY_360_PSA',
  'THIRTY_EPLUS_360',
  'THIRTY_E_365',
  'ISMA',
  'AFB',
  '30/360 US (EOM)',
]);

/** Examples of months of 30 days, with the days they count. */
export const thirties = published(
  'daycount/quantlib_30_360_days.csv',
  ([name = '', start = '', end = '', termination = '', days = '']) => {
    const read = countCase(name, start, end, termination || end);
    return read && { ...read, days: Number(days) };
  },
);

/** Periods of actual days, with the years to ten decimals. */
export const actuals = published(
  'daycount/quantlib_act_act.csv',
  ([name = '', start = '', end = '', , , decimal = '']) => {
    const read = countCase(name, start, end, end);
    return read && { ...read, decimal: Number(decimal) };
  },
);

/** The bond basis, with the days it counts. */
export const bonds = published('daycount/strata_30U360_days.csv', ([start = '', end = '', days = '']) => {
  const read = countCase('30/360 Bond Basis', start, end, end);
  return read && { ...read, days: Number(days) };
});

/** Periods with the years as an exact sum and as a decimal. */
export const fractions = published(
  'daycount/strata_year_fraction.csv',
  ([name = '', start = '', end = '', expression = '', decimal = '']) => {
    const read = countCase(name, start, end, end);
    return read && { ...read, exact: exactSum(expression), decimal: Number(decimal) };
  },
);

function countCase(name: string, start: string, end: string, termination: string): CountCase | undefined {
  const convention = NAMES[name];
  assert.isOk(convention !== undefined || OTHERS.has(name), `${name} is neither one of the six nor known not to be`);
  return (
    convention && {
      label: `${name} ${start} ${end} ${termination}`,
      convention,
      period: { start: ledgerDate(start), end: ledgerDate(end), termination: ledgerDate(termination) },
    }
  );
}

/** A sum of fractions such as `(4 / 365 + 58 / 366) + 4`, exactly. */
function exactSum(expression: string): Rational {
  const fraction = (text: string): Rational => {
    const [numerator = '', denominator = '1'] = text.split('/');
    return rational(BigInt(numerator), BigInt(denominator));
  };
  const plain = expression
    .replaceAll(/\s/g, '')
    .replace(/\(\(([\d+]+)\)\/(\d+)\)/, (_all, terms: string, basis: string) =>
      terms
        .split('+')
        .map((term) => `${term}/${basis}`)
        .join('+'),
    );
  return plain.replaceAll(/[()]/g, '').split('+').map(fraction).reduce(plus);
}
