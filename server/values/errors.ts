// SPDX-License-Identifier: Apache-2.0
/** Values named in a refusal: amounts and ids as decimal strings, dates as `YYYY-MM-DD`. */
export type RefusalValues = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface RefusalDefinition {
  /** The rule behind the refusal, e.g. `SET-3`; listed with its text under `/docs`. */
  readonly rule: string;
  readonly status: 400 | 401 | 403 | 404 | 405 | 406 | 409 | 413 | 415 | 422 | 428 | 429 | 500 | 503;
  /** One plain sentence; `{name}` is replaced by the value of that name. */
  readonly sentence: string;
}

export interface Refusal extends RefusalDefinition {
  /** Stable, SCREAMING_SNAKE_CASE; the contract error of the same refusal is its PascalCase twin. */
  readonly code: string;
}

/** Declares the refusals of one capability; the keys are their stable codes. */
export function defineRefusals<const T extends Record<string, RefusalDefinition>>(
  definitions: T,
): { readonly [K in keyof T]: Refusal } {
  return Object.fromEntries(
    Object.entries(definitions).map(([code, definition]) => [code, { code, ...definition }]),
  ) as { readonly [K in keyof T]: Refusal };
}

/** The one error family: says why, by code, rule, sentence and values. */
export class DeeptierError extends Error {
  override readonly name = 'DeeptierError';
  readonly refusal: Refusal;
  readonly values: RefusalValues;
  /** For logs only; never sent to a caller. */
  readonly details: string | undefined;

  constructor(refusal: Refusal, values: RefusalValues = {}, options: { cause?: unknown; details?: string } = {}) {
    super(fillSentence(refusal.sentence, values), { cause: options.cause });
    this.refusal = refusal;
    this.values = values;
    this.details = options.details;
  }

  get code(): string {
    return this.refusal.code;
  }

  get status(): number {
    return this.refusal.status;
  }
}

function fillSentence(sentence: string, values: RefusalValues): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return Array.isArray(value) ? value.join(', ') : String(value);
  });
}
