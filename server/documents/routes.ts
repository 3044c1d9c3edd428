import { HOLDER_DESKS, HOLDER_MAKERS, HOLDERS_AND_WATCHERS } from '../access/who.ts';
import { z } from 'zod';
import { payablesOf, type Visibility, visibilityOf } from '../access/visibility.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { idFrom, type IdText, partyId, type PayableId } from '../values/ids.ts';
import { DeeptierError, type Refusal } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { offLedgerRoute, commandRoute, type Done, type Made, readRoute, type Route } from '../http/route.ts';
import { fileBody, pageOf, pageQuery, xmlBody } from '../http/schemas.ts';
import { type DocumentBody, documentBodies, documentBody, documentKind, fingerprint } from './bodies.ts';
import { bringDocument, type DocumentParts, type Named } from './commands.ts';
import { examinationBody, examinationOf } from './examination-body.ts';
import { DEFAULT_LIMITS } from './formats/limits.ts';
import { documentByFingerprint, type DocumentRecord, usesOf, visibleDocument, visibleDocuments } from './queries.ts';
import { readDocument } from './read.ts';
import { documentRefusals } from './refusals.ts';
import type { VaultAddress } from './vault.ts';

const unreadable: readonly Refusal[] = [
  documentRefusals.DOCUMENT_TOO_LARGE,
  documentRefusals.DOCUMENT_TOO_DEEP,
  documentRefusals.DOCUMENT_TOO_MANY_NODES,
  documentRefusals.DOCUMENT_HAS_DTD,
  documentRefusals.DOCUMENT_ENCODING_UNSUPPORTED,
  documentRefusals.DOCUMENT_NOT_WELL_FORMED,
  documentRefusals.DOCUMENT_FORMAT_UNKNOWN,
  documentRefusals.DOCUMENT_TERM_MISSING,
  documentRefusals.DOCUMENT_TERM_INVALID,
];

const unacceptable: readonly Refusal[] = [
  ...unreadable,
  documentRefusals.DOCUMENT_ARITHMETIC_FAILED,
  documentRefusals.DOCUMENT_SELLER_IDENTIFIER_INVALID,
  documentRefusals.DOCUMENT_BUYER_IDENTIFIER_INVALID,
  documentRefusals.DOCUMENT_ALREADY_ASSIGNED,
  documentRefusals.DOCUMENT_ALREADY_FINANCED,
  documentRefusals.DOCUMENT_ALREADY_PAID,
  documentRefusals.DOCUMENT_AMOUNT_NOT_FINANCEABLE,
  documentRefusals.DOCUMENT_ALREADY_REGISTERED,
  documentRefusals.DOCUMENT_AMOUNT_ZERO,
  documentRefusals.DOCUMENT_CURRENCY_DIFFERS,
  documentRefusals.CREDIT_NOT_ALLOWED,
  documentRefusals.DOCUMENT_NOT_YOURS,
  documentRefusals.DOCUMENT_REFERENCE_UNKNOWN,
  documentRefusals.DOCUMENT_REFERENCE_AMBIGUOUS,
  documentRefusals.DOCUMENT_BUYER_DIFFERS,
  partyRefusals.ROLE_MISSING,
  partyRefusals.PARTY_IS_SUSPENDED,
  partyRefusals.ADMISSION_EXPIRED,
];

const whatHappens =
  'An invoice is registered by its fingerprint, debtor, currency and amount due; a credit note or red letter is taken off the invoice it refers to. ' +
  'The file itself, its number and its names never go on the ledger; the file is kept encrypted. Bring it as its seller or its buyer.';

const oneDocument = z.strictObject({ fingerprint });

