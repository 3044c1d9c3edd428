import type { Context } from '../platform/http/context.ts';
import type { InstructionDesk } from '../platform/instructions/desk.ts';
import type { Database } from '../platform/store/database.ts';

const logs = new WeakMap<InstructionDesk, Database>();

/**
 * Says where the gateway of `desk` writes what auditors and regulators look at. A read holds a connection, and may not
 * write through it; so the log has a pool of its own, which readers cannot use up.
 */
export function keepAccessLog(desk: InstructionDesk, log: Database): void {
  logs.set(desk, log);
}

/** The log of the gateway that answers `ctx`. Throws if it keeps none: then nobody looks. */
export function accessLogOf(ctx: Context): Database {
  const log = logs.get(ctx.desk);
  if (!log) throw new Error('this gateway keeps no access log');
  return log;
}
