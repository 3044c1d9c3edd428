import type { Capability } from '../capability.ts';
import { pricingRefusals, pricingRules } from './refusals.ts';
import { pricingRoutes } from './routes.ts';

/** What a discount costs, to the minor unit. */
export const pricing: Capability = {
  name: 'pricing',
  migrations: [],
  refusals: Object.values(pricingRefusals),
  rules: pricingRules,
  routes: pricingRoutes,
};
