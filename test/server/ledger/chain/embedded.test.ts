// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import { assert } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { sql } from 'kysely';
import { SigningKey, Wallet } from 'ethers';
import type { Chain } from '../../../../server/ledger/chain/chain.ts';
import { ManualClock } from '../../../../server/values/clock.ts';
import type { Contracts } from '../../../../server/ledger/contracts.ts';
import { deploy, type DeploymentStep } from '../../../../server/ledger/deploy.ts';
import { openEmbeddedChain } from '../../../../server/ledger/chain/embedded.ts';
import { signTransaction, type Account } from '../../../../server/ledger/chain/transaction.ts';
import { ledgerMigrations } from '../../../../server/ledger/tables.ts';
import { openDatabase, type Database } from '../../../../server/store/database.ts';
import { migrate } from '../../../../server/store/migrations.ts';
import { startPostgres, type RunningPostgres } from '../../../../server/store/postgres.ts';
import { loadTestContracts, makeDirectory, plan, quiet } from './ledger.ts';
import { findBlock } from '../../../../server/ledger/chain/block.ts';
import { call } from '../../../../server/ledger/contract-types.ts';
import { readView } from '../../../../server/ledger/read-view.ts';
import { addressOf, asHex, keccak, type Hash, type Hex } from '../../../../server/values/hex.ts';

const clock = new ManualClock(1_800_000_000);
const wallet = Wallet.createRandom();
const key: SigningKey = wallet.signingKey;
const account: Account = {
  address: addressOf(wallet.address),
  sign: async (digest) => asHex(key.sign(digest).serialized),
};

let directory: string;
let postgres: RunningPostgres;
let db: Database;
const open: Chain[] = [];

async function openChain(chainId = 31_415): Promise<Chain> {
  const chain = await openEmbeddedChain({ db, clock, log: quiet, chainId });
  open.push(chain);
  return chain;
}

async function reopen(chain: Chain): Promise<Chain> {
  await chain.stop();
  return openChain();
}

async function transaction(nonce: number, gas = 100_000n): Promise<{ raw: Hex; hash: Hash }> {
  return signTransaction(account, {
    chainId: 31_415,
    nonce,
    to: '0x00000000000000000000000000000000000000cc',
    data: '0x1234',
    gas,
  });
}

async function send(chain: Chain, nonce: number): Promise<void> {
  await chain.sendRaw((await transaction(nonce)).raw);
}

async function blockAt(chain: Chain, at: bigint | 'latest') {
  const block = await findBlock(chain.provider, at);
  assert.ok(block, `no block ${at}`);
  const { number, hash, stateRoot, timestamp } = block;
  return { number, hash, stateRoot, timestamp };
}

async function head(chain: Chain) {
  return blockAt(chain, 'latest');
}

async function stateRootOf(seq: bigint): Promise<string> {
  const row = await db
    .selectFrom('chain_journal')
    .select('state_root')
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow();
  return row.state_root ?? '';
}

async function neighbours(chain: Chain, contracts: Contracts): Promise<unknown[]> {
  return Promise.all(
    (['Counter', 'Neighbour'] as const).map((name) => readView(chain, contracts, call(name, 'neighbour'))),
  );
}

