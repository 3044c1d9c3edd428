// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { DeeptierError } from '../values/errors.ts';
import { quoteRefusals } from './refusals.ts';

export const RECOURSE_WORDS = ['with', 'without'] as const;

export type RecourseWord = (typeof RECOURSE_WORDS)[number];

export const recourseWord = z
  .enum(RECOURSE_WORDS)
  .meta({
    id: 'Recourse',
    description: '`with`: the seller answers for the obligor; `without`: the buyer bears the risk.',
    example: 'without',
  });

/** What a seller asks for. */
export const recourseWanted = z
  .enum([...RECOURSE_WORDS, 'either'])
  .default('either')
  .meta({ description: 'Which quotes are asked for; `either` by default.', example: 'either' });

/** What a seller takes unseen: nobody comes to answer for an obligor without having said so. */
export const recourseTaken = z
  .enum([...RECOURSE_WORDS, 'either'])
  .default('without')
  .meta({
    description:
      'Which quotes are taken; `without` by default, so that nobody answers for an obligor without having agreed to it.',
    example: 'without',
  });

export type RecourseWanted = z.output<typeof recourseWanted>;

export function recourseOf(terms: { readonly recourse: boolean }): RecourseWord {
  return terms.recourse ? 'with' : 'without';
}

/** Why a quote is not what the seller wants; undefined where it is. */
export function recourseRefusal(quoted: RecourseWord, wanted: RecourseWanted): DeeptierError | undefined {
  return wanted === 'either' || wanted === quoted
    ? undefined
    : new DeeptierError(quoteRefusals.RECOURSE_DIFFERS, { quoted, wanted });
}
