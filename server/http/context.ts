import type { Access } from '../auth/access.ts';
import type { Caller } from '../auth/caller.ts';
import type { Chain } from '../ledger/chain/chain.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { Log } from '../runtime/log.ts';
import type { Database, Queryable } from '../store/database.ts';
import type { Page } from './pagination.ts';

/** What a handler is given beside its input. */
export interface Context {
  readonly caller: Caller;
  /** In a read a snapshot, in an act the act's transaction, in a command the database. */
  readonly db: Queryable;
  /** For what is recorded of a read, whose own connection is a snapshot that nothing is written through. */
  readonly records: Database;
  readonly chain: Chain;
  readonly ledgerClient: LedgerClient;
  readonly requestId: string;
  readonly log: Log;
  /** Pass it to every query: the block asked for, or the latest. */
  readonly asOf: bigint | 'latest';
}

export interface ReadContext extends Context {
  /** The block this read is true at; what `asOf: 'latest'` stands for. */
  readonly block: bigint;
  readonly page: Page;
}

/** A public route has no caller. */
export type ContextOf<A extends Access, C extends Context> = A extends 'public' ? Omit<C, 'caller'> : C;
