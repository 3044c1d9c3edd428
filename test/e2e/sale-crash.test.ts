// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from 'chai';
import { after, afterEach, before, describe, it, Test } from 'mocha';
import type { ApiClient } from '../../server/demo/client.ts';
import { runs } from '../depth.ts';
import { end, enterDemo, start } from './killable.ts';
import { headBlock, heldNote, openMarket } from './market.ts';

const PRELOAD = path.join(import.meta.dirname, 'die-at.ts');
const LOT = 10_000n;

interface Sale {
  readonly received: string;
  readonly reference: string;
}

/** Every write of the gateway on the way of a sale is a moment at which it can die. */
const suite = describe('kill -9 at each step of a sale', () => {
  let directory: string;
  let running: { readonly process: ChildProcess; readonly url: string };
  let said = '';
  let payable: string;
  const clients = new Map<string, Promise<ApiClient>>();

  before(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-sale-crash-'));
    await up(0);
    payable = await openMarket(as);
  });
  after(async () => {
    try {
      await up(0); // a start ends the database that a killed gateway left behind
      await end(running.process, 'SIGTERM');
    } finally {
      await fs.rm(directory, { recursive: true, force: true });
    }
  });

  afterEach(() => end(running.process, 'SIGTERM')); // each test starts its own, whatever became of the one before

  it('is written in several steps', async () => {
    await arm();
    await sell('undisturbed');
    await sleep(300);
    const steps = stepsOf(said);
    assert.isAtLeast(steps.length, 6, `a sale is written in several steps, not in ${steps.length}`);
    // Every `npm test` dies at three of them, spread over the way; the deep one at each.
    const every = Math.ceil(steps.length / runs(3, steps.length));
    for (const { place, what } of steps.filter((_step, index) => index % every === 0))
      suite.addTest(
        new Test(`leaves both legs or none before ${what} (write ${place}); sent again, it is the one sale`, () =>
          dieAt(place),
        ),
      );
  });

  async function dieAt(place: number): Promise<void> {
    await up(place);
    const before = await legs();
    await arm();
    const reference = `die-${place}`;
    const gone = new Promise((resolve) => {
      running.process.once('exit', resolve);
    });
    const answer = sell(reference).then(
      () => 'answered',
      () => 'lost',
    );
    await Promise.race([gone, answer.then(() => sleep(3_000))]);
    await end(running.process, 'SIGKILL');
    await answer;

    await up(0);
    const found = await legs();
    assert.strictEqual(
      before.paper - found.paper === LOT,
      found.cash > before.cash,
      `both legs or none: ${tell(before)} then ${tell(found)}`,
    );
    const sale = await sell(reference);
    const afterwards = await legs();
    assert.strictEqual(before.paper - afterwards.paper, LOT, 'the note was sold once');
    assert.strictEqual(afterwards.cash - before.cash, BigInt(sale.received), 'and paid for once');
    const { items } = await (await as('minghua.maker')).get<{ items: Sale[] }>('/v1/sales?side=sold&limit=500');
    assert.strictEqual(items.filter((each) => each.reference === reference).length, 1, 'there is one sale');
  }

  async function sell(reference: string): Promise<Sale> {
    const seller = await as('minghua.maker');
    const note = await heldNote(seller, payable);
    return seller.post<Sale>(
      '/v1/sales',
      {
        lots: [{ note: note.id, amount: LOT.toString() }],
        best: true,
        maxCost: '60000',
        recourse: 'without',
        reference,
      },
      reference,
    );
  }

  /** What the seller has, as of one block. */
  async function legs(): Promise<{ paper: bigint; cash: bigint }> {
    const seller = await as('minghua.maker');
    const block = await headBlock(running.url);
    const { balance } = await seller.get<{ balance: string }>(`/v1/cash/CNY/balance?asOfBlock=${block}`);
    return { paper: BigInt((await heldNote(seller, payable, block)).amount), cash: BigInt(balance) };
  }

  async function up(place: number): Promise<void> {
    clients.clear();
    running = await start(directory, {
      preload: PRELOAD,
      env: { DIE_AT: String(place) },
      hear: (text) => {
        said += text;
      },
    });
  }

  async function arm(): Promise<void> {
    said = '';
    running.process.kill('SIGUSR2');
    while (!said.includes('armed')) await sleep(10);
  }

  /** Signed in once a start: signing in writes, too, and is no step of a sale. */
  function as(username: string): Promise<ApiClient> {
    const client = clients.get(username) ?? enterDemo(directory, running.url, username);
    clients.set(username, client);
    return client;
  }
});

/** The writes of a sale: the first of each kind. */
function stepsOf(said: string): { place: number; what: string }[] {
  const kinds = new Map<string, number>();
  for (const [, place, what] of said.matchAll(/write (\d+): (.+)/g))
    if (!kinds.has(what as string)) kinds.set(what as string, Number(place));
  return [...kinds].map(([what, place]) => ({ place, what }));
}

function tell({ paper, cash }: { paper: bigint; cash: bigint }): string {
  return `a note of ${paper} and cash of ${cash}`;
}
