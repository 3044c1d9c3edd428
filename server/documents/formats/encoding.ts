// SPDX-License-Identifier: Apache-2.0
import { DeeptierError } from '../../values/errors.ts';
import { documentRefusals } from '../refusals.ts';

// Declared name → WHATWG label. Anything else is refused rather than guessed.
const DECODERS = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['ascii', 'utf-8'],
  ['utf-16', 'utf-16le'],
  ['utf-16le', 'utf-16le'],
  ['utf-16be', 'utf-16be'],
  ['iso-8859-1', 'windows-1252'],
  ['windows-1252', 'windows-1252'],
  ['gb2312', 'gb18030'],
  ['gbk', 'gb18030'],
  ['gb18030', 'gb18030'],
]);

/**
 * Decodes an XML file by its byte order mark, else by its declaration, else as UTF-8, and drops the mark.
 * Throws `DOCUMENT_ENCODING_UNSUPPORTED` for other encodings and for bytes that are not valid in theirs.
 */
export function decodeXml(bytes: Uint8Array): string {
  const marked = encodingOfMark(bytes);
  const declared = marked ?? declaredEncoding(bytes);
  const label = DECODERS.get(declared.toLowerCase());
  const refuse = (cause?: unknown): never => {
    throw new DeeptierError(documentRefusals.DOCUMENT_ENCODING_UNSUPPORTED, { encoding: declared }, { cause });
  };
  if (label === undefined) return refuse();
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (cause) {
    return refuse(cause);
  }
}

function encodingOfMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // Without a mark, "<" in two bytes still tells the byte order (XML 1.0, appendix F).
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be';
  return undefined;
}

function declaredEncoding(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  return /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/.exec(head)?.[1] ?? 'utf-8';
}
