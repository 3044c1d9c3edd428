import type { Clock } from '../platform/chain/clock.ts';
import { dateOfDayNumber, type LedgerDate } from '../platform/dates.ts';

/** The ledger's time zone, China standard time: seconds east of Greenwich, as the contracts are deployed with. */
export const LEDGER_UTC_OFFSET_SECONDS = 28_800;

const SECONDS_PER_DAY = 86_400;

/** The date on the ledger at a moment in Unix seconds. */
export function ledgerDateAt(timestamp: number): LedgerDate {
  return dateOfDayNumber(Math.floor((timestamp + LEDGER_UTC_OFFSET_SECONDS) / SECONDS_PER_DAY));
}

/** Today on the ledger. */
export function ledgerToday(clock: Clock): LedgerDate {
  return ledgerDateAt(clock.now());
}
