// SPDX-License-Identifier: Apache-2.0
import { isShownTo, looksForItself, ownParties, partiesOf, type Visibility } from '../access/visibility.ts';
import type { PartyId } from '../values/ids.ts';
import type { Payable } from '../receivables/queries.ts';
import type { Payment } from './payments.ts';

/**
 * How much of a payment somebody sees: `notes` each note and its payee, `totals` the sums alone, `received` what it was paid
 * itself. An obligor does not learn who holds its promise in the deeper tiers.
 */
export type PaymentVisibility = 'notes' | 'totals' | 'received';

/** What of a payment of `payable` is seen. */
export function paymentVisibilityOf(
  visibility: Visibility,
  payable: Pick<Payable, 'id' | 'obligor'>,
  payment: Pick<Payment, 'orderedBy' | 'outside'>,
): PaymentVisibility {
  if (seesAllOf(visibility, payable)) return looksForItself(visibility) ? 'totals' : 'notes';
  // A bank must be able to check what was booked for the payment it made.
  if (payment.outside && ownParties(visibility).has(payment.orderedBy)) return 'notes';
  return 'received';
}

/** Whether every payment of the payable is seen, in whatever detail. */
export function seesAllOf(visibility: Visibility, payable: Pick<Payable, 'id' | 'obligor'>): boolean {
  return isShownTo(visibility, { parties: [payable.obligor], payable: payable.id });
}

/** The parties whose incoming payments are seen. */
export function payeesOf(visibility: Visibility): PartyId[] {
  return [...partiesOf(visibility)];
}
