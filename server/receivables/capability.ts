// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { receivableProjection } from './projection.ts';
import { receivableRefusals, receivableRules } from './refusals.ts';
import { receivableRoutes } from './routes.ts';
import { draftMigrations } from './draft-table.ts';

export const receivables: Capability = {
  name: 'receivables',
  about: 'Payables and notes: issue, transfer, return, freeze, path and tree.',
  migrations: draftMigrations,
  projection: receivableProjection,
  refusals: Object.values(receivableRefusals),
  rules: receivableRules,
  routes: receivableRoutes,
};
