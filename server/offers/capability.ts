import type { Capability } from '../capability.ts';
import { offerProjection } from './projection.ts';
import { offerRefusals, offerRules } from './refusals.ts';
import { orderMigrations } from './tables.ts';

/** The offer book: what quotes and loan offers share. */
export const offers: Capability = {
  name: 'offers',
  migrations: orderMigrations,
  projection: offerProjection,
  refusals: Object.values(offerRefusals),
  rules: offerRules,
  routes: () => [],
};
