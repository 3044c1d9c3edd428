// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { ApiClient } from '../../server/demo/client.ts';
import { end, enterDemo, start } from './killable.ts';
import { runs } from '../depth.ts';

const PAYMENTS = 30;

/** The gateway as `npm start` runs it, in a process of its own that can be killed. */
describe('kill -9 of the gateway', () => {
  let directory: string;
  let running: { readonly process: ChildProcess; readonly url: string };

  before(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-crash-'));
    running = await start(directory);
  });
  after(async () => {
    await end(running.process, 'SIGTERM');
    await fs.rm(directory, { recursive: true, force: true });
  });

  for (let round = 1; round <= runs(2, 12); round += 1) {
    it(`in the middle of ${PAYMENTS} payments loses none that was acknowledged and makes none twice (round ${round})`, async () => {
      const payer = await enter('hengtai.maker');
      const payee = (await (await enter('minghua.maker')).get<{ party: { id: string } }>('/v1/me')).party.id;
      const before = await balanceOf('minghua.maker');
      const acknowledged = new Set<number>();
      const pay = (client: ApiClient, index: number) =>
        client.post(
          '/v1/cash/CNY/payments',
          { to: payee, amount: '1', reference: `round ${round}` },
          `crash-${round}-${index}`,
        );

      const all = Array.from({ length: PAYMENTS }, (_, index) => index);
      const sent = Promise.allSettled(all.map((index) => pay(payer, index).then(() => acknowledged.add(index))));
      await new Promise((resolve) => {
        setTimeout(resolve, 50 + ((round * 100) % 500));
      });
      await end(running.process, 'SIGKILL');
      await sent;

      running = await start(directory);
      const waiting = (await balanceOf('minghua.maker')) - before;
      assert.isOk(
        waiting >= BigInt(acknowledged.size),
        `${acknowledged.size} were acknowledged and ${waiting} are there`,
      );

      const again = await enter('hengtai.maker');
      await Promise.all(all.map((index) => pay(again, index)));
      assert.strictEqual((await balanceOf('minghua.maker')) - before, BigInt(PAYMENTS), 'each payment was made once');
    });
  }

  const enter = (username: string): Promise<ApiClient> => enterDemo(directory, running.url, username);

  async function balanceOf(username: string): Promise<bigint> {
    const { balance } = await (await enter(username)).get<{ balance: string }>('/v1/cash/CNY/balance');
    return BigInt(balance);
  }
});
