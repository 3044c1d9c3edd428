// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { readConfig } from './config.ts';
import { seedDemo } from './demo/seed.ts';
import { showDocs } from './front-page.ts';
import { openGateway } from './gateway.ts';
import { checkAddress, listen } from './http/listen.ts';
import { createLog } from './runtime/log.ts';
import { orSayWhyNot } from './runtime/start-refused.ts';

const GRACE_MS = 10_000;

const config = await orSayWhyNot(async () => {
  const read = await readConfig(process.env);
  await checkAddress(read);
  return read;
});
const log = createLog({
  level: config.logLevel,
  // At a terminal people read what is printed below; what machines read goes to a file.
  ...(config.logFile !== undefined
    ? { file: config.logFile }
    : config.production
      ? {}
      : { file: path.join(config.dataDir, 'gateway.log') }),
});

const say = (text: string): void => {
  if (!config.production) process.stdout.write(`${text}\n`);
};

say('Deeptier: starting the database, the chain and the gateway …');
const { gateway, server } = await orSayWhyNot(async () => {
  const opened = await openGateway({ config, log, say, site: showDocs });
  try {
    return { gateway: opened, server: await listen(opened.app.express, config) };
  } catch (error) {
    await opened.stop(); // the port was taken meanwhile
    throw error;
  }
});
log.info({ url: server.url, production: config.production }, 'listening');

let stopping = false;
const stop = async (signal: string): Promise<void> => {
  if (stopping) return;
  stopping = true;
  log.info({ signal }, 'stopping');
  await server.close(GRACE_MS);
  await gateway.stop();
  process.exit(0);
};
process.on('SIGINT', (signal) => void stop(signal));
process.on('SIGTERM', (signal) => void stop(signal));

if (!config.production) {
  const file = path.join(config.dataDir, 'demo-users.json');
  const users = await orSayWhyNot(() => seedDemo({ gateway, url: server.url, usersFile: file, say })).catch(
    async (error: unknown) => {
      if (!stopping) throw error;
      return new Promise<never>(() => undefined); // asked to stop before it was done: the next start takes it up
    },
  );
  say('');
  for (const { username, password, party } of users) say(`  ${username.padEnd(20)} ${password.padEnd(24)} ${party}`);
  say('');
  say(
    `These demo users are in ${path.relative(process.cwd(), file)} too. Log: ${path.relative(process.cwd(), path.join(config.dataDir, 'gateway.log'))}`,
  );
}
say(
  `\nDeeptier is up: ${server.url}  (docs: ${server.url}/docs, API description: ${server.url}/openapi.json)\nPress Ctrl-C to stop; what was acknowledged is kept.`,
);
