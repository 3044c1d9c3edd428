// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { roundProjection } from './projection.ts';
import { roundRefusals, roundRules } from './refusals.ts';
import { roundRoutes } from './routes.ts';

export const rounds: Capability = {
  name: 'rounds',
  about: 'Sell requests, and the rounds that match them with quotes.',
  migrations: [],
  projection: roundProjection,
  refusals: Object.values(roundRefusals),
  rules: roundRules,
  routes: roundRoutes,
};
