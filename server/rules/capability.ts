// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { ruleProjection } from './projection.ts';
import { ruleRefusals, ruleRules } from './refusals.ts';
import { ruleRoutes } from './routes.ts';

export const rules: Capability = {
  name: 'rules',
  about: 'Rule sets with an effective date, and the calendar of business days.',
  migrations: [],
  projection: ruleProjection,
  refusals: Object.values(ruleRefusals),
  rules: ruleRules,
  routes: ruleRoutes,
};
