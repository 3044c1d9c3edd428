// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { auditProjection } from './projection.ts';
import { auditRefusals, auditRules } from './refusals.ts';
import { auditRoutes } from './routes.ts';
import { auditMigrations } from './tables.ts';

export const audit: Capability = {
  name: 'audit',
  about: 'Grants of access for auditors, and the log of look-ups.',
  migrations: auditMigrations,
  projection: auditProjection,
  refusals: Object.values(auditRefusals),
  rules: auditRules,
  routes: auditRoutes,
};
