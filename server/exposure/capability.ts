import type { Capability } from '../capability.ts';
import { limitProjection } from './projection.ts';
import { limitRefusals, limitRules } from './refusals.ts';
import { limitRoutes } from './routes.ts';
import { limitSteps } from './tables.ts';

/** How much a financier may take on, and with whom. */
export const exposure: Capability = {
  name: 'exposure',
  steps: limitSteps,
  projection: limitProjection,
  refusals: Object.values(limitRefusals),
  rules: limitRules,
  routes: limitRoutes,
};
