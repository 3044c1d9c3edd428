// SPDX-License-Identifier: Apache-2.0
import express, { type Request, type Response } from 'express';
import { DeeptierError } from '../values/errors.ts';
import { httpRefusals } from './refusals.ts';

export const DEFAULT_BODY_LIMIT = 1_048_576;

const DEEPEST_JSON = 32;
const MEDIA_TYPES = { json: ['application/json'], xml: ['application/xml', 'text/xml'] } as const;

export type BodyForm = keyof typeof MEDIA_TYPES;

export type BodyReader = (req: Request, res: Response) => Promise<Uint8Array>;

/**
 * Reads the bytes of a body. Throws `MEDIA_TYPE_UNSUPPORTED` (also for a compressed body: what is small on the wire must
 * not become large here), `BODY_TOO_LARGE`, or `BODY_MALFORMED` if it breaks off.
 */
export function bodyReader(form: BodyForm, limit: number): BodyReader {
  const read = express.raw({ type: () => true, limit, inflate: false });
  const refuseType = (): DeeptierError =>
    new DeeptierError(httpRefusals.MEDIA_TYPE_UNSUPPORTED, { expected: MEDIA_TYPES[form].join(' or ') });

  return async (req, res) => {
    const [mediaType = '', ...parameters] = (req.headers['content-type'] ?? '')
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    const charset = parameters.find((parameter) => parameter.startsWith('charset='));
    if (!(MEDIA_TYPES[form] as readonly string[]).includes(mediaType)) throw refuseType();
    // XML says its encoding itself; JSON has one.
    if (form === 'json' && charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) throw refuseType();
    await new Promise<void>((resolve, reject) => {
      read(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(translated(error))));
    });
    const bytes: unknown = req.body;
    return bytes instanceof Uint8Array ? bytes : new Uint8Array(0);

    function translated(error: unknown): unknown {
      const type = (error as { type?: unknown }).type;
      if (type === 'entity.too.large') return new DeeptierError(httpRefusals.BODY_TOO_LARGE, { maximum: limit });
      if (type === 'encoding.unsupported') return refuseType();
      if (typeof type === 'string' && type.startsWith('request.')) {
        return new DeeptierError(httpRefusals.BODY_MALFORMED, { fault: 'it broke off' }, { cause: error });
      }
      return error;
    }
  };
}

/** Parses a JSON body. Throws `BODY_MALFORMED`. */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const refuse = (fault: string): DeeptierError => new DeeptierError(httpRefusals.BODY_MALFORMED, { fault });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('it is not UTF-8');
  }
  if (text.trim() === '') throw refuse('it is empty');
  // Before parsing, so that depth costs nothing, here or in anything that walks the value later.
  if (depthOf(text) > DEEPEST_JSON) throw refuse(`it is nested deeper than ${DEEPEST_JSON} levels`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refuse('it is not JSON');
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}
