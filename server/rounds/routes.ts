// SPDX-License-Identifier: Apache-2.0
import type { Route } from '../http/route.ts';
import type { Contracts } from '../ledger/contracts.ts';
import { matchingRoutes } from './matching-routes.ts';
import { sellRequestRoutes } from './sell-request-routes.ts';

/** Sell requests, and the rounds that match them with published quotes. */
export function roundRoutes(parts: { readonly contracts: Contracts }): readonly Route[] {
  return [...sellRequestRoutes(), ...matchingRoutes(parts)];
}
