import type { Hex } from 'viem';
import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contracts.ts';
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

/** Keys from here on are loans', those below are notes'; as `loanKey` and `noteKey` in `IConcentration.sol`. */
const LOAN_KEYS = 1n << 64n;

/** What financiers declare of themselves and what they have at stake, as `Concentration` announces it. */
export const limitProjection: Projection = {
  name: 'limits',
  tables: limitTables,
  on: {
    'Concentration.RiskAssetsDeclared': (tx, { args, block }) =>
      put(
        tx,
        riskAssetsTable,
        { financier: partyIn(args, 'financier'), currency: currencyIn(args) },
        { amount: args['amount'] as bigint },
        block.number,
      ),
    'Concentration.AffiliateSet': (tx, { args, block }) =>
      keep(
        tx,
        affiliatesTable,
        { financier: partyIn(args, 'financier'), party: partyIn(args, 'party') },
        args['affiliate'] as boolean,
        block.number,
      ),
    'Concentration.GroupMemberSet': (tx, { args, block }) =>
      keep(
        tx,
        groupMembersTable,
        { financier: partyIn(args, 'financier'), group_name: args['group'] as string, party: partyIn(args, 'party') },
        args['member'] as boolean,
        block.number,
      ),
    'Concentration.ExposureChanged': async (tx, { args, block }) => {
      const [financier, debtor, currency] = [partyIn(args, 'financier'), partyIn(args, 'debtor'), currencyIn(args)];
      await put(
        tx,
        debtorExposuresTable,
        { financier, debtor, currency },
        { amount: args['exposure'] as bigint },
        block.number,
      );
      await put(
        tx,
        affiliateExposuresTable,
        { financier, currency },
        { amount: args['affiliates'] as bigint },
        block.number,
      );
      const [key, units] = [args['key'] as string, args['counted'] as bigint];
      if (units === 0n) return keep(tx, countedExposuresTable, { key }, false, block.number);
      const number = BigInt(key);
      await put(
        tx,
        countedExposuresTable,
        { key },
        { note: number < LOAN_KEYS ? number : null, financier, debtor, currency, units },
        block.number,
      );
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

function partyIn(args: LedgerEvent['args'], name: string): bigint {
  return BigInt(args[name] as number);
}

function currencyIn(args: LedgerEvent['args']): string {
  return fixedText(args['currency'] as Hex);
}
