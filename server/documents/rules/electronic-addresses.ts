// SPDX-License-Identifier: Apache-2.0
import { broken } from './reading.ts';
import type { DocumentRule } from './rule.ts';

/** Check digits of party identifiers by ISO 6523 code (ICD) or Peppol's own scheme: PEPPOL-COMMON-R040 to R050. */
export const electronicAddressRules: readonly DocumentRule[] = [
  scheme('R040', '0088', 'GLN', 'error', isGln),
  scheme('R041', '0192', 'Norwegian organisation number', 'error', isNorwegianNumber),
  scheme('R042', '0184', 'Danish CVR number', 'error', (value) => /^(?:DK)?\d{8}$/.test(value)),
  scheme('R043', '0208', 'Belgian enterprise number', 'error', isBelgianNumber),
  scheme('R044', '0201', 'Italian IPA code', 'warning', (value) => /^[A-Za-z0-9]{6}$/.test(value)),
  scheme('R045', '0210', 'Italian tax code', 'warning', isItalianTaxCode),
  scheme('R046', '9907', 'Italian tax code', 'warning', isItalianTaxCode, ['endpoint']),
  scheme('R047', '0211', 'Italian VAT code', 'warning', isItalianVatCode),
  scheme(
    'R049',
    '0007',
    'Swedish organisation number',
    'error',
    (value) => /^\d{10}$/.test(value) && hasLuhnCheck(value),
  ),
  scheme('R050', '0151', 'Australian business number', 'error', isAustralianNumber),
];

function scheme(
  number: string,
  code: string,
  name: string,
  severity: DocumentRule['severity'],
  isValid: (value: string) => boolean,
  places: readonly string[] = ['endpoint', 'party', 'company'],
): DocumentRule {
  return {
    id: `PEPPOL-COMMON-${number}`,
    severity,
    about: 'content',
    sentence: `An identifier of scheme ${code} is a valid ${name}.`,
    check: (terms) =>
      terms.identifiers
        .filter((id) => id.scheme === code && places.includes(id.place) && !isValid(id.value))
        .map((id) => broken(`"${id.value}" is not`)),
  };
}

// GS1: from the right, weights 3 1 3 1 …, the check digit fills up to the next ten.
function isGln(value: string): boolean {
  if (!/^\d+$/.test(value)) return false;
  return (10 - (weightedFromRight(value, (index) => (index % 2 === 0 ? 3 : 1)) % 10)) % 10 === lastDigit(value);
}

// Brønnøysund: modulo 11 with weights 2 to 7 from the right.
function isNorwegianNumber(value: string): boolean {
  if (!/^\d{9}$/.test(value) || Number(value) === 0) return false;
  return (11 - (weightedFromRight(value, (index) => (index % 6) + 2) % 11)) % 11 === lastDigit(value);
}

function isBelgianNumber(value: string): boolean {
  return /^\d{10}$/.test(value) && 97 - (Number(value.slice(0, 8)) % 97) === Number(value.slice(8));
}

// Sixteen characters for people, eleven digits for companies.
function isItalianTaxCode(value: string): boolean {
  return /^\d{11}$/.test(value) || /^[A-Z]{6}\d{2}[A-Z]\d{2}.{3}\d[A-Z]$/i.test(value);
}

function isItalianVatCode(value: string): boolean {
  if (!/^IT/i.test(value)) return true;
  const digits = value.slice(2);
  return /^\d{11}$/.test(digits) && hasLuhnCheck(digits);
}

// ATO: one is taken from the first digit, then weights 10 1 3 5 … 19, modulo 89.
function isAustralianNumber(value: string): boolean {
  if (!/^\d{11}$/.test(value)) return false;
  const weights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
  const total = weights.reduce(
    (sum, weight, index) => sum + weight * (Number(value[index]) - (index === 0 ? 1 : 0)),
    0,
  );
  return total % 89 === 0;
}

function hasLuhnCheck(digits: string): boolean {
  const total = [...digits].reverse().reduce((sum, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return sum + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return total % 10 === 0;
}

function weightedFromRight(value: string, weight: (index: number) => number): number {
  return [...value.slice(0, -1)].reverse().reduce((sum, digit, index) => sum + Number(digit) * weight(index), 0);
}

function lastDigit(value: string): number {
  return Number(value.at(-1));
}
