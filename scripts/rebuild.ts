// SPDX-License-Identifier: Apache-2.0
import { readConfig } from '../server/config.ts';
import { openGateway } from '../server/gateway.ts';
import { createLog } from '../server/runtime/log.ts';
import { orSayWhyNot } from '../server/runtime/start-refused.ts';

// Makes the tables of the chain again from its first block while the gateway is stopped, and says whether the rows are
// the same. Until they are all made, the old ones stay.
const gateway = await orSayWhyNot(async () =>
  openGateway({ config: await readConfig(process.env), log: createLog({ level: 'warn' }), say: console.log }),
);
try {
  const before = await gateway.projector.digestTables();
  const started = performance.now();
  await gateway.projector.rebuild(({ block, of }) => console.log(`making the tables again: block ${block} of ${of}`));
  const after = await gateway.projector.digestTables();
  const block = gateway.projector.checkpoint()?.number ?? 0n;
  console.log(`rebuilt the tables up to block ${block} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  console.log(`rows before: sha256 ${before}\nrows after:  sha256 ${after}`);
  if (before !== after) {
    console.error('the rows differ: the tables had not been true to the chain, and are now');
    process.exitCode = 1;
  }
} finally {
  await gateway.stop();
}
process.exit();
