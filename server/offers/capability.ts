import type { Capability } from '../capability.ts';
import { offerProjection } from './projection.ts';
import { offerRefusals, offerRules } from './refusals.ts';
import { orderMigrations } from './tables.ts';

export const offers: Capability = {
  name: 'offers',
  about: 'What quotes and loan offers have in common.',
  migrations: orderMigrations,
  projection: offerProjection,
  refusals: Object.values(offerRefusals),
  rules: offerRules,
  routes: () => [],
};
