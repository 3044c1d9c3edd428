// SPDX-License-Identifier: Apache-2.0
import type { Route } from '../http/route.ts';
import { cashRoutes } from './cash-routes.ts';
import { confirmationRoutes } from './confirmation-routes.ts';
import { movementRoutes } from './movement-routes.ts';
import { payablePaymentRoutes } from './payable-payment-routes.ts';
import { paymentRoutes } from './payment-routes.ts';

/** What can be asked of cash and payments, and ordered. */
export function settlementRoutes(): readonly Route[] {
  return [...cashRoutes, ...movementRoutes, ...payablePaymentRoutes, ...confirmationRoutes, ...paymentRoutes];
}
