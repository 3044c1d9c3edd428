import type { Route } from '../platform/http/route.ts';
import type { Refusal } from '../platform/errors.ts';
import type { Projection } from '../platform/projector/projection.ts';
import type { SchemaStep } from '../platform/store/database.ts';
import type { CapabilityParts } from '../capabilities.ts';
import { coverProjection } from './covers/projection.ts';
import { coverRefusals, coverRules } from './covers/refusals.ts';
import { coverRoutes } from './covers/routes.ts';
import { coverSteps } from './covers/tables.ts';
import { limitProjection } from './limits/projection.ts';
import { limitRefusals, limitRules } from './limits/refusals.ts';
import { limitRoutes } from './limits/routes.ts';
import { limitSteps } from './limits/tables.ts';
import { loanProjection } from './loans/projection.ts';
import { loanRefusals, loanRules } from './loans/refusals.ts';
import { loanRoutes } from './loans/routes.ts';
import { loanTableSteps } from './loans/tables.ts';
import { orderSteps } from './orders/tables.ts';
import { pricingRefusals, pricingRules } from './pricing/refusals.ts';
import { pricingRoutes } from './pricing/routes.ts';
import { quoteProjection } from './quotes/projection.ts';
import { quoteRefusals, quoteRules } from './quotes/refusals.ts';
import { requestSteps } from './quotes/requests/tables.ts';
import { marketRoutes } from './quotes/routes.ts';
import { quoteTableSteps } from './quotes/tables.ts';
import { recourseProjection } from './recourse/projection.ts';
import { recourseRefusals, recourseRules } from './recourse/refusals.ts';
import { recourseRoutes } from './recourse/routes.ts';
import { recourseSteps } from './recourse/tables.ts';
import { roundProjection } from './rounds/projection.ts';
import { roundRefusals, roundRules } from './rounds/refusals.ts';
import { roundRoutes } from './rounds/routes.ts';
import { roundSteps } from './rounds/tables.ts';

/** One part of financing, with the same doors as a room of its own. */
interface Part {
  readonly steps?: readonly SchemaStep[];
  readonly projection?: Projection;
  readonly refusals: readonly Refusal[];
  readonly rules: Readonly<Record<string, string>>;
  routes(parts: CapabilityParts): readonly Route[];
}

/** A new part is a folder and an entry here. */
const PARTS: readonly Part[] = [
  { refusals: Object.values(pricingRefusals), rules: pricingRules, routes: pricingRoutes },
  { steps: orderSteps, refusals: [], rules: {}, routes: () => [] }, // signed orders, which quotes and loan offers share
  {
    steps: [...quoteTableSteps, ...requestSteps], projection: quoteProjection,
    refusals: Object.values(quoteRefusals), rules: quoteRules, routes: marketRoutes,
  },
  { steps: limitSteps, projection: limitProjection, refusals: Object.values(limitRefusals), rules: limitRules, routes: limitRoutes },
  { steps: roundSteps, projection: roundProjection, refusals: Object.values(roundRefusals), rules: roundRules, routes: roundRoutes },
  { steps: loanTableSteps, projection: loanProjection, refusals: Object.values(loanRefusals), rules: loanRules, routes: loanRoutes },
  {
    steps: recourseSteps, projection: recourseProjection,
    refusals: Object.values(recourseRefusals), rules: recourseRules, routes: recourseRoutes,
  },
  { steps: coverSteps, projection: coverProjection, refusals: Object.values(coverRefusals), rules: coverRules, routes: coverRoutes },
];

export const financingSteps: readonly SchemaStep[] = PARTS.flatMap(({ steps }) => steps ?? []);

export const financingProjection: Projection = {
  name: 'financing',
  tables: PARTS.flatMap(({ projection }) => projection?.tables ?? []),
  on: Object.assign({}, ...PARTS.map(({ projection }) => projection?.on ?? {})) as Projection['on'],
};

export const financingRefusals: readonly Refusal[] = PARTS.flatMap(({ refusals }) => refusals);

export const financingRules: Readonly<Record<string, string>> = Object.assign({}, ...PARTS.map(({ rules }) => rules));

/** Financing: pricing, quotes, limits, rounds, loans, recourse and covers. */
export function financingRoutes(parts: CapabilityParts): readonly Route[] {
  return PARTS.flatMap(({ routes }) => routes(parts));
}
