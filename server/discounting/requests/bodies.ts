// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../../values/ids.ts';
import { z } from 'zod';
import { partyId } from '../../values/ids.ts';
import { codeBytes3 } from '../../values/fixed-text.ts';
import { instant, line, uuid } from '../../values/schemas.ts';
import { maxCostField } from '../../offers/fields.ts';
import { NO_WORD } from '../../offers/terms.ts';
import { LONGEST_TENOR, pricing, quoteId, type QuotePriceOrder, quotePriceTerms } from '../bodies.ts';
import { recourseWanted } from '../recourse.ts';
import { currencyOf, faceOf, lotsField, lotsHash, type NoteLot } from '../../offers/lots.ts';
import { ownReference } from '../commands.ts';
import type { QuoteTerms } from '../terms.ts';

const MOST_INVITED = 100;

export const requestParams = z.strictObject({ id: uuid });

export const requestBody = z
  .strictObject({
    lots: lotsField,
    financiers: z
      .array(partyId)
      .min(1)
      .max(MOST_INVITED)
      .optional()
      .meta({ description: 'The financiers it is addressed to; all of them if absent.' }),
    recourse: recourseWanted,
    expiresAt: instant.meta({ description: 'When the time to answer ends. An answer stands until its own expiry.' }),
  })
  .meta({ id: 'QuoteRequestBody' });

export const answerBody = z
  .strictObject(pricing)
  .meta({
    id: 'QuoteAnswerBody',
    description: 'A price for these lots alone. It binds your party until it expires or is withdrawn.',
  });

export const declineBody = z.strictObject({
  reason: line(500, 'Why your party does not buy; the seller that asked reads it.', 'We hold enough of this obligor.'),
});

export const acceptanceBody = z
  .strictObject({ answer: quoteId, maxCost: maxCostField.optional(), reference: ownReference })
  .meta({ id: 'QuoteAcceptance' });

/** An answer: a quote that buys just these lots, once, from who asked. */
export function answerTerms(
  financier: PartyId,
  asker: PartyId,
  lots: readonly NoteLot[],
  order: QuotePriceOrder,
): QuoteTerms {
  const face = faceOf(lots);
  return {
    financier,
    currency: codeBytes3(currencyOf(lots)),
    obligors: [],
    group: NO_WORD,
    sellers: [asker],
    minDays: 0,
    maxDays: LONGEST_TENOR,
    minUnits: face,
    capacity: face,
    lots: lotsHash(lots),
    ...quotePriceTerms(order),
  };
}
