// SPDX-License-Identifier: Apache-2.0
import { isError } from 'ethers';

/** An error that may be gone by itself: the step is tried again. Everything else halts the part it happens in. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** Classes 08 (connection), 40 (serialisation, deadlock), 53 (resources), 57 (shutdown, cancel) of PostgreSQL. */
const DATABASE_CLASSES = new Set(['08', '40', '53', '57']);
/** Of JSON-RPC: a limit was met, or something went wrong inside the node. */
const NODE_CODES = new Set([-32005, -32603]);
/** What the drivers say without a code. */
const MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|connection ended unexpectedly/i;

/** Whether trying again may help: the network, the database's connections and the node's moods, but never a defect. */
export function isTransient(error: unknown): boolean {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 10; cause = cause.cause, depth += 1) {
    if (cause instanceof TransientError) return true;
    if (isError(cause, 'NETWORK_ERROR') || isError(cause, 'TIMEOUT') || isError(cause, 'SERVER_ERROR')) return true;
    if (isError(cause, 'UNKNOWN_ERROR') && NODE_CODES.has(nodeCode(cause))) return true;
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && (SYSTEM_CODES.has(code) || isDatabaseCode(code))) return true;
    if (MESSAGES.test(cause.message)) return true;
    if (cause instanceof AggregateError && cause.errors.some(isTransient)) return true;
  }
  return false;
}

function isDatabaseCode(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && DATABASE_CLASSES.has(code.slice(0, 2));
}

/** The code of what a node answered, which ethers keeps beside an error that it has no name for. */
function nodeCode(error: object): number {
  const answer = 'error' in error ? error.error : undefined;
  return typeof answer === 'object' && answer !== null && 'code' in answer ? Number(answer.code) : 0;
}
