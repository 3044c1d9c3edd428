// SPDX-License-Identifier: Apache-2.0
import type { Route } from '../http/route.ts';
import type { OrderParts } from '../offers/sign.ts';
import { quoteRoutes } from './quote-routes.ts';
import { requestRoutes } from './requests/routes.ts';
import { saleRoutes } from './sale-routes.ts';

/** From a note to cash: quotes, requests for them, what they come to, and the sale. */
export function marketRoutes(parts: OrderParts): readonly Route[] {
  return [...quoteRoutes(parts), ...requestRoutes(parts), ...saleRoutes()];
}
