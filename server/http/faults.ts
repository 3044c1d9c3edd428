// SPDX-License-Identifier: Apache-2.0
import { DeeptierError } from '../values/errors.ts';
import { isTransient } from '../runtime/transient.ts';
import { httpRefusals } from './refusals.ts';

/** The refusal an error is told to the caller as. Only the family's own words ever leave the gateway. */
export function refusalFor(error: unknown): DeeptierError {
  if (error instanceof DeeptierError) return error;
  if (isTransient(error)) return new DeeptierError(httpRefusals.NOT_READY, {}, { cause: error });
  // The router's, for a path that cannot be decoded.
  const { status } = (error ?? {}) as { status?: unknown };
  if (
    error instanceof URIError ||
    (status === 400 && error instanceof Error && error.message.startsWith('Failed to decode'))
  ) {
    return new DeeptierError(httpRefusals.ROUTE_UNKNOWN, {}, { cause: error });
  }
  return new DeeptierError(httpRefusals.INTERNAL, {}, { cause: error });
}
