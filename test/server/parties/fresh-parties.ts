// SPDX-License-Identifier: Apache-2.0
import type { Client, TestLedger } from '../harness.ts';
import { orgCodeCheckCharacter, usccCheckCharacter } from '../../../server/parties/identifiers.ts';

/** A valid USCC that no party of the consortium has; another one for each number below a thousand. */
export function freshUscc(number: number): string {
  const organisation = `MA9T${String(number).padStart(4, '0')}`;
  const first17 = `91440300${organisation}${orgCodeCheckCharacter(organisation)}`;
  return first17 + usccCheckCharacter(first17);
}

/** What the operator sends to admit a supplier; `changes` make it something else. */
export function application(number: number, changes: object = {}): object {
  return {
    scheme: 'USCC',
    identifier: freshUscc(number),
    name: `Newcomer ${number}`,
    roles: ['supplier'],
    validUntil: '2030-12-31',
    ...changes,
  };
}

/** Somebody who signed in with a user name and a password, as people do. */
export async function signedIn(
  ledger: TestLedger,
  username: string,
  password: string,
): Promise<Pick<Client, 'get' | 'post' | 'put'> & { token: string }> {
  const session = await request(ledger, 'POST', '/v1/sessions', { username, password });
  const { token } = session.body as { token: string };
  const headers = { Authorization: `Bearer ${token}` };
  const keyed = (key?: string) => ({ ...headers, 'Idempotency-Key': key ?? crypto.randomUUID() });
  return {
    token,
    get: (path) => request(ledger, 'GET', path, undefined, headers),
    post: (path, body, options) => request(ledger, 'POST', path, body, keyed(options?.key)),
    put: (path, body, options) => request(ledger, 'PUT', path, body, keyed(options?.key)),
  };
}

export async function request(
  ledger: TestLedger,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): ReturnType<Client['get']> {
  const response = await fetch(ledger.url + path, {
    method,
    headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}
