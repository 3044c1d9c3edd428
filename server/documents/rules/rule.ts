// SPDX-License-Identifier: Apache-2.0
import type { DocumentTerms } from '../terms.ts';

/**
 * One breach of a rule. The official validators are in places looser than the text of the standard, in a few
 * stricter; `breaks` says which of the two readings is broken.
 */
export interface Finding {
  readonly breaks: 'both' | 'text' | 'validator';
  /** The place and the numbers, for people: `BT-112 is 123.61, BT-109 + BT-110 is 123.60`. */
  readonly what: string;
}

export interface DocumentRule {
  readonly id: string;
  /** `warning`: the official validator only warns. */
  readonly severity: 'error' | 'warning';
  /** `amounts`: the rule compares amounts, so a breach makes the payable amount doubtful. */
  readonly about: 'amounts' | 'content';
  readonly sentence: string;
  /** Whether a whole document answers to the rule at all; without it, every document of the format does. */
  appliesTo?(terms: DocumentTerms): boolean;
  check(terms: DocumentTerms): readonly Finding[];
}

export interface RuleVerdict {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly about: 'amounts' | 'content';
  /** Does the document keep the rule as the standard words it? */
  readonly text: boolean;
  /** Does it keep the rule as the official validator tests it? */
  readonly validator: boolean;
  /** At most twenty; a hostile document can break a rule a hundred thousand times. */
  readonly findings: readonly string[];
}

const MOST_FINDINGS = 20;

export function verdictOf(rule: DocumentRule, terms: DocumentTerms): RuleVerdict {
  const findings = rule.check(terms);
  return {
    rule: rule.id,
    severity: rule.severity,
    about: rule.about,
    text: findings.every((finding) => finding.breaks === 'validator'),
    validator: findings.every((finding) => finding.breaks === 'text'),
    findings: findings.slice(0, MOST_FINDINGS).map((finding) => finding.what),
  };
}
