// SPDX-License-Identifier: Apache-2.0
import type { Route } from '../http/route.ts';
import { accessLogRoutes } from './access-log-routes.ts';
import { grantRoutes } from './grant-routes.ts';

/** Who lets an auditor look, and what auditors and regulators looked at. */
export function auditRoutes(): readonly Route[] {
  return [...grantRoutes(), ...accessLogRoutes()];
}
