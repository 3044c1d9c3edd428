// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { HOLDERS_AND_WATCHERS } from '../access/who.ts';
import { visibilityOf } from '../access/visibility.ts';
import { readRoute, type Route } from '../http/route.ts';
import { fileBody, pageOf, pageQuery } from '../http/schemas.ts';
import { DeeptierError } from '../values/errors.ts';
import type { DocumentParts } from './commands.ts';
import { findDocument } from './find.ts';
import { presentDocument, presentDocuments } from './present.ts';
import { visibleDocuments } from './queries.ts';
import { documentRefusals } from './refusals.ts';
import { type DocumentBody, documentBody, documentKind, fingerprint } from './resource.ts';
import type { VaultAddress } from './vault.ts';

const oneDocument = z.strictObject({ fingerprint });

/** Documents that were registered, and their files. */
export function readingRoutes({ vault }: Pick<DocumentParts, 'vault'>): readonly Route[] {
  return [
    readRoute({
      path: '/v1/documents',
      summary: 'List documents, the newest first',
      description:
        'Those that your party registered, owes or sold; to an auditor those that its grants open, to a regulator all.',
      access: HOLDERS_AND_WATCHERS,
      lookUp: { list: 'documents' },
      query: z.strictObject({
        kind: documentKind.optional(),
        status: z
          .enum(['open', 'exhausted', 'overdrawn'])
          .optional()
          .meta({
            description:
              'Of invoices. `open`: payables may still be issued against it; `exhausted`: nothing is left of it; `overdrawn`: more was issued than is left of it.',
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
        const bodies = new Map((await presentDocuments(ctx, rows)).map((body) => [body.fingerprint, body]));
        return ctx.page.of(
          rows,
          ({ place }) => [String(place.block), String(place.logIndex)],
          (row) => bodies.get(row.fingerprint) as DocumentBody,
        );
      },
    }),
    readRoute({
      path: '/v1/documents/{fingerprint}',
      summary: 'Show a document, its residual, and the payables issued against it',
      access: HOLDERS_AND_WATCHERS,
      lookUp: { one: 'document' },
      params: oneDocument,
      response: documentBody,
      refusals: [documentRefusals.DOCUMENT_UNKNOWN],
      handle: async (ctx, { params }) => presentDocument(ctx, await findDocument(ctx, params.fingerprint, 'document')),
    }),
    readRoute({
      path: '/v1/documents/{fingerprint}/file',
      summary: 'Get the file of a document, byte for byte as it was registered',
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
        const { file } = await findDocument(ctx, params.fingerprint, 'document-file');
        if (!file)
          throw new DeeptierError(documentRefusals.DOCUMENT_FILE_ELSEWHERE, { fingerprint: params.fingerprint });
        return new Uint8Array(await vault.read(file.vaultAddress as VaultAddress));
      },
    }),
  ];
}
