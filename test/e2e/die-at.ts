// SPDX-License-Identifier: Apache-2.0
import pg from 'pg';

/**
 * Loaded before the gateway: counts what it writes to its database from the signal SIGUSR2 on, and says so on standard output;
 * before the write whose number is in DIE_AT it kills the process as `kill -9` does.
 */
const place = Number(process.env['DIE_AT'] ?? '0');
let writes: number | undefined;
process.on('SIGUSR2', () => {
  writes = 0;
  process.stdout.write('armed\n');
});

const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]): unknown {
  const [statement] = args;
  const text = typeof statement === 'string' ? statement : ((statement as { text?: string }).text ?? '');
  const write = /^\s*(?:(insert into|update|delete from)\s+"?(\w+)|(commit))/i.exec(text);
  if (writes !== undefined && write) {
    writes += 1;
    process.stdout.write(`write ${writes}: ${(write[3] ?? `${write[1]} ${write[2]}`).toLowerCase()}\n`);
    if (writes === place) process.kill(process.pid, 'SIGKILL');
  }
  return query.apply(this, args);
} as typeof pg.Client.prototype.query;
