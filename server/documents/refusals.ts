import { defineRefusals } from '../platform/errors.ts';

/** Everything the documents capability refuses before the chain is asked. */
export const documentRefusals = defineRefusals({
  DOCUMENT_TOO_LARGE: {
    rule: 'DOC-1',
    status: 413,
    sentence: 'The file has {bytes} bytes; at most {maximum} are read.',
  },
  DOCUMENT_TOO_DEEP: {
    rule: 'DOC-2',
    status: 422,
    sentence: 'The elements of the file are nested deeper than {maximum} levels.',
  },
  DOCUMENT_TOO_MANY_NODES: {
    rule: 'DOC-3',
    status: 422,
    sentence: 'The file has more than {maximum} elements, or a tag longer than {tag} characters.',
  },
  DOCUMENT_HAS_DTD: {
    rule: 'DOC-4',
    status: 422,
    sentence: 'The file declares a document type or entities; such files are never read.',
  },
  DOCUMENT_ENCODING_UNSUPPORTED: {
    rule: 'DOC-5',
    status: 422,
    sentence: 'The file is not valid text in the encoding {encoding}, or that encoding is not read here.',
  },
  DOCUMENT_NOT_WELL_FORMED: {
    rule: 'DOC-6',
    status: 422,
    sentence: 'The file is not well-formed XML: {fault}.',
  },
  DOCUMENT_FORMAT_UNKNOWN: {
    rule: 'DOC-7',
    status: 415,
    sentence: 'A document with the root element {root} is of no known format; known are {formats}.',
  },
  DOCUMENT_TERM_MISSING: {
    rule: 'DOC-8',
    status: 422,
    sentence: 'The document does not state its {term}.',
  },
  DOCUMENT_TERM_INVALID: {
    rule: 'DOC-9',
    status: 422,
    sentence: 'The document states "{value}" as its {term}, which cannot be read: {fault}',
  },
  DOCUMENT_ARITHMETIC_FAILED: {
    rule: 'DOC-10',
    status: 422,
    sentence: 'The amounts of the document do not agree with each other; broken rules: {rules}. {findings}',
  },
  DOCUMENT_SELLER_IDENTIFIER_INVALID: {
    rule: 'DOC-11',
    status: 422,
    sentence: "The seller's {scheme} {value} is not valid: {reason}.",
  },
  DOCUMENT_BUYER_IDENTIFIER_INVALID: {
    rule: 'DOC-12',
    status: 422,
    sentence: "The buyer's {scheme} {value} is not valid: {reason}.",
  },
  DOCUMENT_ALREADY_ASSIGNED: {
    rule: 'DOC-13',
    status: 422,
    sentence:
      'The document names {payee} as payee instead of the seller {seller}: the claim is already assigned; a release is needed.',
  },
  DOCUMENT_ALREADY_FINANCED: {
    rule: 'DOC-14',
    status: 422,
    sentence: 'The document is marked as factored, sold or securitised already.',
  },
  DOCUMENT_ALREADY_PAID: {
    rule: 'DOC-15',
    status: 422,
    sentence: 'The document is marked as paid already.',
  },
  DOCUMENT_IS_CREDIT: {
    rule: 'DOC-16',
    status: 422,
    sentence: 'The document is a credit note over {credited} {currency}; it lowers claims and cannot be financed.',
  },
  DOCUMENT_AMOUNT_NOT_FINANCEABLE: {
    rule: 'DOC-17',
    status: 422,
    sentence: 'The amount due for payment is {payable} {currency}; only an amount above zero can be financed.',
  },
  DOCUMENT_ALREADY_REGISTERED: {
    rule: 'DOC-18',
    status: 409,
    sentence: 'The same document is registered already. {comparison}',
  },
  VAULT_KEY_INVALID: {
    rule: 'DOC-19',
    status: 500,
    sentence: 'The master key of the document vault must have exactly 32 bytes.',
  },
  VAULT_FILE_MISSING: {
    rule: 'DOC-20',
    status: 404,
    sentence: 'The vault holds no file at the address {address}.',
  },
  VAULT_FILE_TAMPERED: {
    rule: 'DOC-21',
    status: 500,
    sentence: 'The file at the address {address} is not what was stored: it was changed, cut, swapped or sealed with another key.',
  },
});
