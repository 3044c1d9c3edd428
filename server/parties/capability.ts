import type { Capability } from '../capability.ts';
import { partyProjection } from './projection.ts';
import { partyRefusals, partyRules } from './refusals.ts';
import { partyRoutes } from './routes.ts';

/** Who takes part: admission, roles, keys, users, standing acceptances, succession. */
export const parties: Capability = {
  name: 'parties',
  migrations: [],
  projection: partyProjection,
  refusals: Object.values(partyRefusals),
  rules: partyRules,
  routes: partyRoutes,
};
