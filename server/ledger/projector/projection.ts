// SPDX-License-Identifier: Apache-2.0
import type { EventKey, LedgerEvent } from '../contract-types.ts';
import type { Transaction } from '../../store/database.ts';
import type { VersionedTable } from '../../store/versioned.ts';

/** What an event changes. */
export type EventHandler<K extends EventKey = EventKey> = (tx: Transaction, event: LedgerEvent<K>) => Promise<void>;

/** How the events of the ledger change the tables of one capability, and nothing else does. */
export interface Projection {
  readonly name: string;
  /** All tables it writes. */
  readonly tables: readonly VersionedTable[];
  /** By `Contract.Event`. A handler reads and writes through `tx` only, and takes the time from the event's block. */
  readonly on: { readonly [K in EventKey]?: EventHandler<K> };
}

/** The handlers of a projection, each with the name of the event that it takes. */
export function handlersOf({ on }: Projection): [string, EventHandler][] {
  return Object.entries(on); // an event only ever meets the handlers under its own name
}
