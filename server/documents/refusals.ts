// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Everything the documents capability refuses; from DOC-22 on with the errors of `DocumentRegistry`, under the same names. */
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
    sentence: 'The file is not valid text in the encoding {encoding}, or that encoding is not supported.',
  },
  DOCUMENT_NOT_WELL_FORMED: { rule: 'DOC-6', status: 422, sentence: 'The file is not well-formed XML: {fault}.' },
  DOCUMENT_FORMAT_UNKNOWN: {
    rule: 'DOC-7',
    status: 415,
    sentence: 'The root element {root} belongs to no supported format; supported are {formats}.',
  },
  DOCUMENT_TERM_MISSING: { rule: 'DOC-8', status: 422, sentence: 'The document does not state its {term}.' },
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
      'The document names {payee} as payee instead of the seller {seller}: the claim is already assigned, and a release is required.',
  },
  DOCUMENT_ALREADY_FINANCED: {
    rule: 'DOC-14',
    status: 422,
    sentence: 'The document is already marked as factored, sold or securitised.',
  },
  DOCUMENT_ALREADY_PAID: { rule: 'DOC-15', status: 422, sentence: 'The document is already marked as paid.' },
  DOCUMENT_IS_CREDIT: {
    rule: 'DOC-16',
    status: 422,
    sentence: 'The document is a credit note for {credited} {currency}; it reduces a claim and cannot be financed.',
  },
  DOCUMENT_AMOUNT_NOT_FINANCEABLE: {
    rule: 'DOC-17',
    status: 422,
    sentence: 'The amount due for payment is {payable} {currency}; only an amount above zero can be financed.',
  },
  DOCUMENT_ALREADY_REGISTERED: {
    rule: 'DOC-18',
    status: 409,
    sentence: 'The document {fingerprint} is already registered.',
  },
  VAULT_KEY_INVALID: {
    rule: 'DOC-19',
    status: 500,
    sentence: 'The master key of the document vault must have exactly 32 bytes.',
  },
  VAULT_FILE_MISSING: { rule: 'DOC-20', status: 404, sentence: 'The vault holds no file at the address {address}.' },
  VAULT_FILE_TAMPERED: {
    rule: 'DOC-21',
    status: 500,
    sentence:
      'The file at the address {address} is not what was stored: it was altered, truncated, swapped or encrypted with another key.',
  },
  DOCUMENT_UNKNOWN: { rule: 'DOC-22', status: 404, sentence: 'There is no document {fingerprint}.' },
  DOCUMENT_AMOUNT_ZERO: {
    rule: 'DOC-23',
    status: 422,
    sentence: 'The amount of document {fingerprint} must be at least 1.',
  },
  DOCUMENT_OF_OTHER_DEBTOR: {
    rule: 'DOC-24',
    status: 422,
    sentence: 'The debtor of document {fingerprint} is party {debtor}, not party {obligor}.',
  },
  DOCUMENT_CURRENCY_DIFFERS: {
    rule: 'DOC-25',
    status: 422,
    sentence: 'The document {fingerprint} is in {currency}, not in {wanted}.',
  },
  DOCUMENT_RESIDUAL_EXCEEDED: {
    rule: 'DOC-26',
    status: 422,
    sentence: '{wanted} is requested against document {fingerprint}; its residual is {residual}.',
  },
  CREDIT_NOT_ALLOWED: {
    rule: 'DOC-27',
    status: 403,
    sentence: 'Only its registrar or its debtor may credit document {fingerprint}; party {by} is neither.',
  },
  NOT_THE_LEDGER: { rule: 'DOC-28', status: 403, sentence: 'The caller {caller} is not part of the ledger.' },
  // From here on, what the gateway itself refuses.
  DOCUMENT_BUYER_UNMATCHED: {
    rule: 'DOC-29',
    status: 422,
    sentence:
      'No USCC or LEI in the document identifies the buyer {buyer} as a party of the ledger; name the debtor in the path.',
  },
  DOCUMENT_BUYER_DIFFERS: {
    rule: 'DOC-30',
    status: 422,
    sentence: 'The document bills {buyer}, which is not party {debtor}.',
  },
  DOCUMENT_SELLER_DIFFERS: {
    rule: 'DOC-31',
    status: 422,
    sentence: 'The document names the seller {seller}, which is not party {party}.',
  },
  DOCUMENT_NOT_YOURS: {
    rule: 'DOC-32',
    status: 403,
    sentence: 'Party {party} is neither the seller nor the buyer of the document.',
  },
  DOCUMENT_REFERENCE_UNKNOWN: {
    rule: 'DOC-33',
    status: 422,
    sentence: 'The document credits {reference}, which is not registered; there is nothing to credit.',
  },
  DOCUMENT_REFERENCE_AMBIGUOUS: {
    rule: 'DOC-34',
    status: 422,
    sentence: 'The document credits {reference}, without stating which one and by what amount.',
  },
  DOCUMENT_FILE_ELSEWHERE: {
    rule: 'DOC-35',
    status: 404,
    sentence: 'The file of document {fingerprint} is kept by the gateway that registered it.',
  },
});

