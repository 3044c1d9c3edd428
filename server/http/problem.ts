// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { DeeptierError, Refusal } from '../values/errors.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** One fault of an input. */
export const inputFault = z
  .strictObject({
    in: z.enum(['path', 'query', 'header', 'body']),
    pointer: z
      .string()
      .meta({ description: 'JSON Pointer (RFC 6901) of the faulty value, as a URI fragment.', example: '#/amount' }),
    message: z.string(),
  })
  .meta({ id: 'InputFault' });

export type InputFault = z.infer<typeof inputFault>;

/** Problem details (RFC 9457) as every error of this API has them. */
export const problem = z
  .strictObject({
    type: z.string().meta({ description: 'Where this kind of refusal is explained, relative to this gateway.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'One plain sentence with the values in it.' }),
    instance: z.string().meta({ description: 'Identifies this occurrence in the log of the gateway.' }),
    code: z.string().meta({ description: 'Stable; the same from ledger, API and screen.' }),
    rule: z.string().meta({ description: 'The rule behind the refusal.' }),
    values: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]))
      .meta({ description: 'The numbers and names involved; amounts as decimal strings of minor units.' }),
    errors: z.array(inputFault).optional().meta({ description: 'With INPUT_INVALID: every fault found.' }),
  })
  .meta({
    id: 'Problem',
    example: {
      type: '/docs#OPERATION_UNKNOWN',
      title: 'Operation unknown',
      status: 404,
      detail: 'Your party has no operation with this id.',
      instance: 'urn:uuid:3f0c9f6e-5c1a-4c58-9c55-0d4c7f1e2a90',
      code: 'OPERATION_UNKNOWN',
      rule: 'API-12',
      values: {},
    },
  });

export type Problem = z.infer<typeof problem>;

/** The problem details of a refusal; `requestId` is a UUID. */
export function problemOf(error: DeeptierError, requestId: string, errors?: readonly InputFault[]): Problem {
  const { code, rule, status } = error.refusal;
  return {
    type: `/docs#${code}`,
    title: titleOf(error.refusal),
    status,
    detail: error.message,
    instance: `urn:uuid:${requestId}`,
    code,
    rule,
    values: Object.fromEntries(
      Object.entries(error.values).map(([name, value]) => [
        name,
        typeof value === 'object' && value !== null ? [...value] : value,
      ]),
    ),
    ...(errors && { errors: [...errors] }),
  };
}

/** `NOTE_UNDER_HOLD` reads "Note under hold". */
export function titleOf(refusal: Refusal): string {
  const words = refusal.code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
