// SPDX-License-Identifier: Apache-2.0
/**
 * The form in which numbers and names of documents are compared: compatibility forms unified (NFKC: full-width
 * digits, ligatures), upper case, nothing but letters and digits. Idempotent.
 */
export function normaliseText(text: string): string {
  let current = text;
  // Upper case and removal can create new compositions; a second pass settles them, the third proves it.
  for (;;) {
    const next = current
      .normalize('NFKC')
      .toUpperCase()
      .normalize('NFKC')
      .replaceAll(/[^\p{L}\p{N}]/gu, '');
    if (next === current) return next;
    current = next;
  }
}

/**
 * Folds characters that are mistaken for each other: O and 0, I, L and 1, and the Greek and Cyrillic letters that
 * look like Latin ones. Expects and returns normalised text.
 */
export function foldLookalikes(normalised: string): string {
  return normalised
    .replaceAll(/[ΑАΒВΕЕΖΗНΙІΚКΜМΝΟОΡРСΤТΥУΧХЅЈ]/g, (letter) => LATIN_TWINS.get(letter) ?? letter)
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}

const LATIN_TWINS = new Map(
  [
    'AΑА',
    'BΒВ',
    'EΕЕ',
    'ZΖ',
    'HΗН',
    'IΙІ',
    'KΚК',
    'MΜМ',
    'NΝ',
    'OΟО',
    'PΡР',
    'CС',
    'TΤТ',
    'YΥУ',
    'XΧХ',
    'SЅ',
    'JЈ',
  ].flatMap(([latin = '', ...twins]) => twins.map((twin) => [twin, latin] as const)),
);
