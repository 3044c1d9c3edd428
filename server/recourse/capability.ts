import type { Capability } from '../capability.ts';
import { recourseProjection } from './projection.ts';
import { recourseRefusals, recourseRules } from './refusals.ts';
import { recourseRoutes } from './routes.ts';

/** Who answers for a note after its obligor failed. */
export const recourse: Capability = {
  name: 'recourse',
  migrations: [],
  projection: recourseProjection,
  refusals: Object.values(recourseRefusals),
  rules: recourseRules,
  routes: recourseRoutes,
};
