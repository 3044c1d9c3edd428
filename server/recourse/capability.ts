// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { recourseProjection } from './projection.ts';
import { recourseRefusals, recourseRules } from './refusals.ts';
import { recourseRoutes } from './routes.ts';

export const recourse: Capability = {
  name: 'recourse',
  about: 'Default, demands for payment, and claims on endorsers.',
  migrations: [],
  projection: recourseProjection,
  refusals: Object.values(recourseRefusals),
  rules: recourseRules,
  routes: recourseRoutes,
};
