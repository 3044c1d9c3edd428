// SPDX-License-Identifier: Apache-2.0
import { DeeptierError } from '../values/errors.ts';
import { checkDocument } from './arithmetic.ts';
import { type TradeDocument, tradeDocument } from './document.ts';
import { DEFAULT_LIMITS, type ReadingLimits } from './formats/limits.ts';
import { documentFormats } from './formats/registry.ts';
import { readXml } from './formats/xml.ts';
import { documentRefusals } from './refusals.ts';
import type { RuleVerdict } from './rules/rule.ts';

export interface DocumentReading {
  readonly document: TradeDocument;
  /** One verdict per rule of the document's format, kept and broken ones. */
  readonly verdicts: readonly RuleVerdict[];
}

/**
 * Reads a trade document of any known format. It answers what the document says and which rules it keeps; whether
 * it may be financed is for `examine` to say. Throws DOC-1 to DOC-9 for files that cannot be read.
 */
export function readDocument(bytes: Uint8Array, limits: ReadingLimits = DEFAULT_LIMITS): DocumentReading {
  const root = readXml(bytes, limits);
  const format = documentFormats.find((candidate) => candidate.recognises(root));
  if (format === undefined) {
    throw new DeeptierError(documentRefusals.DOCUMENT_FORMAT_UNKNOWN, {
      root: root.namespace === '' ? root.name : `{${root.namespace}}${root.name}`,
      formats: documentFormats.map((known) => known.title),
    });
  }
  const terms = format.read(root);
  return { document: tradeDocument(format.id, terms), verdicts: checkDocument(format, terms) };
}
