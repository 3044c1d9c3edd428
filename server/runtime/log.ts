// SPDX-License-Identifier: Apache-2.0
import { pino, type Logger } from 'pino';

export type Log = Logger;

export interface LogOptions {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** A file to write to; standard output when absent. */
  readonly file?: string;
}

/** What never reaches a log, wherever a caller puts it. */
const SECRETS = [
  'password',
  'passphrase',
  'token',
  'secret',
  'privateKey',
  'signature',
  'raw',
  'authorization',
  'cookie',
  'connectionString',
];

/** The service's log: one JSON object a line. */
export function createLog(options: LogOptions): Log {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `req.headers.${name}`]),
      censor: '[redacted]',
    },
  };
  return options.file === undefined
    ? pino(settings)
    : pino(settings, pino.destination({ dest: options.file, mkdir: true, sync: false }));
}
