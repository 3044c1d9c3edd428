// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { documentProjection } from './projection.ts';
import { documentRefusals, documentRules } from './refusals.ts';
import { documentRoutes } from './routes.ts';
import { documentMigrations } from './tables.ts';

export const documents: Capability = {
  name: 'documents',
  about: 'Invoices and credit notes: read, examined, registered, used once.',
  migrations: documentMigrations,
  projection: documentProjection,
  refusals: Object.values(documentRefusals),
  rules: documentRules,
  routes: documentRoutes,
};
