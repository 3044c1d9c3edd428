import type { Capability } from '../capability.ts';
import { loanProjection } from './projection.ts';
import { loanRefusals, loanRules } from './refusals.ts';
import { loanRoutes } from './routes.ts';
import { loanTableSteps } from './tables.ts';

/** Loan offers, and loans against pledged notes. */
export const loans: Capability = {
  name: 'loans',
  steps: loanTableSteps,
  projection: loanProjection,
  refusals: Object.values(loanRefusals),
  rules: loanRules,
  routes: loanRoutes,
};
