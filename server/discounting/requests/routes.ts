// SPDX-License-Identifier: Apache-2.0
import type { Route } from '../../http/route.ts';
import type { OrderParts } from '../../offers/sign.ts';
import { answeringRoutes } from './answering-routes.ts';
import { askingRoutes } from './asking-routes.ts';

/** Requests for quotes: a supplier asks, financiers answer each for itself, and one answer is accepted. */
export function requestRoutes(parts: OrderParts): readonly Route[] {
  return [...askingRoutes(), ...answeringRoutes(parts)];
}
