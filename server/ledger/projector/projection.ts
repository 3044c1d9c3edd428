import type { LedgerEvent } from '../contracts.ts';
import type { Transaction } from '../../store/database.ts';
import type { VersionedTable } from '../../store/versioned.ts';

/** How the events of the ledger change the tables of one capability, and nothing else does. */
export interface Projection {
  readonly name: string;
  /** All tables it writes. */
  readonly tables: readonly VersionedTable[];
  /** By `Contract.Event`. A handler reads and writes through `tx` only, and takes the time from the event's block. */
  readonly on: Readonly<Record<string, (tx: Transaction, event: LedgerEvent) => Promise<void>>>;
}
