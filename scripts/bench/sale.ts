// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { end, enterDemo, start } from '../../test/e2e/killable.ts';
import { heldNote, openMarket } from '../../test/e2e/market.ts';

const WARM_UP = 20;
const SALES = 240; // with the warm-up below what a user may write in a minute
const LOT = '1000';
/** What a supplier does to have cash for a note: one request. */
const STEPS = ['POST /v1/sales { lots, best: true, maxCost }'];

/**
 * From request to cash: a supplier sells a piece of a note at the best quote, again and again, over HTTP to a gateway in a
 * process of its own with the embedded chain and PostgreSQL, fsync on. Latencies by Node's HDR histogram.
 */
export async function benchSale(): Promise<void> {
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-bench-'));
  const { process: gateway, url } = await start(directory);
  try {
    const payable = await openMarket((username) => enterDemo(directory, url, username));
    const supplier = await enterDemo(directory, url, 'minghua.maker');
    const { id: note } = await heldNote(supplier, payable);
    const latencies = createHistogram();
    for (let index = 0; index < WARM_UP + SALES; index += 1) {
      const started = process.hrtime.bigint();
      const { received } = await supplier.post<{ received: string }>('/v1/sales', {
        lots: [{ note, amount: LOT }],
        best: true,
        maxCost: '60000',
        recourse: 'without',
      });
      if (index >= WARM_UP) latencies.record(process.hrtime.bigint() - started);
      if (BigInt(received) <= 0n) throw new Error('a sale brought nothing');
    }
    const ms = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(0).padStart(6);
    console.log(`
request → cash (${SALES} sales, one after another)
p50 ${ms(latencies.percentile(50))} ms
p99 ${ms(latencies.percentile(99))} ms
max ${ms(latencies.max)} ms
steps of a supplier: ${STEPS.length} (${STEPS.join(', ')})
what we hold ourselves to: one request, p99 below 1000 ms`);
    if (latencies.percentile(99) >= 1e9) process.exitCode = 1;
  } finally {
    await end(gateway, 'SIGTERM');
    await fs.rm(directory, { recursive: true, force: true });
  }
}
