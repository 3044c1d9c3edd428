// SPDX-License-Identifier: Apache-2.0
import type { Transaction } from '../store/database.ts';
import { current, patch, put } from '../store/versioned.ts';
import type { PartyId, PayableId } from '../values/ids.ts';
import { payableRow } from './rows.ts';
import { type ExposuresTable, exposuresTable, payablesTable } from './tables.ts';

/** Units stop being owed, or are owed again where the change is negative. */
export async function reduceDebt(
  tx: Transaction,
  id: PayableId,
  change: { readonly settled?: bigint; readonly voided?: bigint },
  block: bigint,
): Promise<void> {
  const payable = await payableRow(tx, id);
  const { settled = 0n, voided = 0n } = change;
  await patch(
    tx,
    payablesTable,
    { id },
    { settled: payable.settled + settled, voided: payable.voided + voided },
    block,
  );
  await changeExposure(
    tx,
    payable.obligor,
    payable.currency,
    (exposure) => ({ outstanding: exposure.outstanding - settled - voided }),
    block,
  );
}

/** What an obligor may owe in a currency, and owes. */
export async function changeExposure(
  tx: Transaction,
  obligor: PartyId,
  currency: string,
  change: (exposure: ExposuresTable) => Partial<ExposuresTable>,
  block: bigint,
): Promise<void> {
  const key = { obligor, currency };
  const before = (await current(tx, exposuresTable, key)) ?? {
    ...key,
    credit_limit: 0n,
    outstanding: 0n,
    from_block: block,
    to_block: null,
  };
  const { credit_limit, outstanding } = { ...before, ...change(before) };
  await put(tx, exposuresTable, key, { credit_limit, outstanding }, block);
}