/** The rules behind `documentRefusals`, in plain words. */
export const documentRules: Readonly<Record<string, string>> = {
  'DOC-1': 'Files of up to 5 MiB are read.',
  'DOC-2': 'Elements may be nested 64 levels deep.',
  'DOC-3': 'A file may have 200,000 elements, and tags of 16,384 characters.',
  'DOC-4':
    'Files with a document type declaration or entities are never read: both can be used to attack the system that reads them.',
  'DOC-5': 'Text is read in UTF-8 and in the other encodings of XML that decode unambiguously.',
  'DOC-6': 'A document is well-formed XML.',
  'DOC-7':
    'Supported are UBL 2.1 and UN/CEFACT CII invoices and credit notes, fully digital fapiao, and their accounting records in XBRL.',
  'DOC-8': 'A document states its number, date of issue, currency, seller, buyer and totals.',
  'DOC-9':
    'The values that a document states can be read: dates exist, amounts are exact in the currency, codes are known.',
  'DOC-10': 'The amounts of a document agree with each other by the rules of its standard.',
  'DOC-11': "A seller's USCC or LEI has the right check characters.",
  'DOC-12': "A buyer's USCC or LEI has the right check characters.",
  'DOC-13': 'A claim that is assigned to another party cannot be financed again.',
  'DOC-14': 'A claim that was factored, sold or securitised cannot be financed again.',
  'DOC-15': 'A paid invoice cannot be financed.',
  'DOC-16': 'A credit note reduces the document it refers to; no payable is issued against it.',
  'DOC-17':
    'The amount that can be financed is the amount due for payment (EN 16931 BT-115), not the gross amount, and it is above zero.',
  'DOC-18':
    'A document is registered once, whichever party registers it and in whatever format, spelling or copy: it is identified by seller, kind, number without case, blanks and punctuation, and year.',
  'DOC-19': 'The vault is encrypted with a key of 32 bytes.',
  'DOC-20': 'Every file that was stored can be read from the vault.',
  'DOC-21': 'A file that is not exactly what was stored is not returned.',
  'DOC-22':
    'A document is known by its fingerprint, to its parties and to those with a grant; to others it does not exist.',
  'DOC-23': 'A document is registered, credited and used by at least one minor unit.',
  'DOC-24': 'A payable is issued against documents whose debtor is its obligor.',
  'DOC-25': 'A payable, a credit note and the document they refer to are in one currency.',
  'DOC-26':
    'All payables ever issued against a document, to any supplier, never exceed its payable amount less its credit notes.',
  'DOC-27': 'Only the registrar and the debtor of a document may credit it.',
  'DOC-28': 'Documents are used and released by the receivable ledger alone.',
  'DOC-29':
    'The buyer is found by its USCC or LEI; where the document states neither, the party that registers it names the debtor.',
  'DOC-30': 'A debtor that is named must not contradict the buyer that the document states.',
  'DOC-31': 'A seller that is named must not contradict the seller that the document states.',
  'DOC-32': 'A document is registered by its seller or its buyer.',
  'DOC-33': 'A credit note refers to a registered document of the same seller.',
  'DOC-34': 'A credit note refers to one document.',
  'DOC-35': 'A file never leaves the gateway that registered it.',
};

/** The rule that warns of a document on which more stands than is left of it. */
export const OVERDRAWN_RULE = 'DOC-26';
