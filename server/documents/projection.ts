// SPDX-License-Identifier: Apache-2.0
import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put, remove } from '../store/versioned.ts';
import { documentsTable, type DocumentsTable, documentUsesTable } from './tables.ts';

/** Documents and what stands on them, as `DocumentRegistry` announces it. */
export const documentProjection: Projection = {
  name: 'documents',
  tables: [documentsTable, documentUsesTable],
  on: {
    'DocumentRegistry.DocumentRegistered': (tx, { args, ...place }) =>
      put(
        tx,
        documentsTable,
        { fingerprint: args.fingerprint },
        {
          kind: 'invoice',
          registrar: args.registrar,
          debtor: args.debtor,
          currency: fixedText(args.currency),
          payable: args.payableAmount,
          credited: 0n,
          used: 0n,
          original: null,
          taken: null,
          ...registration(place),
        },
        place.block.number,
      ),
    'DocumentRegistry.DocumentCredited': async (tx, { args, ...place }) => {
      const original = await known(tx, args.fingerprint);
      const taken = args.amount;
      const { block } = place;
      await patch(
        tx,
        documentsTable,
        { fingerprint: original.fingerprint },
        { credited: original.credited + taken },
        block.number,
      );
      await put(
        tx,
        documentsTable,
        { fingerprint: args.creditNote },
        {
          kind: 'credit-note',
          registrar: args.by,
          debtor: original.debtor,
          currency: original.currency,
          payable: 0n,
          credited: 0n,
          used: 0n,
          original: original.fingerprint,
          taken,
          ...registration(place),
        },
        block.number,
      );
    },
    'DocumentRegistry.DocumentOverdrawn': async (tx, { args }) => {
      const { fingerprint, payable, credited, used } = await known(tx, args.fingerprint);
      const excess = used - (payable - credited);
      if (excess !== args.excess)
        throw new Error(`${fingerprint} is overdrawn by ${String(args.excess)}, the tables say ${excess}`);
    },
    'DocumentRegistry.DocumentUsed': (tx, event) => changeUse(tx, event, event.args.amount),
    'DocumentRegistry.DocumentReleased': (tx, event) => changeUse(tx, event, -event.args.amount),
  },
};

/** So much more or less of a document is used for a payable; an issue may name it more than once. */
async function changeUse(
  tx: Transaction,
  { args, block }: LedgerEvent<'DocumentRegistry.DocumentUsed' | 'DocumentRegistry.DocumentReleased'>,
  change: bigint,
): Promise<void> {
  const { fingerprint, payableId: payable, used } = args;
  await patch(tx, documentsTable, { fingerprint }, { used }, block.number);
  const key = { payable, fingerprint };
  const amount = ((await current(tx, documentUsesTable, key))?.amount ?? 0n) + change;
  if (amount === 0n) await remove(tx, documentUsesTable, key, block.number);
  else await put(tx, documentUsesTable, key, { amount }, block.number);
}

function registration({
  block,
  logIndex,
}: Pick<LedgerEvent, 'block' | 'logIndex'>): Pick<
  DocumentsTable,
  'registered_at' | 'registered_block' | 'registered_log'
> {
  return { registered_at: BigInt(block.timestamp), registered_block: block.number, registered_log: logIndex };
}

async function known(tx: Transaction, fingerprint: string): Promise<DocumentsTable> {
  const row = await current(tx, documentsTable, { fingerprint });
  if (!row) throw new Error(`the document ${fingerprint} was credited and never registered`);
  return row;
}
