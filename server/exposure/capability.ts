// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { limitProjection } from './projection.ts';
import { limitRefusals, limitRules } from './refusals.ts';
import { limitRoutes } from './routes.ts';

export const exposure: Capability = {
  name: 'exposure',
  about: 'Exposure of financiers: risk assets, concentration limits, affiliates, groups.',
  migrations: [],
  projection: limitProjection,
  refusals: Object.values(limitRefusals),
  rules: limitRules,
  routes: limitRoutes,
};
