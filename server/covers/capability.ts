import type { Capability } from '../capability.ts';
import { coverProjection } from './projection.ts';
import { coverRefusals, coverRules } from './refusals.ts';
import { coverRoutes } from './routes.ts';
import { coverSteps } from './tables.ts';

/** Guarantees and insurance: who bears a loss, and who gets a recovery back. */
export const covers: Capability = {
  name: 'covers',
  steps: coverSteps,
  projection: coverProjection,
  refusals: Object.values(coverRefusals),
  rules: coverRules,
  routes: coverRoutes,
};
