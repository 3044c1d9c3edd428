// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net';
import type { Express } from 'express';
import { StartRefused } from '../runtime/start-refused.ts';
import { DeeptierError } from '../values/errors.ts';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts';
import { httpRefusals } from './refusals.ts';

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Takes no new connection, and answers what is under way before it closes; cuts off what takes longer than `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/**
 * Listens for a moment, so that a start learns of a port it cannot have before it has done anything.
 * @throws {StartRefused} when the address cannot be had
 */
export async function checkAddress(address: ListenAddress): Promise<void> {
  const server = createSocketServer();
  await bind(server, address);
  await new Promise((resolve) => server.close(resolve));
}

/**
 * Opens the HTTP server with bounds on how long and how large a request may be.
 * @throws {StartRefused} when the address cannot be had
 */
export async function listen(app: Express, { host, port }: ListenAddress): Promise<Listening> {
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
    app,
  );
  // What is not HTTP at all is answered in the same form as everything else.
  server.on('clientError', (_error, socket) => {
    if (!socket.writable) return;
    const error = new DeeptierError(httpRefusals.BODY_MALFORMED, { fault: 'this is not an HTTP request' });
    const body = JSON.stringify(problemOf(error, randomUUID()));
    const head = [
      'HTTP/1.1 400 Bad Request',
      `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
  await bind(server, { host, port });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    close(graceMs = 10_000) {
      return new Promise((resolve, reject) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close((error) => {
          clearTimeout(cut);
          if (error) reject(error);
          else resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}

async function bind(server: Server, { host, port }: ListenAddress): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const elsewhere = 'set DEEPTIER_PORT to another one';
    if (code === 'EADDRINUSE')
      throw new StartRefused(`port ${port} of ${host} is in use: stop the program that listens there, or ${elsewhere}`);
    if (code === 'EACCES') throw new StartRefused(`this user may not listen on port ${port}: ${elsewhere}`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new StartRefused(`this machine has no address ${host} to listen on: set DEEPTIER_HOST to one that it has`);
    throw error;
  }
}
