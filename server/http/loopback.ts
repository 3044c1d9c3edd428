// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIPv6 } from 'node:net';
import type { Request } from 'express';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a request comes from this machine itself, and not through a proxy on it. */
export function isLocal(req: Request): boolean {
  const address = req.socket.remoteAddress ?? '';
  const forwarded = req.headers['x-forwarded-for'] !== undefined || req.headers['forwarded'] !== undefined;
  return !forwarded && loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
