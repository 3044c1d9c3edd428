// SPDX-License-Identifier: Apache-2.0
import type { Clock } from './clock.ts';
import { type LedgerDate, today } from './dates.ts';

/** The ledger's time zone, China standard time: seconds east of Greenwich, as the contracts are deployed with. */
export const LEDGER_UTC_OFFSET_SECONDS = 28_800;

/** The date on the ledger at a moment in Unix seconds. */
export function ledgerDateAt(timestamp: number): LedgerDate {
  return today(() => timestamp * 1000, LEDGER_UTC_OFFSET_SECONDS / 60);
}

/** Today on the ledger. */
export function ledgerToday(clock: Clock): LedgerDate {
  return ledgerDateAt(clock.now());
}