export function documentRoutes(parts: DocumentParts): readonly Route[] {
  const bring = {
    method: 'post',
    capability: 'documents',
    access: HOLDER_MAKERS,
    body: xmlBody,
    bodyLimit: DEFAULT_LIMITS.maxBytes,
    status: 201,
    response: documentBody,
    respond: broughtDocument,
  } as const;

  return [
    commandRoute({
      ...bring,
      path: '/v1/documents',
      summary: 'Register an invoice, or take a credit note off one',
      description: `${whatHappens} Its buyer, and its seller if that is a party here, are found by the USCC or LEI the document states.`,
      refusals: [...unacceptable, documentRefusals.DOCUMENT_BUYER_UNMATCHED],
      prepare: (ctx, { body }) => bringDocument(parts, ctx, body, {}),
    }),
    commandRoute({
      ...bring,
      path: '/v1/documents/for/{debtor}',
      summary: 'Register a document that does not say by USCC or LEI which party its buyer is',
      description: `${whatHappens} The debtor is declared, not proved, and the answer says so. Unless the debtor itself brings it, who brings it is the seller.`,
      params: z.strictObject({ debtor: partyId }),
      refusals: [...unacceptable, partyRefusals.PARTY_UNKNOWN, documentRefusals.DOCUMENT_OF_OTHER_DEBTOR],
      prepare: (ctx, { params, body }) => bringDocument(parts, ctx, body, namedIn(params)),
    }),
    commandRoute({
      ...bring,
      path: '/v1/documents/for/{debtor}/from/{seller}',
      summary: 'Register a document that says of neither party by USCC or LEI which one it is',
      description: `${whatHappens} Debtor and seller are declared, not proved, and the answer says so.`,
      params: z.strictObject({ debtor: partyId, seller: partyId }),
      refusals: [
        ...unacceptable,
        partyRefusals.PARTY_UNKNOWN,
        documentRefusals.DOCUMENT_OF_OTHER_DEBTOR,
        documentRefusals.DOCUMENT_SELLER_DIFFERS,
      ],
      prepare: (ctx, { params, body }) => bringDocument(parts, ctx, body, namedIn(params)),
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/document-examinations',
      capability: 'documents',
      summary: 'What would be said of a file, without registering it',
      description:
        'Totals, every rule with two verdicts (the text of the standard, and the official validator), and every reason why it could not be financed. ' +
        'Nothing is stored. Whether it is registered already is told only to who registers it.',
      access: HOLDER_DESKS,
      body: xmlBody,
      bodyLimit: DEFAULT_LIMITS.maxBytes,
      status: 200,
      response: examinationBody,
      refusals: unreadable,
      idempotency: 'none',
      handle: async (_ctx, { body }) => ({ body: examinationOf(readDocument(body)) }),
    }),
    readRoute({
      path: '/v1/documents',
      capability: 'documents',
      summary: 'Documents, the newest first',
      description:
        'Those the caller registered, owes or sold; to auditors what they were let in to, to regulators all.',
      access: HOLDERS_AND_WATCHERS,
      lookUp: { list: 'documents' },
      query: z.strictObject({
        kind: documentKind.optional(),
        status: z
          .enum(['open', 'exhausted', 'overdrawn'])
          .optional()
          .meta({
            description:
              'Invoices against which something may still be issued, nothing, or more was issued than is left.',
          }),
        ...pageQuery,
      }),
      response: pageOf(documentBody),
      refusals: [],
      async handle(ctx, { query }) {
        const visibility = await visibilityOf(ctx);
        const { after, limit } = ctx.page;
        const before = after && { block: BigInt(after[0] ?? '0'), logIndex: Number(after[1] ?? 0) };
        const rows = await visibleDocuments(
          ctx.db,
          visibility,
          { kind: query.kind, status: query.status },
          { before, limit: limit + 1 },
          ctx.asOf,
        );
        const bodies = new Map((await documentBodies(ctx, rows)).map((body) => [body.fingerprint, body]));
        return ctx.page.of(
          rows,
          ({ place }) => [String(place.block), String(place.logIndex)],
          (row) => bodies.get(row.fingerprint) as DocumentBody,
        );
      },
    }),
    readRoute({
      path: '/v1/documents/{fingerprint}',
      capability: 'documents',
      summary: 'A document, what is left of it, and what stands on it',
      access: HOLDERS_AND_WATCHERS,
      lookUp: { one: 'document' },
      params: oneDocument,
      response: documentBody,
      refusals: [documentRefusals.DOCUMENT_UNKNOWN],
      handle: async (ctx, { params }) => bodyOf(ctx, await lookAt(ctx, params.fingerprint, 'document')),
    }),
    readRoute({
      path: '/v1/documents/{fingerprint}/file',
      capability: 'documents',
      summary: 'The file of a document, byte for byte as it was brought',
      access: HOLDERS_AND_WATCHERS,
      lookUp: { one: 'document-file' },
      params: oneDocument,
      produces: 'application/xml',
      response: fileBody,
      refusals: [
        documentRefusals.DOCUMENT_UNKNOWN,
        documentRefusals.DOCUMENT_FILE_ELSEWHERE,
        documentRefusals.VAULT_FILE_MISSING,
        documentRefusals.VAULT_FILE_TAMPERED,
      ],
      async handle(ctx, { params }) {
        const { file } = await lookAt(ctx, params.fingerprint, 'document-file');
        if (!file)
          throw new DeeptierError(documentRefusals.DOCUMENT_FILE_ELSEWHERE, { fingerprint: params.fingerprint });
        return new Uint8Array(await parts.vault.read(file.vaultAddress as VaultAddress));
      },
    }),
  ];
}

