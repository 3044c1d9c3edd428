// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Refusal } from '../values/errors.ts';
import { platformRefusals, platformRules } from './refusals.ts';
import { type ReadRoute, type Route, readRoute } from './route.ts';

/** Every refusal there is, by code, and the rules behind them. */
export interface Catalogue {
  readonly refusals: readonly Refusal[];
  readonly rules: Readonly<Record<string, string>>;
}

/** Collects the refusals of all routes, the platform's and `others`. Throws if one code has two meanings, or one rule two texts. */
export function catalogueOf(
  routes: readonly Route[],
  others: readonly Refusal[],
  rules: readonly Readonly<Record<string, string>>[],
): Catalogue {
  const byCode = new Map<string, Refusal>();
  for (const refusal of [...platformRefusals, ...others, ...routes.flatMap((route) => route.refusals)]) {
    const before = byCode.get(refusal.code);
    if (
      before &&
      (before.rule !== refusal.rule || before.status !== refusal.status || before.sentence !== refusal.sentence)
    ) {
      throw new TypeError(`the refusal ${refusal.code} is declared twice, with different meanings`);
    }
    byCode.set(refusal.code, refusal);
  }
  const texts = new Map<string, string>();
  for (const [rule, text] of [platformRules, ...rules].flatMap((some) => Object.entries(some))) {
    if (texts.has(rule)) throw new TypeError(`the rule ${rule} is said twice`);
    texts.set(rule, text);
  }
  return {
    refusals: [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1)),
    rules: Object.fromEntries(texts),
  };
}

const refusalBody = z
  .strictObject({
    code: z.string(),
    rule: z.string(),
    ruleText: z.string().nullable(),
    status: z.int(),
    sentence: z.string().meta({ description: 'With the names of its values in braces.' }),
  })
  .meta({ id: 'Refusal' });

/** `GET /v1/refusals`: for screens that explain a refusal in words of their own. */
export function catalogueRoute(catalogue: () => Catalogue): ReadRoute {
  return readRoute({
    path: '/v1/refusals',
    summary: 'List every refusal and the rule behind it',
    access: 'public',
    snapshot: false,
    response: z.strictObject({ items: z.array(refusalBody) }),
    refusals: [],
    async handle() {
      const { refusals, rules } = catalogue();
      return {
        items: refusals.map(({ code, rule, status, sentence }) => ({
          code,
          rule,
          ruleText: rules[rule] ?? null,
          status,
          sentence,
        })),
      };
    },
  });
}
