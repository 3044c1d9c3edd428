// SPDX-License-Identifier: Apache-2.0
import type { Projection } from '../ledger/projector/projection.ts';
import { holdEvents } from './hold-events.ts';
import { payableEvents } from './payable-events.ts';
import {
  exposuresTable,
  noteFreezesTable,
  notePledgesTable,
  notesTable,
  noteTransfersTable,
  payableDocumentsTable,
  payablesTable,
} from './tables.ts';
import { transferEvents } from './transfer-events.ts';

/** Payables, notes, transfers, holds and exposures, as `ReceivableLedger` and `Issuance` announce them. */
export const receivableProjection: Projection = {
  name: 'receivables',
  tables: [
    payablesTable,
    payableDocumentsTable,
    notesTable,
    noteTransfersTable,
    noteFreezesTable,
    notePledgesTable,
    exposuresTable,
  ],
  on: { ...payableEvents, ...transferEvents, ...holdEvents },
};
