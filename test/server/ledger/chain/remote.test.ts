// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import type { Address } from '../../../../server/values/hex.ts';
import { systemClock } from '../../../../server/values/clock.ts';
import { openRemoteChain } from '../../../../server/ledger/chain/remote.ts';
import { add, countOf, hand, makeDirectory, quiet, startLedger, type Ledger } from './ledger.ts';
import { assertRejects } from '../../../failures.ts';
import { eventOf } from '../../../../server/ledger/contract-types.ts';

const WAIT_MS = 30_000;
let directory: string;
let ledger: Ledger;
let url: string;
let closeNode: () => Promise<void>;

describe('a remote chain', () => {
  /** A node of its own, over HTTP, that makes a block every 200 ms. */
  before(async () => {
    const hardhat = await createHardhatRuntimeEnvironment(
      {
        paths: { artifacts: path.join(import.meta.dirname, 'no-artifacts') },
        networks: {
          node: {
            type: 'edr-simulated',
            chainType: 'l1',
            chainId: 31_417,
            hardfork: 'cancun',
            initialBaseFeePerGas: 0,
            blockGasLimit: 60_000_000,
            allowBlocksWithSameTimestamp: true,
            accounts: [],
            mining: { auto: false, interval: 200, mempool: { order: 'fifo' } },
            throwOnTransactionFailures: false,
            loggingEnabled: false,
          },
        },
      },
      {},
      path.resolve(import.meta.dirname, '../../../..'),
    );
    const server = await hardhat.network.createServer({ network: 'node' }, '127.0.0.1', 0);
    const { address, port } = await server.listen();
    closeNode = () => server.close();
    url = `http://${address}:${port}`;
    directory = await makeDirectory();
    ledger = await startLedger({
      directory,
      openChain: () => openRemoteChain({ url, chainId: 31_417, clock: systemClock, log: quiet, pollMs: 50 }),
    });
  });

  after(async () => {
    await ledger.stop();
    await closeNode();
    await fs.rm(directory, { recursive: true, force: true });
  });

  it('operations of several signers go to a remote node in several batches at once, each carried out once and in order', async () => {
    const signers = await Promise.all(Array.from({ length: 3 }, () => ledger.keystore.create()));
    const operations: string[] = [];
    for (let index = 0; index < 30; index += 1) {
      operations.push(await hand(ledger, signers[index % 3] as Address, [add(1, String(index))]));
    }
    const outcomes = await Promise.all(operations.map((operation) => ledger.ledgerClient.await(operation, WAIT_MS)));
    assert.deepEqual(new Set(outcomes.map(({ state }) => state)), new Set(['done']));
    assert.deepEqual(
      outcomes.map(({ events }) => eventOf(events, 'Counter.Counted').args.total),
      Array.from({ length: 30 }, (_, index) => BigInt(1 + Math.floor(index / 3))),
    );
    for (const signer of signers) assert.strictEqual(await countOf(ledger, signer), 10n);
  });

  it('a refusal of a remote ledger carries its values, and a rehearsal sees it coming', async () => {
    const alice = await ledger.keystore.create();
    await assertRejects(ledger.ledgerClient.simulate(alice, add(2_000_000)), { code: 'COUNT_TOO_HIGH' });
    const outcome = await ledger.ledgerClient.await(await hand(ledger, alice, [add(2_000_000)]), WAIT_MS);
    assert.deepEqual(outcome.refusal, {
      name: 'CountTooHigh',
      args: { who: alice, total: 2_000_000n, limit: 1_000_000n },
    });
  });

  it('a transaction that the node has already is no error, and one it will never take is', async () => {
    const relay = await ledger.db
      .selectFrom('relays')
      .select(['raw', 'tx_hash'])
      .orderBy('nonce')
      .limit(1)
      .executeTakeFirstOrThrow();
    assert.strictEqual(await ledger.chain.sendRaw(relay.raw), relay.tx_hash);
    await assert.isRejected(ledger.chain.sendRaw('0x01'));
  });

  it('a node of another network is refused', async () => {
    await assert.isRejected(
      openRemoteChain({ url, chainId: 1, clock: systemClock, log: quiet }),
      /on chain 31417, not 1/,
    );
  });
});
