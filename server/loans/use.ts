// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { z } from 'zod';
import { DeeptierError } from '../values/errors.ts';
import { loanRefusals } from './refusals.ts';

export const useField = z
  .enum(['free', 'directed'])
  .meta({
    id: 'LoanUse',
    description:
      '`free`: the borrower receives the money. `directed`: it is reserved with the lender and paid to the named parties alone.',
    example: 'free',
  });

export type LoanUse = z.output<typeof useField>;

/** Whether the money may go to the parties it names alone. */
export function useOf({ payees }: { readonly payees: readonly PartyId[] }): LoanUse {
  return payees.length > 0 ? 'directed' : 'free';
}

/** Why an offer is not for the use that the borrower wants; undefined where it is. */
export function useRefusal(offered: LoanUse, wanted: LoanUse | 'either'): DeeptierError | undefined {
  return wanted === 'either' || wanted === offered
    ? undefined
    : new DeeptierError(loanRefusals.USE_DIFFERS, { offered, wanted });
}
