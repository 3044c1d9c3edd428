// SPDX-License-Identifier: Apache-2.0
import { contentRules } from './content.ts';
import type { DocumentRule } from './rule.ts';
import { totalsRules } from './totals.ts';
import { vatCategoryRules } from './vat-categories.ts';

/** The business rules of EN 16931-1 that a computer can decide. */
export const en16931Rules: readonly DocumentRule[] = [...contentRules, ...totalsRules, ...vatCategoryRules];

/** Rules of EN 16931-1 no program decides; the official validators accept everything here too. */
export const undecidableRules: Readonly<Record<string, string>> = {
  'BR-CO-05': 'whether reason text and reason code of an allowance mean the same is for people to judge',
  'BR-CO-06': 'whether reason text and reason code of a charge mean the same is for people to judge',
  'BR-CO-07': 'whether reason text and reason code of a line allowance mean the same is for people to judge',
  'BR-CO-08': 'whether reason text and reason code of a line charge mean the same is for people to judge',
  'PEPPOL-COMMON-R048': 'withdrawn by its publisher: the rule and its tests are commented out',
};
