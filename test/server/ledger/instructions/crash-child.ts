// SPDX-License-Identifier: Apache-2.0
// A gateway that is killed at a chosen point: node crash-child.ts <directory> <point> <occurrence>
import { writeSync } from 'node:fs';
import type { Address } from '../../../../server/values/hex.ts';
import pg from 'pg';
import { add, hand, startLedger, withSendRaw } from '../chain/ledger.ts';
import { findBlock } from '../../../../server/ledger/chain/block.ts';
import { findReceipt } from '../../../../server/ledger/chain/receipt.ts';

const [, , directory = '', point = '', occurrence = '1'] = process.argv;
let left = Number(occurrence);
let armed = false;

/** Ends the process as `kill -9` does, the given time this point is passed. */
function pass(name: string): void {
  if (!armed || name !== point) return;
  left -= 1;
  if (left > 0) return;
  process.kill(process.pid, 'SIGKILL');
  for (;;); // the signal is on its way: not one instruction more
}

/** What was promised to a caller, on the pipe before the next step is taken. */
function tell(line: string): void {
  writeSync(1, `${line}\n`);
}

// The statements of a transaction are seen as they end, so a kill can fall between any two of them.
type Query = (this: pg.Client, ...args: unknown[]) => unknown;
const query = pg.Client.prototype.query as Query;
const journaling = new WeakSet<object>();
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]): unknown {
  const [first] = args;
  const text = typeof first === 'string' ? first : ((first as { text?: string }).text ?? '');
  const result = query.apply(this, args);
  if (!(result instanceof Promise)) return result;
  return result.then((rows: unknown) => {
    if (text.startsWith('insert into "chain_journal"')) journaling.add(this);
    if (text === 'commit' && journaling.delete(this)) pass('journaled, not sent');
    if (text.startsWith('insert into "relays"')) pass('relay written, not committed');
    if (text.includes('update instructions set state = given.state')) pass('outcome written, not committed');
    if (text.startsWith('insert into "events"')) pass('events written, not committed');
    if (text.startsWith('insert into "blocks"')) pass('block written, not committed');
    if (text.includes('insert into "instructions"')) pass('instructions written, not committed');
    return rows;
  });
} as typeof pg.Client.prototype.query;

const ledger = await startLedger({
  directory,
  groupMs: 5,
  between: (chain) =>
    withSendRaw(chain, async (raw) => {
      pass('batch committed, not sent');
      const hash = await chain.sendRaw(raw);
      const receipt = await findReceipt(chain.provider, hash);
      const block = receipt && (await findBlock(chain.provider, receipt.blockNumber));
      tell(`block ${block?.number} ${block?.hash} ${block?.stateRoot}`);
      pass('sent, outcome not noted');
      return hash;
    }),
});
armed = true;
const service = (await ledger.db.selectFrom('service_accounts').select('address').execute()).map(
  ({ address }) => address,
);
const signers = (await ledger.keystore.addresses()).filter((address) => !service.includes(address));
while (signers.length < 2) signers.push(await ledger.keystore.create());

for (let round = 0; round < 10_000; round += 1) {
  await Promise.all(
    Array.from({ length: 4 }, async (_, index) => {
      const operation = await hand(ledger, signers[index % 2] as Address, [add(1, `round ${round}`)]);
      tell(`accepted ${operation}`);
      pass('accepted');
      const outcome = await ledger.ledgerClient.await(operation, 30_000);
      if (outcome.state !== 'done') throw new Error(`operation ${operation} is ${outcome.state}`);
      tell(`done ${operation} ${outcome.block}`);
    }),
  );
}
