// SPDX-License-Identifier: Apache-2.0
import type { DocumentRule } from '../rules/rule.ts';
import type { DocumentTerms } from '../terms.ts';
import type { XmlElement } from './xml.ts';

/** One syntax of trade documents. A new one is a file that exports this and a line in `registry.ts`. */
export interface DocumentFormat {
  /** Stable, short, lower case: `ubl`, `cii`, `fapiao`. */
  readonly id: string;
  readonly title: string;
  recognises(root: XmlElement): boolean;
  /** Never throws: what is absent is `undefined`, what is wrong is left for the rules to find. */
  read(root: XmlElement): DocumentTerms;
  /** The rules documents of this format answer to. */
  readonly rules: readonly DocumentRule[];
}
