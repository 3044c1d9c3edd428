// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';

/** A problem the API answered with. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** Code and sentence, without the call that met them. */
  readonly reason: string;

  constructor(what: string, status: number, problem: { code?: string; detail?: string }) {
    const reason = `${problem.code ?? status}: ${problem.detail ?? ''}`;
    super(`${what}: ${reason}`);
    this.status = status;
    this.reason = reason;
    this.code = problem.code ?? '';
  }
}

/** Somebody who uses the API over HTTP, as any user's program would. */
export interface ApiClient {
  /** @throws ApiError */
  get<T>(path: string): Promise<T>;
  /** `key`: the idempotency key; a fresh one when absent. @throws ApiError */
  post<T>(path: string, body?: object, key?: string): Promise<T>;
  put<T>(path: string, body?: object, key?: string): Promise<T>;
  postXml<T>(path: string, xml: Uint8Array): Promise<T>;
}

/** Signs in and keeps the token fresh. */
export async function signIn(url: string, username: string, password: string): Promise<ApiClient> {
  let session = await open();

  async function open(): Promise<{ token: string; renewAt: number }> {
    const { token, expiresAt } = await send<{ token: string; expiresAt: string }>(
      'POST',
      '/v1/sessions',
      JSON.stringify({ username, password }),
      { 'Content-Type': 'application/json' },
    );
    return { token, renewAt: Date.parse(expiresAt) - 60_000 };
  }

  async function send<T>(
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    headers: Record<string, string>,
  ): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      const response = await fetch(url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: body as NonNullable<RequestInit['body']> }),
      });
      const text = await response.text();
      const answer = text === '' ? {} : (JSON.parse(text) as object);
      // The demo is patient: a busy gateway says when to come back, and the key makes it safe to.
      if ((response.status === 429 || response.status === 503) && attempt < 30) {
        await new Promise((resolve) => {
          setTimeout(resolve, 1000 * Number(response.headers.get('retry-after') ?? 1));
        });
        continue;
      }
      if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, answer);
      if (response.status === 202) throw new ApiError(`${method} ${path}`, 202, { code: 'PENDING', detail: text });
      return answer as T;
    }
  }

  async function call<T>(
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    headers: Record<string, string>,
  ): Promise<T> {
    if (Date.now() > session.renewAt) session = await open();
    return send<T>(method, path, body, { Authorization: `Bearer ${session.token}`, Prefer: 'wait=25', ...headers });
  }

  const json = (body: object | undefined) => (body === undefined ? undefined : JSON.stringify(body));
  const headers = (body: object | undefined, key: string = randomUUID()): Record<string, string> => ({
    'Idempotency-Key': key,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  });
  return {
    get: (path) => call('GET', path, undefined, {}),
    post: (path, body, key) => call('POST', path, json(body), headers(body, key)),
    put: (path, body, key) => call('PUT', path, json(body), headers(body, key)),
    postXml: (path, xml) =>
      call('POST', path, xml, { 'Idempotency-Key': randomUUID(), 'Content-Type': 'application/xml' }),
  };
}