describe('the embedded chain', () => {
  before(async () => {
    directory = await makeDirectory();
    postgres = await startPostgres({ dataDir: directory, log: quiet });
    db = openDatabase(postgres.connectionString);
    await migrate(db, ledgerMigrations);
  });

  beforeEach(async () => {
    for (const chain of open.splice(0)) await chain.stop();
    await sql`truncate chain_journal, chain_header, deployment`.execute(db);
  });

  after(async () => {
    for (const chain of open) await chain.stop();
    await db.destroy();
    await postgres.stop();
    await fs.rm(directory, { recursive: true, force: true });
  });

  it('a chain that is opened again is the same chain, and goes on', async () => {
    const chain = await openChain();
    for (const nonce of [0, 1, 2]) {
      clock.advance(nonce);
      await send(chain, nonce);
    }
    const before = await head(chain);
    assert.strictEqual(before.number, 3n);
    const again = await reopen(chain);
    assert.deepEqual(await head(again), before);
    await send(again, 3);
    assert.strictEqual((await head(again)).number, 4n);
  });

  it('a block has the time of the clock, and never an earlier one than the block before', async () => {
    const chain = await openChain();
    clock.set(1_900_000_000);
    await send(chain, 0);
    clock.set(1_850_000_000);
    await send(chain, 1);
    clock.set(1_900_000_500);
    await send(chain, 2);
    const times = await Promise.all([1n, 2n, 3n].map(async (number) => (await blockAt(chain, number)).timestamp));
    assert.deepEqual(times, [1_900_000_000n, 1_900_000_000n, 1_900_000_500n]);
  });

  it('the same transaction sent again makes no second block', async () => {
    const chain = await openChain();
    const { raw, hash } = await transaction(0);
    assert.deepEqual(await Promise.all([chain.sendRaw(raw), chain.sendRaw(raw)]), [hash, hash]);
    assert.strictEqual(await chain.sendRaw(raw), hash);
    assert.strictEqual((await head(chain)).number, 1n);
    assert.strictEqual((await db.selectFrom('chain_journal').select('seq').execute()).length, 1);
  });

  it('a transaction that the chain refuses leaves no gap, and is gone from the journal', async () => {
    const chain = await openChain();
    await send(chain, 0);
    await assert.isRejected(send(chain, 7));
    await assert.isRejected(send(chain, 0).then(async () => chain.sendRaw((await transaction(0, 90_000n)).raw)));
    await send(chain, 1);
    const before = await head(chain);
    assert.strictEqual(before.number, 2n);
    assert.deepEqual(await head(await reopen(chain)), before);
  });

  it('a transaction that was written down, and refused, before a crash is dropped on the next start', async () => {
    const chain = await openChain();
    await send(chain, 0);
    await assert.isRejected(send(chain, 7));
    const before = await head(chain);
    const again = await reopen(chain); // the refused one was the last entry
    assert.deepEqual(await head(again), before);
    assert.strictEqual((await db.selectFrom('chain_journal').select('seq').execute()).length, 1);
    await send(again, 1);
  });

  it('a transaction that was written down and never sent is in the next block after a crash', async () => {
    const chain = await openChain();
    await send(chain, 0);
    await chain.stop();
    const { raw, hash } = await transaction(1);
    await db
      .insertInto('chain_journal')
      .values({
        seq: 2n,
        timestamp: 1_950_000_000n,
        raw: Buffer.from(raw.slice(2), 'hex'),
        tx_hash: hash,
        block_hash: null,
        state_root: null,
      })
      .execute();
    const again = await openChain();
    assert.strictEqual((await again.awaitReceipt(hash, 0))?.blockNumber, 2n);
    assert.strictEqual((await head(again)).timestamp, 1_950_000_000n);
  });

  it('a journal that was tampered with is not opened', async () => {
    const chain = await openChain();
    for (const nonce of [0, 1, 2]) await send(chain, nonce);
    await chain.stop();
    const tampered = async (change: string, undo: string, reason: RegExp) => {
      await sql.raw(change).execute(db);
      await assert.isRejected(openChain(), reason);
      await sql.raw(undo).execute(db);
    };
    await tampered(
      'update chain_journal set timestamp = timestamp + 1 where seq = 3',
      'update chain_journal set timestamp = timestamp - 1 where seq = 3',
      /does not replay: block 3 was/,
    );
    await tampered(
      'update chain_journal set raw = set_byte(raw, 40, get_byte(raw, 40) # 1) where seq = 2',
      'update chain_journal set raw = set_byte(raw, 40, get_byte(raw, 40) # 1) where seq = 2',
      /journal entry 2 does not replay/,
    );
    await tampered(
      'update chain_journal set seq = 12 where seq = 2',
      'update chain_journal set seq = 2 where seq = 12',
      /no entry 2 but has 3/,
    );
    await tampered(
      "update chain_journal set state_root = '0x00' where seq = 3",
      `update chain_journal set state_root = '${await stateRootOf(3n)}' where seq = 3`,
      /state root of block 3/,
    );
    await tampered(
      'update chain_header set chain_id = 1',
      'update chain_header set chain_id = 31415',
      /of chain 1, not 31415/,
    );
    assert.strictEqual((await head(await openChain())).number, 3n);
  });

  it('another engine version may make other block hashes of the same state, and they are recorded', async () => {
    const chain = await openChain();
    for (const nonce of [0, 1]) await send(chain, nonce);
    const before = await head(chain);
    await chain.stop();
    await sql`update chain_journal set block_hash = '0x01'`.execute(db);
    await assert.isRejected(openChain(), /does not replay/);
    await sql`update chain_header set edr_version = 'an older one'`.execute(db);
    assert.deepEqual(await head(await openChain()), before);
    const rows = await db.selectFrom('chain_journal').select('block_hash').orderBy('seq').execute();
    assert.strictEqual(rows[1]?.block_hash, before.hash);
  });

  it('two processes never write one journal', async () => {
    const chain = await openChain();
    await assert.isRejected(openChain(), /another process holds the lock/);
    // And should one come past the lock, the place in the journal is taken.
    const foreign = await transaction(0, 95_000n);
    await db
      .insertInto('chain_journal')
      .values({
        seq: 1n,
        timestamp: 1n,
        raw: Buffer.from(foreign.raw.slice(2), 'hex'),
        tx_hash: keccak(foreign.raw),
        block_hash: null,
        state_root: null,
      })
      .execute();
    await assert.isRejected(send(chain, 0), /chain_journal/);
    assert.strictEqual((await head(chain)).number, 0n);
  });

  it('contracts that name one another are deployed, and a deployment that was cut off is carried on', async () => {
    const chain = await openChain();
    const carryOn = async (steps: number): Promise<Contracts> => {
      const contracts = await loadTestContracts();
      await deploy({ chain, db, contracts, deployer: account, plan: plan.slice(0, steps), log: quiet });
      return contracts;
    };
    await carryOn(1);
    const contracts = await carryOn(3);
    assert.deepEqual(await neighbours(chain, contracts), [
      contracts.address('Neighbour'),
      contracts.address('Counter'),
    ]);
    // Killed between sending the last step and noting its block.
    await sql`update deployment set block_number = null where nonce = 2`.execute(db);
    assert.deepEqual((await carryOn(3)).addresses(), contracts.addresses());
    assert.strictEqual((await head(chain)).number, 3n, 'nothing was deployed twice');
  });

  it('a plan may grow at its end, also by calls of the deployer, and its earlier steps never change', async () => {
    const chain = await openChain();
    await deploy({ chain, db, contracts: await loadTestContracts(), deployer: account, plan, log: quiet });
    const step: DeploymentStep = { call: 'Counter', functionName: 'add', args: () => [7n, 'by the deployer'] };
    const contracts = await loadTestContracts();
    await deploy({ chain, db, contracts, deployer: account, plan: [...plan, step], log: quiet });
    await deploy({
      chain,
      db,
      contracts: await loadTestContracts(),
      deployer: account,
      plan: [...plan, step],
      log: quiet,
    });
    assert.strictEqual(await readView(chain, contracts, call('Counter', 'counts', account.address)), 7n);
    await assert.isRejected(
      deploy({
        chain,
        db,
        contracts: await loadTestContracts(),
        deployer: account,
        plan: [...plan].reverse(),
        log: quiet,
      }),
      /has 4 steps and the plan only 3/,
    );
    await assert.isRejected(
      deploy({
        chain,
        db,
        contracts: await loadTestContracts(),
        deployer: account,
        plan: [...plan].reverse().concat(step),
        log: quiet,
      }),
      /step 0 of the deployment was/,
    );
  });

  it('a step of the deployment that is refused stops it', async () => {
    const chain = await openChain();
    const refused: DeploymentStep = { call: 'Counter', functionName: 'add', args: () => [2_000_000n, ''] };
    await assert.isRejected(
      deploy({
        chain,
        db,
        contracts: await loadTestContracts(),
        deployer: account,
        plan: [...plan, refused],
        log: quiet,
      }),
      /call Counter\.add\) was refused/,
    );
  });
});
