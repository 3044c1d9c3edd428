// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { saleProjection } from './projection.ts';
import { quoteRefusals, quoteRules } from './refusals.ts';
import { marketRoutes } from './routes.ts';
import { requestMigrations } from './requests/tables.ts';

export const discounting: Capability = {
  name: 'discounting',
  about: 'Quotes, requests for quotes, comparisons and sales.',
  migrations: requestMigrations,
  projection: saleProjection,
  refusals: Object.values(quoteRefusals),
  rules: quoteRules,
  routes: marketRoutes,
};
