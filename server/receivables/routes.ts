// SPDX-License-Identifier: Apache-2.0
import type { Contracts } from '../ledger/contracts.ts';
import type { Route } from '../http/route.ts';
import { draftRoutes } from './draft-routes.ts';
import { freezeRoutes } from './freeze-routes.ts';
import { limitRoutes } from './limit-routes.ts';
import { noteRoutes } from './note-routes.ts';
import { payableRoutes } from './payable-routes.ts';
import { transferRoutes } from './transfer-routes.ts';

/** Everything that can be asked and ordered of payables and notes. */
export function receivableRoutes(parts: { readonly contracts: Contracts }): readonly Route[] {
  return [
    ...draftRoutes(),
    ...payableRoutes(),
    ...noteRoutes(parts),
    ...transferRoutes(),
    ...freezeRoutes(),
    ...limitRoutes(),
  ];
}
