// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Address, Hex } from '../../../../server/values/hex.ts';
import { ManualClock } from '../../../../server/values/clock.ts';
import { DeeptierError } from '../../../../server/values/errors.ts';
import { INSTRUCTION_GAS_LIMIT } from '../../../../server/ledger/instructions/batch.ts';
import { asOf, current } from '../../../../server/store/versioned.ts';
import {
  add,
  counters,
  countOf,
  hand,
  handAtOnce,
  makeDirectory,
  startLedger,
  withSendRaw,
  type Ledger,
} from '../chain/ledger.ts';
import { assertRejects } from '../../../failures.ts';
import { call, eventOf, eventsOf } from '../../../../server/ledger/contract-types.ts';

const WAIT_MS = 30_000;
const clock = new ManualClock(1_800_000_000);
/** What goes wrong between the relayer and the keys or the chain. */
const trouble = { spoil: 0, mute: new Set<Address>(), beforeSend: () => {} };

let directory: string;
let ledger: Ledger;

describe('the relayer', () => {
  before(async () => {
    directory = await makeDirectory();
    ledger = await startLedger({
      directory,
      clock,
      groupMs: 20,
      signer: (keys) => ({
        create: () => keys.create(),
        has: (address) => keys.has(address),
        async signTypedData(address, typedData) {
          if (trouble.mute.has(address)) throw new Error('the vault is locked');
          const signature = await keys.signTypedData(address, typedData);
          if (trouble.spoil === 0) return signature;
          trouble.spoil -= 1;
          return `${signature.slice(0, 10)}${signature[10] === 'a' ? 'b' : 'a'}${signature.slice(11)}` as Hex;
        },
      }),
      between: (chain) =>
        withSendRaw(chain, (raw) => {
          trouble.beforeSend();
          return chain.sendRaw(raw);
        }),
    });
  });

  after(async () => {
    await ledger.stop();
    await fs.rm(directory, { recursive: true, force: true });
  });

  it('an instruction runs as its signer, and its outcome comes with the events it made, once the tables hold them', async () => {
    const alice = await ledger.keystore.create();
    const outcome = await ledger.ledgerClient.await(await hand(ledger, alice, [add(5, 'five')]), WAIT_MS);
    assert.strictEqual(outcome.state, 'done');
    assert.deepEqual(
      outcome.events.map(({ contract, name, args }) => ({ contract, name, args })),
      [{ contract: 'Counter', name: 'Counted', args: { who: alice, total: 5n, note: 'five' } }],
    );
    assert.deepEqual<unknown>(await current(ledger.db, counters, { who: alice }), {
      who: alice,
      total: 5n,
      note: 'five',
      from_block: outcome.block,
      to_block: null,
    });
  });

  it('a refused instruction leaves its neighbours done and says why, with the values of the contract', async () => {
    const alice = await ledger.keystore.create();
    const operations = await handAtOnce(ledger, alice, [[add(1)], [add(2_000_000)], [add(3)]]);
    const outcomes = await Promise.all(operations.map((operation) => ledger.ledgerClient.await(operation, WAIT_MS)));
    assert.deepEqual(
      outcomes.map(({ state }) => state),
      ['done', 'refused', 'done'],
    );
    assert.strictEqual(new Set(outcomes.map(({ block }) => block)).size, 1, 'they were in one batch');
    assert.deepEqual(outcomes[1]?.refusal, {
      name: 'CountTooHigh',
      args: { who: alice, total: 2_000_001n, limit: 1_000_000n },
    });
    assert.deepEqual(outcomes[1]?.events, []);
    assert.strictEqual(await countOf(ledger, alice), 4n);
  });

  it('an instruction that runs out of gas is refused without a reason, and its neighbours are done', async () => {
    const alice = await ledger.keystore.create();
    const spent = await hand(ledger, alice, [
      { contract: 'Counter', functionName: 'burn', args: [100_000n], gas: 100_000n },
    ]);
    const next = await hand(ledger, alice, [add(1)]);
    const outcome = await ledger.ledgerClient.await(spent, WAIT_MS);
    assert.strictEqual(outcome.state, 'refused');
    assert.strictEqual(outcome.refusal, undefined);
    assert.strictEqual((await ledger.ledgerClient.await(next, WAIT_MS)).state, 'done');
  });

  it('a rehearsal refuses what the ledger would refuse, and sees what the calls before would have done', async () => {
    const alice = await ledger.keystore.create();
    await assertRejects(
      ledger.ledgerClient.simulate(alice, add(1_000_001)),
      (error: unknown) =>
        error instanceof DeeptierError && error.code === 'COUNT_TOO_HIGH' && error.values['total'] === '1000001',
    );
    await assertRejects(
      ledger.ledgerClient.simulateAll(alice, [add(600_000), add(600_000)]),
      (error: unknown) => error instanceof DeeptierError && error.values['total'] === '1200000',
    );
    const calls = await ledger.ledgerClient.simulateAll(alice, [add(600_000), add(400_000)]);
    assert.isOk(calls.every(({ gas }) => gas !== undefined && gas > 50_000n && gas < 500_000n));
    assert.strictEqual(await countOf(ledger, alice), 0n, 'a rehearsal leaves no trace');
    assert.strictEqual((await ledger.ledgerClient.await(await hand(ledger, alice, calls), WAIT_MS)).state, 'done');
  });

  it('views are asked together, and one that refuses does not stop the others', async () => {
    const alice = await ledger.keystore.create();
    await ledger.ledgerClient.await(await hand(ledger, alice, [add(7)]), WAIT_MS);
    const answers = await ledger.ledgerClient.ask([
      call('Counter', 'counts', alice),
      add(1_000_001),
      call('Counter', 'LIMIT'),
    ]);
    assert.deepEqual(
      answers.map((answer) => (answer.refusal ? answer.refusal.code : answer.value)),
      [7n, 'COUNT_TOO_HIGH', 1_000_000n],
    );
    assert.deepEqual(await ledger.ledgerClient.ask([]), []);
  });

  it('a rehearsal runs at the time of the next block, not of the last one', async () => {
    const alice = await ledger.keystore.create();
    clock.advance(86_400);
    const returned = await ledger.chain.call({
      from: alice,
      to: '0x00000000000000000000000000000000000000aa',
      data: '0x',
      stateOverride: { '0x00000000000000000000000000000000000000aa': { code: '0x4260005260206000f3' } }, // returns TIMESTAMP
    });
    assert.strictEqual(BigInt(returned), BigInt(clock.now()));
  });

  it('an instruction whose signature is spoiled is signed again and runs, and those after it too, in their order', async () => {
    const alice = await ledger.keystore.create();
    trouble.spoil = 1;
    const operations = [await hand(ledger, alice, [add(1, 'first')]), await hand(ledger, alice, [add(2, 'second')])];
    const outcomes = await Promise.all(operations.map((operation) => ledger.ledgerClient.await(operation, WAIT_MS)));
    assert.deepEqual(
      outcomes.map(({ state }) => state),
      ['done', 'done'],
    );
    assert.deepEqual(
      outcomes.map(({ events }) => eventOf(events, 'Counter.Counted').args.total),
      [1n, 3n],
    );
    assert.strictEqual(trouble.spoil, 0);
  });

  it('an instruction whose deadline passes on its way is signed again and runs', async () => {
    const alice = await ledger.keystore.create();
    trouble.beforeSend = () => {
      trouble.beforeSend = () => {};
      clock.advance(7_200);
    };
    const outcome = await ledger.ledgerClient.await(await hand(ledger, alice, [add(1)]), WAIT_MS);
    assert.strictEqual(outcome.state, 'done');
    assert.strictEqual(await countOf(ledger, alice), 1n);
    assert.strictEqual(
      (await ledger.ledgerClient.await(await hand(ledger, alice, [add(1)]), WAIT_MS)).state,
      'done',
      'its signer is not wedged',
    );
  });

  it('a key that does not sign holds up its own instructions, says so, and goes on when it signs again', async () => {
    const [alice, bob] = [await ledger.keystore.create(), await ledger.keystore.create()];
    trouble.mute.add(alice);
    const stuck = await hand(ledger, alice, [add(1)]);
    assert.strictEqual((await ledger.ledgerClient.await(await hand(ledger, bob, [add(2)]), WAIT_MS)).state, 'done');
    assert.deepEqual((await ledger.ledgerClient.await(stuck, 200)).state, 'pending');
    assert.match(ledger.relayer.health().reason ?? '', /vault is locked/);
    trouble.mute.delete(alice);
    assert.strictEqual((await ledger.ledgerClient.await(stuck, WAIT_MS)).state, 'done');
    assert.deepEqual(ledger.relayer.health(), { state: 'ready' });
  });

  it('fifty operations of two signers handed in at once are each carried out exactly once', async () => {
    const signers = [await ledger.keystore.create(), await ledger.keystore.create()];
    const operations = await Promise.all(
      Array.from({ length: 50 }, (_, index) => hand(ledger, signers[index % 2] as Address, [add(1, String(index))])),
    );
    const outcomes = await Promise.all(operations.map((operation) => ledger.ledgerClient.await(operation, WAIT_MS)));
    assert.deepEqual(new Set(outcomes.map(({ state }) => state)), new Set(['done']));
    const notes = outcomes.flatMap(({ events }) => eventsOf(events, 'Counter.Counted').map(({ args }) => args.note));
    assert.deepEqual(
      notes,
      Array.from({ length: 50 }, (_, index) => String(index)),
      'each outcome is of its own operation',
    );
    for (const signer of signers) {
      assert.strictEqual(await countOf(ledger, signer), 25n);
      const rows = await ledger.db
        .selectFrom('instructions')
        .select('nonce')
        .where('signer', '=', signer)
        .orderBy('nonce')
        .execute();
      assert.deepEqual(
        rows.map(({ nonce }) => nonce),
        Array.from({ length: 25 }, (_, index) => BigInt(index)),
      );
    }
  });

  it('an operation that is rolled back leaves no instruction and no gap in the nonces', async () => {
    const alice = await ledger.keystore.create();
    await assert.isRejected(
      ledger.db.transaction().execute(async (tx) => {
        await ledger.ledgerClient.enqueue(tx, crypto.randomUUID(), alice, [add(1)]);
        throw new Error('the command changed its mind');
      }),
      /changed its mind/,
    );
    assert.strictEqual((await ledger.ledgerClient.await(await hand(ledger, alice, [add(2)]), WAIT_MS)).state, 'done');
    assert.strictEqual(await countOf(ledger, alice), 2n);
  });

  it('past states stay readable at their block', async () => {
    const alice = await ledger.keystore.create();
    const first = await ledger.ledgerClient.await(await hand(ledger, alice, [add(1)]), WAIT_MS);
    const second = await ledger.ledgerClient.await(await hand(ledger, alice, [add(1)]), WAIT_MS);
    const totalAt = async (block: bigint | 'latest') =>
      (
        await asOf(
          ledger.db.selectFrom('test_counters').select('total').where('who', '=', alice),
          'test_counters',
          block,
        ).executeTakeFirst()
      )?.total;
    assert.isOk(first.block !== undefined && second.block !== undefined && first.block < second.block);
    assert.deepEqual(
      [
        await totalAt(first.block - 1n),
        await totalAt(first.block),
        await totalAt(second.block),
        await totalAt('latest'),
      ],
      [undefined, 1n, 2n, 2n],
    );
  });

  it('an instruction of a key that is not ours, or too large for any transaction, is refused when it is handed in', async () => {
    const alice = await ledger.keystore.create();
    const codeIs = (code: string) => (error: unknown) => error instanceof DeeptierError && error.code === code;
    await assertRejects(hand(ledger, '0x00000000000000000000000000000000000000bb', [add(1)]), codeIs('SIGNER_UNKNOWN'));
    await assertRejects(
      hand(ledger, alice, [{ ...add(1), gas: INSTRUCTION_GAS_LIMIT }]),
      codeIs('INSTRUCTION_TOO_LARGE'),
    );
  });

  it('instructions that together need more gas than a transaction has are carried in as many batches as they need', async () => {
    const alice = await ledger.keystore.create();
    const operation = await hand(
      ledger,
      alice,
      Array.from({ length: 12 }, () => ({ ...add(1), gas: 5_000_000n })),
    );
    const outcome = await ledger.ledgerClient.await(operation, WAIT_MS);
    assert.strictEqual(outcome.state, 'done');
    assert.strictEqual(new Set(outcome.events.map(({ block }) => block.number)).size, 4);
    assert.strictEqual(await countOf(ledger, alice), 12n);
  });
});
