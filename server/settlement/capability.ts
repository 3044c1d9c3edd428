import type { Capability } from '../capability.ts';
import { settlementProjection } from './projection.ts';
import { settlementRefusals, settlementRules } from './refusals.ts';
import { settlementRoutes } from './routes.ts';
import { settlementSteps } from './tables.ts';

/** Settlement cash, and payment at maturity straight to each holder. */
export const settlement: Capability = {
  name: 'settlement',
  steps: settlementSteps,
  projection: settlementProjection,
  refusals: Object.values(settlementRefusals),
  rules: settlementRules,
  routes: settlementRoutes,
};
