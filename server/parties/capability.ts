// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { partyProjection } from './projection.ts';
import { partyRefusals, partyRules } from './refusals.ts';
import { partyRoutes } from './routes.ts';

export const parties: Capability = {
  name: 'parties',
  about: 'The members: admission, roles, keys, users, standing acceptances, succession.',
  migrations: [],
  projection: partyProjection,
  refusals: Object.values(partyRefusals),
  rules: partyRules,
  routes: partyRoutes,
};
