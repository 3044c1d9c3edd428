import type { Capability } from '../capability.ts';
import { coverProjection } from './projection.ts';
import { coverRefusals, coverRules } from './refusals.ts';
import { coversRoutes } from './routes.ts';

/** Guarantees and insurance: who bears a loss, and who gets a recovery back. */
export const covers: Capability = {
  name: 'covers',
  migrations: [],
  projection: coverProjection,
  refusals: Object.values(coverRefusals),
  rules: coverRules,
  routes: coversRoutes,
};
