// SPDX-License-Identifier: Apache-2.0
import type { DocumentFormat } from './formats/format.ts';
import { documentFormats } from './formats/registry.ts';
import { type DocumentRule, type RuleVerdict, verdictOf } from './rules/rule.ts';
import type { DocumentTerms } from './terms.ts';

/** Every rule of every format, by id. */
export const documentRules: ReadonlyMap<string, DocumentRule> = new Map(
  documentFormats.flatMap((format) => format.rules.map((rule) => [rule.id, rule] as const)),
);

/**
 * Evaluates one rule alone, on a whole document or a fragment of one, and answers how the text of the standard and
 * how the official validator would judge. Throws `RangeError` for an unknown rule id.
 */
export function checkRule(ruleId: string, terms: DocumentTerms): RuleVerdict {
  const rule = documentRules.get(ruleId);
  if (rule === undefined) throw new RangeError(`unknown rule ${ruleId}`);
  return verdictOf(rule, terms);
}

/** Evaluates every rule a document of the format answers to, in the order of the format. */
export function checkDocument(format: DocumentFormat, terms: DocumentTerms): readonly RuleVerdict[] {
  return format.rules.filter((rule) => rule.appliesTo?.(terms) ?? true).map((rule) => verdictOf(rule, terms));
}
