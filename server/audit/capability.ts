import type { Capability } from '../capability.ts';
import { auditProjection } from './projection.ts';
import { auditRefusals, auditRules } from './refusals.ts';
import { auditRoutes } from './routes.ts';
import { auditMigrations } from './tables.ts';

/** Grants to look, and what was looked at. */
export const audit: Capability = {
  name: 'audit',
  migrations: auditMigrations,
  projection: auditProjection,
  refusals: Object.values(auditRefusals),
  rules: auditRules,
  routes: auditRoutes,
};
