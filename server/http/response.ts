// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { nameOf } from './route.ts';

/** Cuts an answer to what its schema describes, so that nothing is sent that was not meant to be. Throws if it does not fit. */
export function shapeResponse(
  route: { readonly method: string; readonly path: string; readonly response: z.ZodType },
  body: unknown,
): unknown {
  const result = route.response.safeParse(body);
  if (result.success) return result.data;
  throw new Error(`${nameOf(route)} answered something its schema does not describe`, { cause: result.error });
}
