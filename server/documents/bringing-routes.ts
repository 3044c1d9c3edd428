// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { HOLDER_DESKS, HOLDER_MAKERS } from '../access/who.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, type Done, type Made, offLedgerRoute, type Route } from '../http/route.ts';
import { xmlBody } from '../http/schemas.ts';
import { partyRefusals } from '../parties/refusals.ts';
import type { Refusal } from '../values/errors.ts';
import { idFrom, type IdText, partyId } from '../values/ids.ts';
import { bringDocument, type DocumentParts, type Named } from './commands.ts';
import { examinationBody, examinationOf } from './examination-body.ts';
import { DEFAULT_LIMITS } from './formats/limits.ts';
import { presentDocument } from './present.ts';
import { documentByFingerprint } from './queries.ts';
import { readDocument } from './read.ts';
import { documentRefusals } from './refusals.ts';
import { type DocumentBody, documentBody } from './resource.ts';

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
  'An invoice is registered by its fingerprint, debtor, currency and amount due; a credit note or red letter reduces the invoice it refers to. ' +
  'The file itself, its number and the names in it are never stored on the ledger; the file is kept encrypted. Only its seller or its buyer registers it.';

/** Registering documents by their files, and trying a file without registering it. */
export function bringingRoutes(parts: DocumentParts): readonly Route[] {
  const bring = {
    method: 'post',
    access: HOLDER_MAKERS,
    body: xmlBody,
    bodyLimit: DEFAULT_LIMITS.maxBytes,
    status: 201,
    response: documentBody,
    respond: brought,
  } as const;

  return [
    commandRoute({
      ...bring,
      path: '/v1/documents',
      summary: 'Register an invoice, or a credit note against one',
      description: `${whatHappens} Its buyer, and its seller if that is a party here, are found by the USCC or LEI the document states.`,
      refusals: [...unacceptable, documentRefusals.DOCUMENT_BUYER_UNMATCHED],
      prepare: (ctx, { body }) => bringDocument(parts, ctx, body, {}),
    }),
    commandRoute({
      ...bring,
      path: '/v1/documents/for/{debtor}',
      summary: 'Register a document that does not identify its buyer by USCC or LEI',
      description: `${whatHappens} The debtor is declared, not proved, and the answer says so. Unless the debtor registers it itself, the party that registers it is the seller.`,
      params: z.strictObject({ debtor: partyId }),
      refusals: [...unacceptable, partyRefusals.PARTY_UNKNOWN, documentRefusals.DOCUMENT_OF_OTHER_DEBTOR],
      prepare: (ctx, { params, body }) => bringDocument(parts, ctx, body, namedIn(params)),
    }),
    commandRoute({
      ...bring,
      path: '/v1/documents/for/{debtor}/from/{seller}',
      summary: 'Register a document that identifies neither its buyer nor its seller by USCC or LEI',
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
      summary: 'Examine a file without registering it',
      description:
        'Totals, every rule with two verdicts (the text of the standard, and the official validator), and every reason why it could not be financed. ' +
        'Nothing is stored. Whether the document is already registered is not disclosed here.',
      access: HOLDER_DESKS,
      body: xmlBody,
      bodyLimit: DEFAULT_LIMITS.maxBytes,
      status: 200,
      response: examinationBody,
      refusals: unreadable,
      idempotency: 'none',
      handle: async (_ctx, { body }) => ({ body: examinationOf(readDocument(body)) }),
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

async function brought(ctx: Context, { events }: Done): Promise<Made<DocumentBody>> {
  const announced = events.flatMap(({ contract, name, args }) => {
    if (contract !== 'DocumentRegistry') return [];
    return name === 'DocumentRegistered' ? [args.fingerprint] : name === 'DocumentCredited' ? [args.creditNote] : [];
  });
  const document = await documentByFingerprint(ctx.db, String(announced[0]), ctx.asOf);
  if (!document) throw new Error(`the document ${String(announced[0])} was registered and is not in the tables`);
  return { body: await presentDocument(ctx, document), location: `/v1/documents/${document.fingerprint}` };
}
