// SPDX-License-Identifier: Apache-2.0
import { idFrom, type IdText, partyId } from '../values/ids.ts';
import { currency } from '../values/schemas.ts';

/** How a list is narrowed to the book of an obligor and a currency. */
export const bookQuery = { obligor: partyId.optional(), currency: currency.optional() };

export function bookOf({
  obligor,
  currency: code,
}: {
  readonly obligor?: IdText<'PartyId'> | undefined;
  readonly currency?: string | undefined;
}) {
  return { obligor: obligor === undefined ? undefined : idFrom(obligor), currency: code };
}
