// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { pricingRefusals, pricingRules } from './refusals.ts';
import { pricingRoutes } from './routes.ts';

export const pricing: Capability = {
  name: 'pricing',
  about: 'The cost of a discount, to the minor unit.',
  migrations: [],
  refusals: Object.values(pricingRefusals),
  rules: pricingRules,
  routes: pricingRoutes,
};
