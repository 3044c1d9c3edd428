// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { loanProjection } from './projection.ts';
import { loanRefusals, loanRules } from './refusals.ts';
import { loanRoutes } from './routes.ts';

export const loans: Capability = {
  name: 'loans',
  about: 'Loan offers, and loans against pledged notes.',
  migrations: [],
  projection: loanProjection,
  refusals: Object.values(loanRefusals),
  rules: loanRules,
  routes: loanRoutes,
};
