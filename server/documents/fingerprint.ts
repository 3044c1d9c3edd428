// SPDX-License-Identifier: Apache-2.0
import { yearOf } from '../values/dates.ts';
import type { TradeDocument } from './document.ts';
import { normaliseText } from './normalise.ts';
import { type DocumentParty, ledgerIdentifierOf } from './party.ts';
import { type Bytes32, keyedDigest, type RegistryKey } from './registry-key.ts';

/**
 * What makes a document the one it is: never its amount or exact date, which a second copy may state differently.
 * The year is part of it because many sellers start their numbers anew every year.
 */
export interface DocumentIdentity {
  /** Scheme and normalised value, e.g. `USCC:91440101MA0TEXT12H`. */
  readonly seller: string;
  readonly kind: TradeDocument['kind'];
  /** Normalised number. */
  readonly number: string;
  readonly year: number;
}

/** The identity of a document, normalised. */
export function identityOf(
  document: Pick<TradeDocument, 'seller' | 'kind' | 'number' | 'issueDate'>,
): DocumentIdentity {
  return {
    seller: sellerIdentity(document.seller),
    kind: document.kind,
    number: normaliseText(document.number),
    year: yearOf(document.issueDate),
  };
}

/** The keyed fingerprint of a document: equal for every spelling, format and copy of it, unlinkable without the key. */
export function fingerprintOf(
  key: RegistryKey,
  document: Pick<TradeDocument, 'seller' | 'kind' | 'number' | 'issueDate'>,
): Bytes32 {
  const { seller, kind, number, year } = identityOf(document);
  return keyedDigest(key, 'fingerprint', [seller, kind, number, String(year)]);
}

// Most stable first: an electronic address changes with the provider, a party number with the customer.
const STABILITY = ['vat', 'legal-registration', 'tax-registration', 'electronic-address', 'party'] as const;

/**
 * The best identifier of a seller: its valid USCC, else its valid LEI, else VAT id, legal registration, tax
 * registration, electronic address, party number in this order, else its name.
 */
export function sellerIdentity(seller: DocumentParty): string {
  const checked = ledgerIdentifierOf(seller);
  if (checked) return `${checked.scheme}:${checked.value}`;
  for (const kind of STABILITY) {
    const identifier = seller.identifiers.find((each) => each.kind === kind);
    // The scheme is left out: one copy may give it and another not.
    if (identifier) return `${kind}:${normaliseText(identifier.value)}`;
  }
  return `name:${normaliseText(seller.name)}`;
}
