// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { settlementProjection } from './projection.ts';
import { settlementRefusals, settlementRules } from './refusals.ts';
import { settlementRoutes } from './routes.ts';

export const settlement: Capability = {
  name: 'settlement',
  about: 'Settlement cash, and payment at maturity straight to each holder.',
  migrations: [],
  projection: settlementProjection,
  refusals: Object.values(settlementRefusals),
  rules: settlementRules,
  routes: settlementRoutes,
};
