// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

export const MAXIMUM_PAGE = 500;

/** Spread into the query schema of a list: `query: z.strictObject({ status, ...pageQuery })`. */
export const pageQuery = {
  cursor: z
    .string()
    .max(2_000)
    .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/, 'must be a cursor as given by this list')
    .optional()
    .meta({ description: '`next` of the page before; the list continues as of the same block.' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAXIMUM_PAGE)
    .default(50)
    .meta({ description: 'Items per page.', example: 50 }),
};

/** The response of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'Cursor of the next page; null on the last one.', example: null }),
  });
}

/** Body of a route that reads XML: its bytes as they came. */
export const xmlBody = z.instanceof(Uint8Array);

/** Response of a route that sends a file as it is; name its media type in `produces`. */
export const fileBody = z.union([z.string(), z.instanceof(Uint8Array)]);
