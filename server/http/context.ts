// SPDX-License-Identifier: Apache-2.0
import type { LookUp } from '../access/look-up.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Access } from '../auth/access.ts';
import type { Chain } from '../ledger/chain/chain.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { Log } from '../runtime/log.ts';
import type { Queryable } from '../store/database.ts';
import type { Page } from './pagination.ts';

/** What a handler is given beside its input. */
export interface Context extends Viewer {
  /** In a read a snapshot, in an act the act's transaction, in a command the database. */
  readonly db: Queryable;
  readonly chain: Chain;
  readonly ledgerClient: LedgerClient;
  readonly log: Log;
  /** Pass it to every query: the block asked for, or the latest. */
  readonly asOf: bigint | 'latest';
  /**
   * Says what the caller is about to be shown; the platform puts it on record before anything is sent. `own` for what its
   * own party has, which is no look.
   */
  readonly shows: (what: LookUp | 'own') => void;
}

export interface ReadContext extends Context {
  /** The block this read is true at; what `asOf: 'latest'` stands for. */
  readonly block: bigint;
  readonly page: Page;
}

/** A public route has no caller. */
export type ContextOf<A extends Access, C extends Context> = A extends 'public' ? Omit<C, 'caller'> : C;
