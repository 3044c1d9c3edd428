// SPDX-License-Identifier: Apache-2.0
declare const identifierBrand: unique symbol;

/** The canonical spelling of a party identifier whose check digits are right: upper case, no blanks, no hyphens. */
export type CheckedIdentifier = string & { readonly [identifierBrand]: true };

export type IdentifierScheme = 'USCC' | 'LEI';

export type IdentifierFault =
  | 'length'
  | 'format'
  /** The outer check character (USCC) or ISO 7064 remainder (LEI) is wrong. */
  | 'checksum'
  /** USCC only: the embedded GB 11714 organisation code fails its own check. */
  | 'org-code checksum'
  /** LEI only: the remainder is 1, but with check digits 00, 01 or 99, which the standard never issues. */
  | 'non-canonical check digits';

export type IdentifierCheck =
  | { readonly ok: true; readonly scheme: IdentifierScheme; readonly value: CheckedIdentifier }
  | { readonly ok: false; readonly scheme: IdentifierScheme; readonly reason: IdentifierFault };

/** GB 32100 leaves out I, O, Z, S and V; the position of a character is its value. */
const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORG_CODE_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/**
 * Checks a unified social credit code (GB 32100-2015), including the organisation code (GB 11714) in its
 * characters 9 to 17. The first character is 1 to 9, A, N or Y: military units, rural collectives and others
 * are parties too. Blanks and hyphens are ignored, letters may be small.
 */
export function checkUscc(text: string): IdentifierCheck {
  const fault = (reason: IdentifierFault): IdentifierCheck => ({ ok: false, scheme: 'USCC', reason });
  const code = canonicalSpelling(text);
  if (code.length !== 18) return fault('length');
  if (!/^[1-9ANY][0-9A-HJ-NPQRTUWXY]\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(code)) return fault('format');
  if (code[17] !== usccCheckCharacter(code.slice(0, 17))) return fault('checksum');
  if (code[16] !== orgCodeCheckCharacter(code.slice(8, 16))) return fault('org-code checksum');
  return { ok: true, scheme: 'USCC', value: code as CheckedIdentifier };
}

/** Checks a legal entity identifier (ISO 17442; ISO 7064 MOD 97-10 with check digits 02 to 98). */
export function checkLei(text: string): IdentifierCheck {
  const fault = (reason: IdentifierFault): IdentifierCheck => ({ ok: false, scheme: 'LEI', reason });
  const code = canonicalSpelling(text);
  if (code.length !== 20) return fault('length');
  if (!/^[0-9A-Z]{18}\d{2}$/.test(code)) return fault('format');
  if (remainder97(code) !== 1) return fault('checksum');
  // 98 and 01, 97 and 00, 02 and 99 are the same remainder; only the digits the standard computes are an LEI.
  const checkDigits = Number(code.slice(18));
  if (checkDigits < 2 || checkDigits > 98) return fault('non-canonical check digits');
  return { ok: true, scheme: 'LEI', value: code as CheckedIdentifier };
}

/** Checks an identifier of either scheme; the length decides which one is meant. */
export function checkIdentifier(text: string): IdentifierCheck {
  return canonicalSpelling(text).length === 20 ? checkLei(text) : checkUscc(text);
}

/** The 18th character of a USCC for its first 17. Throws `RangeError` for characters outside the alphabet. */
export function usccCheckCharacter(first17: string): string {
  const sum = USCC_WEIGHTS.reduce((total, weight, index) => total + weight * usccValue(first17[index]), 0);
  return USCC_ALPHABET[(31 - (sum % 31)) % 31] as string;
}

/** The ninth character of a GB 11714 organisation code for its first eight. */
export function orgCodeCheckCharacter(first8: string): string {
  const sum = ORG_CODE_WEIGHTS.reduce((total, weight, index) => total + weight * digitOrLetterValue(first8[index]), 0);
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

function canonicalSpelling(text: string): string {
  return text.replaceAll(/[\s-]/g, '').toUpperCase();
}

function usccValue(character: string | undefined): number {
  const value = character === undefined ? -1 : USCC_ALPHABET.indexOf(character);
  if (value < 0) throw new RangeError(`not a USCC character: ${character}`);
  return value;
}

// GB 11714 and ISO 7064 count letters on from the digits: A is 10, Z is 35.
function digitOrLetterValue(character: string | undefined): number {
  if (character === undefined || !/^[0-9A-Z]$/.test(character)) throw new RangeError(`not 0-9 or A-Z: ${character}`);
  return Number.parseInt(character, 36);
}

function remainder97(code: string): number {
  let remainder = 0;
  for (const character of code) {
    const value = digitOrLetterValue(character);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}
