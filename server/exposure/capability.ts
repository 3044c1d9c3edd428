import type { Capability } from '../capability.ts';
import { limitProjection } from './projection.ts';
import { limitRefusals, limitRules } from './refusals.ts';
import { limitRoutes } from './routes.ts';

/** How much a financier may take on, and with whom. */
export const exposure: Capability = {
  name: 'exposure',
  migrations: [],
  projection: limitProjection,
  refusals: Object.values(limitRefusals),
  rules: limitRules,
  routes: limitRoutes,
};
