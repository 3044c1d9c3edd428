// SPDX-License-Identifier: Apache-2.0
import type { Capability } from '../capability.ts';
import { coverProjection } from './projection.ts';
import { coverRefusals, coverRules } from './refusals.ts';
import { coversRoutes } from './routes.ts';

export const covers: Capability = {
  name: 'covers',
  about: 'Guarantees and insurance: how a loss is borne and a recovery is shared.',
  migrations: [],
  projection: coverProjection,
  refusals: Object.values(coverRefusals),
  rules: coverRules,
  routes: coversRoutes,
};
