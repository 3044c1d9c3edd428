// SPDX-License-Identifier: Apache-2.0
import { DeeptierError, defineRefusals } from './errors.ts';

declare const currencyBrand: unique symbol;

/** An ISO 4217 alphabetic code of an active currency that has a minor unit. */
export type CurrencyCode = string & { readonly [currencyBrand]: true };

export const currencyRefusals = defineRefusals({
  CURRENCY_UNKNOWN: {
    rule: 'CUR-1',
    status: 422,
    sentence: '{currency} is not the code of an active ISO 4217 currency.',
  },
  CURRENCY_WITHOUT_MINOR_UNIT: {
    rule: 'CUR-2',
    status: 422,
    sentence: '{currency} has no minor unit, so no amount can be kept in it.',
  },
});

/** The rules behind `currencyRefusals`, in plain words. */
export const currencyRules: Readonly<Record<string, string>> = {
  'CUR-1': 'A currency is named by its alphabetic code of ISO 4217, and is in use.',
  'CUR-2': 'Amounts are kept in minor units, so a currency needs one.',
};

// ISO 4217 list one, active codes by number of decimals of the minor unit.
const CODES_BY_DECIMALS: ReadonlyArray<readonly [decimals: number, codes: string]> = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY ' +
      'COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS ' +
      'INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR ' +
      'MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP ' +
      'STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG',
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

// Metals, units of account and test codes: in the standard, but without a minor unit.
const CODES_WITHOUT_MINOR_UNIT = new Set('XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'.split(' '));

const DECIMALS = new Map(
  CODES_BY_DECIMALS.flatMap(([decimals, codes]) => codes.split(' ').map((code) => [code, decimals] as const)),
);

/** All currencies an amount can be kept in, in alphabetic order. */
export const CURRENCY_CODES: readonly CurrencyCode[] = [...DECIMALS.keys()].sort() as CurrencyCode[];

export function isCurrencyCode(text: string): text is CurrencyCode {
  return DECIMALS.has(text);
}

/** Checks a currency code. Throws `CURRENCY_UNKNOWN` or `CURRENCY_WITHOUT_MINOR_UNIT`. */
export function currencyCode(text: string): CurrencyCode {
  if (isCurrencyCode(text)) return text;
  const refusal = CODES_WITHOUT_MINOR_UNIT.has(text)
    ? currencyRefusals.CURRENCY_WITHOUT_MINOR_UNIT
    : currencyRefusals.CURRENCY_UNKNOWN;
  throw new DeeptierError(refusal, { currency: text });
}

/** Decimals of the minor unit: 2 for CNY, 0 for JPY, 3 for KWD. Throws like `currencyCode`. */
export function minorUnitDecimals(currency: string): number {
  return DECIMALS.get(currencyCode(currency)) as number;
}
