import type { Capability } from '../capability.ts';
import { quoteProjection } from './projection.ts';
import { quoteRefusals, quoteRules } from './refusals.ts';
import { requestSteps } from './requests/tables.ts';
import { marketRoutes } from './routes.ts';
import { quoteTableSteps } from './tables.ts';

/** Quotes, requests for quotes, comparison, sale. */
export const discounting: Capability = {
  name: 'discounting',
  steps: [...quoteTableSteps, ...requestSteps],
  projection: quoteProjection,
  refusals: Object.values(quoteRefusals),
  rules: quoteRules,
  routes: marketRoutes,
};
