import type { Capability } from '../capability.ts';
import { roundProjection } from './projection.ts';
import { roundRefusals, roundRules } from './refusals.ts';
import { roundRoutes } from './routes.ts';

/** Sell requests and matching rounds. */
export const rounds: Capability = {
  name: 'rounds',
  migrations: [],
  projection: roundProjection,
  refusals: Object.values(roundRefusals),
  rules: roundRules,
  routes: roundRoutes,
};
