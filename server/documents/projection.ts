import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put, remove } from '../store/versioned.ts';
import { indexOf, payableIdOf } from '../values/ids.ts';
import { documentsTable, type DocumentsTable, documentUsesTable } from './tables.ts';

/** Documents and what stands on them, as `DocumentRegistry` and `ReceivableLedger` announce it. */
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
    'DocumentRegistry.DocumentUsed': useChanged,
    'DocumentRegistry.DocumentReleased': useChanged,

    'ReceivableLedger.PayableDocument': async (tx, { args, block }) => {
      const key = { payable: args.payableId, fingerprint: args.fingerprint };
      const before = (await current(tx, documentUsesTable, key))?.amount ?? 0n; // an issue may name a document twice
      await put(tx, documentUsesTable, key, { amount: before + args.amount }, block.number);
    },
    // Only an issue's own note is offered under index 1; its end gives the documents back.
    'ReceivableLedger.OfferEnded': async (tx, { args, block }) => {
      const note = args.note;
      if (indexOf(note) !== 1n) return;
      const payable = payableIdOf(note);
      const uses = await tx
        .selectFrom('document_uses')
        .select('fingerprint')
        .where('payable', '=', payable)
        .where('to_block', 'is', null)
        .execute();
      for (const { fingerprint } of uses) await remove(tx, documentUsesTable, { payable, fingerprint }, block.number);
    },
  },
};

function useChanged(
  tx: Transaction,
  { args, block }: LedgerEvent<'DocumentRegistry.DocumentUsed' | 'DocumentRegistry.DocumentReleased'>,
): Promise<void> {
  return patch(tx, documentsTable, { fingerprint: args.fingerprint }, { used: args.used }, block.number);
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