function namedIn({
  debtor,
  seller,
}: {
  readonly debtor: IdText<'PartyId'>;
  readonly seller?: IdText<'PartyId'>;
}): Named {
  return { debtor: idFrom(debtor), ...(seller === undefined ? {} : { seller: idFrom(seller) }) };
}

async function broughtDocument(ctx: Context, { events }: Done): Promise<Made<DocumentBody>> {
  const announced = events.flatMap(({ contract, name, args }) => {
    if (contract !== 'DocumentRegistry') return [];
    return name === 'DocumentRegistered' ? [args.fingerprint] : name === 'DocumentCredited' ? [args.creditNote] : [];
  });
  const document = await documentByFingerprint(ctx.db, String(announced[0]), ctx.asOf);
  if (!document) throw new Error(`the document ${String(announced[0])} was registered and is not in the tables`);
  return { body: await bodyOf(ctx, document), location: `/v1/documents/${document.fingerprint}` };
}

async function bodyOf(ctx: Context, document: DocumentRecord): Promise<DocumentBody> {
  const [body] = await documentBodies(ctx, [document]);
  return body as DocumentBody;
}

/** The document, if the caller may see it, after its look was logged. Throws `DOCUMENT_UNKNOWN`, whichever reason there is. */
async function lookAt(ctx: Context, asked: string, kind: 'document' | 'document-file'): Promise<DocumentRecord> {
  const visibility = await visibilityOf(ctx);
  const document = await visibleDocument(ctx.db, visibility, asked, ctx.asOf);
  if (!document) throw new DeeptierError(documentRefusals.DOCUMENT_UNKNOWN, { fingerprint: asked });
  const parties = [
    document.registrar,
    document.debtor,
    ...(document.file?.seller == null ? [] : [document.file.seller]),
  ];
  for (const payable of await payablesThatOpen(ctx, visibility, document)) {
    ctx.shows({ kind, subject: document.fingerprint, parties, ...(payable === undefined ? {} : { payable }) });
  }
  return document;
}

/** The payables on it that the caller was let in to; a look that rests on none is still one look. */
async function payablesThatOpen(
  ctx: Context,
  visibility: Visibility,
  { fingerprint: of }: DocumentRecord,
): Promise<(PayableId | undefined)[]> {
  const granted = payablesOf(visibility);
  if (granted.size === 0) return [undefined];
  const opened = (await usesOf(ctx.db, [of], ctx.asOf)).filter(({ payable }) => granted.has(payable));
  return opened.length === 0 ? [undefined] : opened.map(({ payable }) => payable);
}
