// SPDX-License-Identifier: Apache-2.0
import { payablesOf, type Visibility, visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import { DeeptierError } from '../values/errors.ts';
import type { PayableId } from '../values/ids.ts';
import { type DocumentRecord, usesOf, visibleDocument } from './queries.ts';
import { documentRefusals } from './refusals.ts';

/**
 * A document that the caller may see, and on record that it looked if it looks by grant or office.
 * Throws `DOCUMENT_UNKNOWN`, just as if there were none.
 */
export async function findDocument(
  ctx: Context,
  fingerprint: string,
  kind: 'document' | 'document-file',
): Promise<DocumentRecord> {
  const visibility = await visibilityOf(ctx);
  const document = await visibleDocument(ctx.db, visibility, fingerprint, ctx.asOf);
  if (!document) throw new DeeptierError(documentRefusals.DOCUMENT_UNKNOWN, { fingerprint });
  const parties = [document.registrar, document.debtor, document.file?.seller ?? []].flat();
  for (const payable of await payablesThatOpen(ctx, visibility, document)) {
    ctx.shows({ kind, subject: document.fingerprint, parties, ...(payable === undefined ? {} : { payable }) });
  }
  return document;
}

/** The payables on it that the caller was let in to; a look that rests on none is still one look. */
async function payablesThatOpen(
  ctx: Context,
  visibility: Visibility,
  { fingerprint }: DocumentRecord,
): Promise<(PayableId | undefined)[]> {
  const granted = payablesOf(visibility);
  if (granted.size === 0) return [undefined];
  const opened = (await usesOf(ctx.db, [fingerprint], ctx.asOf)).filter(({ payable }) => granted.has(payable));
  return opened.length === 0 ? [undefined] : opened.map(({ payable }) => payable);
}
