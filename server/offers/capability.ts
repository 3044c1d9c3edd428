import type { Capability } from '../capability.ts';
import { orderMigrations } from './tables.ts';

/** What quotes and loan offers share: signed orders. */
export const offers: Capability = {
  name: 'offers',
  migrations: orderMigrations,
  refusals: [],
  rules: {},
  routes: () => [],
};
