import type { Capability } from '../capability.ts';
import { documentProjection } from './projection.ts';
import { documentRefusals, documentRules } from './refusals.ts';
import { documentRoutes } from './routes.ts';
import { documentMigrations } from './tables.ts';

/** Invoices: read, examined, registered, used once. */
export const documents: Capability = {
  name: 'documents',
  migrations: documentMigrations,
  projection: documentProjection,
  refusals: Object.values(documentRefusals),
  rules: documentRules,
  routes: documentRoutes,
};
