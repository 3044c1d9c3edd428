// SPDX-License-Identifier: Apache-2.0
import type { Route } from '../http/route.ts';
import type { OrderParts } from '../offers/sign.ts';
import { borrowingRoutes } from './borrowing-routes.ts';
import { collateralRoutes } from './collateral-routes.ts';
import { loanOfferRoutes } from './offer-routes.ts';
import { repaymentRoutes } from './repayment-routes.ts';

/** Borrowing against notes: what is offered, what it costs, the loan, its repayment and its collateral. */
export function loanRoutes(parts: OrderParts): readonly Route[] {
  return [...loanOfferRoutes(parts), ...borrowingRoutes(), ...repaymentRoutes(), ...collateralRoutes()];
}
