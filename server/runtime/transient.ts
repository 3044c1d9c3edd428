import { HttpRequestError, RpcRequestError, SocketClosedError, TimeoutError, WebSocketRequestError } from 'viem';

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
/** What the drivers say without a code. */
const MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|connection ended unexpectedly/i;

/** Whether trying again may help: the network, the database's connections and the node's moods, but never a defect. */
export function isTransient(error: unknown): boolean {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 10; cause = cause.cause, depth += 1) {
    if (cause instanceof TransientError) return true;
    if (cause instanceof HttpRequestError || cause instanceof TimeoutError) return true;
    if (cause instanceof WebSocketRequestError || cause instanceof SocketClosedError) return true;
    if (cause instanceof RpcRequestError && (cause.code === -32005 || cause.code === -32603)) return true;
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
