import type { Capability } from '../capability.ts';
import { ruleProjection } from './projection.ts';
import { ruleRefusals, ruleRules } from './refusals.ts';
import { ruleRoutes } from './routes.ts';

/** Rule sets with an effective date, and the calendar of business days. */
export const rules: Capability = {
  name: 'rules',
  migrations: [],
  projection: ruleProjection,
  refusals: Object.values(ruleRefusals),
  rules: ruleRules,
  routes: ruleRoutes,
};
