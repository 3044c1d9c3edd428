// SPDX-License-Identifier: Apache-2.0
import type { Route } from '../http/route.ts';
import { coverRoutes } from './cover-routes.ts';
import { lossRoutes } from './loss-routes.ts';

/** Covers: guarantors and insurers bear the loss on unpaid notes, layer by layer. */
export function coversRoutes(): readonly Route[] {
  return [...coverRoutes(), ...lossRoutes()];
}
