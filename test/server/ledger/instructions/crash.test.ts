// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { countOf, makeDirectory, startLedger, type Ledger } from '../chain/ledger.ts';
import { findBlock } from '../../../../server/ledger/chain/block.ts';
import { runs } from '../../../depth.ts';

const POINTS = [
  'accepted',
  'instructions written, not committed',
  'relay written, not committed',
  'batch committed, not sent',
  'journaled, not sent',
  'sent, outcome not noted',
  'outcome written, not committed',
  'events written, not committed',
  'block written, not committed',
] as const;

/** What the killed gateways had said before they died. */
const told = { accepted: new Set<string>(), done: new Map<string, bigint>(), blocks: new Map<string, string>() };

let directory: string;
let ledger: Ledger | undefined;

/** Runs a gateway in a process of its own until it is killed. */
async function runUntilKilled(point: string, occurrence: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'crash-child.ts'), directory, point, String(occurrence)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  const tooLong = setTimeout(() => child.kill('SIGTERM'), 120_000); // not the death it was to die
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
  clearTimeout(tooLong);
  assert.strictEqual(signal, 'SIGKILL', `the gateway was to be killed at "${point}": ${errors}`);
  for (const line of output.split('\n')) {
    const [what, first = '', second = '', third = ''] = line.split(' ');
    if (what === 'accepted') told.accepted.add(first);
    if (what === 'done') told.done.set(first, BigInt(second));
    if (what === 'block') told.blocks.set(first, `${second} ${third}`);
  }
}

describe('instructions of a gateway that dies', () => {
  before(async () => {
    directory = await makeDirectory();
  });

  after(async () => {
    await ledger?.stop();
    await fs.rm(directory, { recursive: true, force: true });
  });

  for (let round = 1; round <= runs(1, 12); round += 1) {
    for (const point of POINTS) {
      it(`a gateway killed at "${point}" starts again (round ${round})`, async () => {
        await runUntilKilled(point, 1 + Math.floor(Math.random() * 5));
      });
    }
  }

  it('after all those deaths every block is the one that was acknowledged, to its hash and state root', async () => {
    ledger = await startLedger({ directory });
    assert.isOk(told.blocks.size >= 5);
    for (const [number, expected] of told.blocks) {
      const block = await findBlock(ledger.chain.provider, BigInt(number));
      assert.strictEqual(`${block?.hash} ${block?.stateRoot}`, expected, `block ${number}`);
    }
  });

  it('no accepted operation is lost, and each is carried out once', async () => {
    assert.isOk(ledger);
    const rows = await ledger.db.selectFrom('instructions').selectAll().orderBy('position').execute();
    const recorded = new Set(rows.map(({ operation_id: operation }) => operation));
    assert.isOk(told.accepted.size > 10);
    for (const operation of told.accepted) assert.isOk(recorded.has(operation), `operation ${operation} was accepted`);
    for (const operation of recorded) {
      const outcome = await ledger.ledgerClient.await(operation, 30_000);
      assert.strictEqual(outcome.state, 'done');
      assert.strictEqual(outcome.events.length, 1);
      const before = told.done.get(operation);
      if (before !== undefined) assert.strictEqual(outcome.block, before);
    }
    for (const signer of new Set(rows.map((row) => row.signer))) {
      assert.strictEqual(await countOf(ledger, signer), BigInt(rows.filter((row) => row.signer === signer).length));
    }
  });

  it('the tables are what a projection from the first block makes of the chain', async () => {
    assert.isOk(ledger);
    await ledger.projector.catchUp(10_000);
    const before = await ledger.projector.digestTables();
    const { rolling_sha256: rolling } = await ledger.db
      .selectFrom('blocks')
      .select('rolling_sha256')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), before);
    assert.strictEqual(
      (
        await ledger.db
          .selectFrom('blocks')
          .select('rolling_sha256')
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirstOrThrow()
      ).rolling_sha256,
      rolling,
    );
  });
});
