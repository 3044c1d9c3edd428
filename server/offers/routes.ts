// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { Route } from '../http/route.ts';
import { offerMakingRoutes } from './making-routes.ts';
import { offerReadingRoutes } from './reading-routes.ts';
import type { OfferRoom } from './room.ts';
import type { OrderParts } from './sign.ts';
import type { OfferTerms } from './terms.ts';

/** Standing offers of a kind: published for everybody, or signed for some; changed and withdrawn alike. */
export function offerRoutes<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  parts: OrderParts,
): readonly Route[] {
  return [...offerReadingRoutes(room), ...offerMakingRoutes(room, parts)];
}
