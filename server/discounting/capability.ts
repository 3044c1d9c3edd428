import type { Capability } from '../capability.ts';
import { saleProjection } from './projection.ts';
import { quoteRefusals, quoteRules } from './refusals.ts';
import { marketRoutes } from './routes.ts';
import { requestMigrations } from './requests/tables.ts';

/** Quotes, requests for quotes, comparison, sale. */
export const discounting: Capability = {
  name: 'discounting',
  migrations: requestMigrations,
  projection: saleProjection,
  refusals: Object.values(quoteRefusals),
  rules: quoteRules,
  routes: marketRoutes,
};
