import type { Route } from '../http/route.ts';
import type { OrderParts } from '../offers/sign.ts';
import { loanActRoutes } from './loan-routes.ts';
import { loanOfferRoutes } from './offer-routes.ts';

/** Borrowing against notes: what is offered, what it costs, the loan and its repayment. */
export function loanRoutes(parts: OrderParts): readonly Route[] {
  return [...loanOfferRoutes(parts), ...loanActRoutes()];
}
