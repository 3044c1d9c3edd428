// SPDX-License-Identifier: Apache-2.0
import type { Contracts } from '../ledger/contracts.ts';
import type { Route } from '../http/route.ts';
import { claimRoutes } from './claim-routes.ts';
import { defaultRoutes } from './default-routes.ts';
import { demandRoutes } from './demand-routes.ts';

/** After the obligor fails: dates, claims on endorsers, and demands on the obligor. */
export function recourseRoutes(parts: { readonly contracts: Contracts }): readonly Route[] {
  return [...defaultRoutes(parts), ...claimRoutes(), ...demandRoutes()];
}
