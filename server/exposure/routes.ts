// SPDX-License-Identifier: Apache-2.0
import type { Route } from '../http/route.ts';
import { affiliateRoutes } from './affiliate-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { recountRoutes } from './recount-routes.ts';
import { riskRoutes } from './risk-routes.ts';

/** What a financier may take on, and with whom: its limits, its affiliates, its groups of obligors. */
export function limitRoutes(): readonly Route[] {
  return [...riskRoutes(), ...affiliateRoutes(), ...groupRoutes(), ...recountRoutes()];
}
