// SPDX-License-Identifier: Apache-2.0
import { NOBODY } from '../values/ids.ts';
import type { Context } from '../http/context.ts';
import { partyNames } from '../parties/queries.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { DeeptierError } from '../values/errors.ts';
import { fixedText } from '../values/fixed-text.ts';
import { openSignedOffers } from './queries.ts';
import { offerRefusals } from './refusals.ts';
import { orderHash } from './sign.ts';
import type { OfferTerms, OfferType } from './terms.ts';

/** Of one financier, of one kind in one currency; whoever compares asks the ledger about every one that is open to it. */
const MOST_SIGNED = 200;

/**
 * What the ledger checks of any offer when it is published, of one that it will see only when it is taken; and that the
 * parties it names exist. Throws `OFFER_EXPIRED`, `PARTY_UNKNOWN`.
 */
export async function requireStanding<Terms extends OfferTerms>(
  ctx: Context,
  type: OfferType<Terms>,
  terms: Terms,
): Promise<void> {
  if (terms.expiresAt <= ctx.chain.clock.now()) {
    throw new DeeptierError(offerRefusals.OFFER_EXPIRED, {
      offer: orderHash(type.order, terms),
      expiresAt: new Date(terms.expiresAt * 1000).toISOString(),
    });
  }
  const named = [
    ...terms.obligors,
    ...type.takers(terms),
    ...type.others(terms),
    ...(terms.feeTo === NOBODY ? [] : [terms.feeTo]),
  ];
  const known = await partyNames(ctx.db, named, ctx.asOf);
  const unknown = named.find((party) => !known.has(party));
  if (unknown !== undefined) throw new DeeptierError(partyRefusals.PARTY_UNKNOWN, { party: String(unknown) });
}

/** Throws `OFFER_INVALID` with `field` where a private offer names nobody, `TOO_MANY_SIGNED` where there are enough already. */
export async function requirePrivate<Terms extends OfferTerms>(
  ctx: Context,
  type: OfferType<Terms>,
  terms: Terms,
  field: string,
): Promise<void> {
  if (type.takers(terms).length === 0) throw new DeeptierError(offerRefusals.OFFER_INVALID, { field });
  const [by, currency] = [type.by(terms), fixedText(terms.currency)];
  const count = await openSignedOffers(ctx.db, type, by, currency, ctx.chain.clock.now());
  if (count < MOST_SIGNED) return;
  throw new DeeptierError(offerRefusals.TOO_MANY_SIGNED, {
    by: String(by),
    count: String(count),
    currency,
    maximum: String(MOST_SIGNED),
  });
}
