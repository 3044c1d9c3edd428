// SPDX-License-Identifier: Apache-2.0
import { documentFormats } from './formats/registry.ts';

const byFormat = new Map(
  documentFormats.map(({ id, rules }) => [id, new Map(rules.map((rule) => [rule.id, rule.sentence]))]),
);

/** What a rule that documents of a format answer to says. */
export function sentenceOf(format: string, rule: string): string {
  const sentence = byFormat.get(format)?.get(rule);
  if (sentence === undefined) throw new Error(`documents of the format ${format} answer to no rule ${rule}`);
  return sentence;
}
