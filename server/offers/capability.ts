// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { offerProjection } from './projection.ts';
import { offerRefusals, offerRules } from './refusals.ts';
import { orderMigrations } from './tables.ts';

export const offers: Capability = {
  name: 'offers',
  about: 'The common functions of quotes and loan offers.',
  migrations: orderMigrations,
  projection: offerProjection,
  refusals: Object.values(offerRefusals),
  rules: offerRules,
  routes: () => [],
};
