// SPDX-License-Identifier: Apache-2.0
import net from 'node:net';

/** Ends this process when the gateway's port is taken: before minutes of installing and compiling, not after. */
export async function checkPort({ DEEPTIER_PORT = '3000', DEEPTIER_HOST = '127.0.0.1' }) {
  const port = Number(DEEPTIER_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return; // the gateway says what is wrong with it
  const server = net.createServer();
  const taken = await new Promise((resolve) => {
    server.once('error', (error) => resolve(error.code === 'EADDRINUSE'));
    server.listen(port, DEEPTIER_HOST, () => server.close(() => resolve(false)));
  });
  if (!taken) return;
  console.error(
    `Deeptier does not start: port ${port} of ${DEEPTIER_HOST} is in use: ` +
      'stop the program that listens there, or set DEEPTIER_PORT to another one',
  );
  process.exit(1);
}
