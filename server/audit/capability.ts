import type { Capability } from '../capability.ts';
import { auditProjection } from './projection.ts';
import { auditRefusals, auditRules } from './refusals.ts';
import { auditRoutes } from './routes.ts';
import { auditSteps } from './tables.ts';

/** Grants to look, and what was looked at. */
export const audit: Capability = {
  name: 'audit',
  steps: auditSteps,
  projection: auditProjection,
  refusals: Object.values(auditRefusals),
  rules: auditRules,
  routes: auditRoutes,
};
