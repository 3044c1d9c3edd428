// SPDX-License-Identifier: Apache-2.0
import { fixedText } from '../values/fixed-text.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Columns, ValuesOf } from '../store/columns.ts';
import type { Transaction } from '../store/database.ts';
import { current, put, remove, type VersionedTable } from '../store/versioned.ts';
import {
  affiliateExposuresTable,
  affiliatesTable,
  countedExposuresTable,
  debtorExposuresTable,
  groupMembersTable,
  limitTables,
  riskAssetsTable,
} from './tables.ts';

/** What financiers declare of themselves and what they have at stake, as `Concentration` announces it. */
export const limitProjection: Projection = {
  name: 'exposure',
  tables: limitTables,
  on: {
    'Concentration.RiskAssetsDeclared': (tx, { args, block }) =>
      put(
        tx,
        riskAssetsTable,
        { financier: args.financier, currency: fixedText(args.currency) },
        { amount: args.amount },
        block.number,
      ),
    'Concentration.AffiliateSet': (tx, { args, block }) =>
      keep(tx, affiliatesTable, { financier: args.financier, party: args.party }, args.affiliate, block.number),
    'Concentration.GroupMemberSet': (tx, { args, block }) =>
      keep(
        tx,
        groupMembersTable,
        { financier: args.financier, group_name: args.group, party: args.party },
        args.member,
        block.number,
      ),
    'Concentration.ExposureChanged': async (tx, { args, block }) => {
      const [financier, debtor, currency] = [args.financier, args.debtor, fixedText(args.currency)];
      await put(tx, debtorExposuresTable, { financier, debtor, currency }, { amount: args.exposure }, block.number);
      await put(tx, affiliateExposuresTable, { financier, currency }, { amount: args.affiliates }, block.number);
      const [key, units] = [{ note: args.note, loan: args.loan }, args.counted];
      if (units === 0n) return keep(tx, countedExposuresTable, key, false, block.number);
      await put(tx, countedExposuresTable, key, { financier, debtor, currency, units }, block.number);
    },
  },
};

/** Sees to it that there is a row of `key`, or none. */
async function keep<C extends Columns>(
  tx: Transaction,
  table: VersionedTable<string, C>,
  key: Partial<ValuesOf<C>>,
  present: boolean,
  block: bigint,
): Promise<void> {
  const isPresent = (await current(tx, table, key)) !== undefined;
  if (isPresent === present) return;
  if (present) await put(tx, table, key, {}, block);
  else await remove(tx, table, key, block);
}
