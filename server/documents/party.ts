// SPDX-License-Identifier: Apache-2.0
import { checkLei, checkUscc } from '../parties/identifiers.ts';
import { normaliseText } from './normalise.ts';
import type { IdentifierText, PartyTerms } from './terms.ts';

/** A seller, buyer or payee as a document names it. */
export interface DocumentParty {
  /** Registered name, or the trading name where no other is given; `''` if the document gives none. */
  readonly name: string;
  readonly tradingName: string | null;
  readonly country: string | null;
  readonly identifiers: readonly DocumentIdentifier[];
}

export interface DocumentIdentifier {
  readonly kind: 'legal-registration' | 'vat' | 'tax-registration' | 'party' | 'electronic-address';
  /** `USCC` or `LEI` where the value is one or says it is one; otherwise the document's own scheme id. */
  readonly scheme: string | null;
  readonly value: string;
}

export function documentParty(terms: PartyTerms): DocumentParty {
  const identifiers = [
    ...identifiersOf('legal-registration', terms.legalId ? [terms.legalId] : []),
    ...identifiersOf('vat', terms.vatIds.map(withoutScheme)),
    ...identifiersOf('party', terms.partyIds),
    ...identifiersOf('tax-registration', terms.taxIds.map(withoutScheme)),
    ...identifiersOf('electronic-address', terms.endpoint ? [terms.endpoint] : []),
  ];
  return {
    name: terms.name || terms.tradingName || '',
    tradingName: terms.tradingName || null,
    country: terms.country || null,
    identifiers,
  };
}

/** Two parties of one document are the same if they share an identifier of one kind, or have none to compare and share a name. */
export function isSameParty(left: DocumentParty, right: DocumentParty): boolean {
  const label = ({ kind, scheme }: DocumentIdentifier): string => JSON.stringify([kind, scheme]);
  const labels = new Set(right.identifiers.map(label));
  const comparable = left.identifiers.filter((own) => labels.has(label(own)));
  if (comparable.length > 0) {
    const values = new Set(right.identifiers.map((other) => label(other) + other.value));
    return comparable.some((own) => values.has(label(own) + own.value));
  }
  const names = [right.name, right.tradingName ?? right.name].map(normaliseText);
  return names.includes(normaliseText(left.name));
}

/** The checked USCC or LEI of a party, if it has a valid one; the USCC comes first. */
export function ledgerIdentifierOf(
  party: DocumentParty,
): { readonly scheme: 'USCC' | 'LEI'; readonly value: string } | null {
  for (const scheme of ['USCC', 'LEI'] as const) {
    const check = scheme === 'USCC' ? checkUscc : checkLei;
    for (const identifier of party.identifiers) {
      if (identifier.scheme !== scheme) continue;
      const result = check(identifier.value);
      if (result.ok) return { scheme, value: result.value };
    }
  }
  return null;
}

function identifiersOf(kind: DocumentIdentifier['kind'], texts: readonly IdentifierText[]): DocumentIdentifier[] {
  return texts.filter((text) => text.value !== '').map((text) => ({ kind, ...recognised(text) }));
}

/** ICD 0199 is the LEI; a Chinese VAT identifier is CN and the USCC. */
function recognised({ value, scheme }: IdentifierText): { readonly scheme: string | null; readonly value: string } {
  const named = scheme?.toUpperCase();
  if (named === undefined || named === 'USCC') {
    const uscc = checkUscc(value.replace(/^CN/i, ''));
    if (uscc.ok) return { scheme: 'USCC', value: uscc.value };
  }
  if (named === undefined || named === 'LEI' || named === '0199') {
    const lei = checkLei(value);
    if (lei.ok) return { scheme: 'LEI', value: lei.value };
  }
  return { scheme: named === '0199' ? 'LEI' : named === 'USCC' || named === 'LEI' ? named : (scheme ?? null), value };
}

function withoutScheme(value: string): IdentifierText {
  return { value, scheme: undefined };
}
