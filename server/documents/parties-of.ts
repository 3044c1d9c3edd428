// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { checkIdentifier } from '../parties/identifiers.ts';
import { partyById, partyByIdentifier, successorOf } from '../parties/queries.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Queryable } from '../store/database.ts';
import type { TradeDocument } from './document.ts';
import type { DocumentParty } from './party.ts';
import { documentRefusals } from './refusals.ts';
import type { PartyMatch } from './tables.ts';

/** Who brings a document, and whom it names as its debtor and seller, if anybody. */
export interface Bringer {
  readonly importer: PartyId;
  readonly debtor: PartyId | undefined;
  readonly seller: PartyId | undefined;
}

/** The parties of the ledger that a document is between. */
export interface DocumentParties {
  readonly debtor: PartyId;
  readonly buyerMatch: Exclude<PartyMatch, 'unknown'>;
  /** Null if the seller is no party here; then `sellerMatch` is `unknown`. */
  readonly seller: PartyId | null;
  readonly sellerMatch: PartyMatch;
}

/**
 * Finds the parties of a document: by the identifiers it states, and by the word of who brings it only where it states
 * none that could be compared.
 *
 * Throws DOCUMENT_NOT_YOURS, DOCUMENT_BUYER_UNMATCHED, DOCUMENT_BUYER_DIFFERS, DOCUMENT_SELLER_DIFFERS, or PARTY_UNKNOWN for a
 * seller that is named; whether the debtor may be one, the ledger says.
 */
export async function partiesOf(
  db: Queryable,
  document: Pick<TradeDocument, 'seller' | 'buyer'>,
  { importer, ...named }: Bringer,
): Promise<DocumentParties> {
  const { seller, buyer } = document;

  const billed = await identify(db, buyer);
  const debtor = named.debtor ?? billed.party;
  if (debtor === undefined) throw new DeeptierError(documentRefusals.DOCUMENT_BUYER_UNMATCHED, { buyer: buyer.name });
  const buyerIs = await likeness(db, billed, debtor);
  if (buyerIs === 'other')
    throw new DeeptierError(documentRefusals.DOCUMENT_BUYER_DIFFERS, { buyer: buyer.name, debtor: String(debtor) });

  if (named.seller !== undefined && !(await partyById(db, named.seller, 'latest'))) {
    throw new DeeptierError(partyRefusals.PARTY_UNKNOWN, { party: String(named.seller) });
  }
  const sold = await identify(db, seller);
  const claimed = named.seller ?? sold.party ?? (importer === debtor ? undefined : importer);
  const sellerIs = claimed === undefined ? undefined : await likeness(db, sold, claimed);
  if (claimed !== undefined && sellerIs === 'other' && named.seller !== undefined) {
    throw new DeeptierError(documentRefusals.DOCUMENT_SELLER_DIFFERS, { seller: seller.name, party: String(claimed) });
  }
  if (importer !== debtor && (importer !== claimed || sellerIs === 'other')) throw notYours(importer);
  return {
    debtor,
    buyerMatch: gradeOf(buyerIs),
    seller: claimed ?? null,
    sellerMatch: sellerIs === undefined ? 'unknown' : gradeOf(sellerIs),
  };
}

/**
 * Throws `DOCUMENT_NOT_YOURS` if the document's own identifiers say that the party is neither seller nor buyer. Asked
 * before anything else, so that a stranger learns nothing of what is registered.
 */
export async function requireYours(
  db: Queryable,
  { seller, buyer }: Pick<TradeDocument, 'seller' | 'buyer'>,
  importer: PartyId,
): Promise<void> {
  for (const party of [seller, buyer]) {
    if ((await likeness(db, await identify(db, party), importer)) !== 'other') return;
  }
  throw notYours(importer);
}

interface Identified {
  /** The valid USCCs and LEIs stated. */
  readonly codes: readonly { readonly scheme: string; readonly value: string }[];
  /** The party here that one of them belongs to, through every succession. */
  readonly party: PartyId | undefined;
}

async function identify(db: Queryable, { identifiers }: DocumentParty): Promise<Identified> {
  const codes = identifiers.flatMap(({ scheme, value }) => {
    if (scheme !== 'USCC' && scheme !== 'LEI') return [];
    const check = checkIdentifier(value);
    return check.ok && check.scheme === scheme ? [{ scheme, value: check.value }] : [];
  });
  for (const { scheme, value } of codes) {
    const found = await partyByIdentifier(db, scheme, value, 'latest');
    if (found) return { codes, party: await successorOf(db, found.id, 'latest') };
  }
  return { codes, party: undefined };
}

/** `undecided` where the document states no identifier of the kind that the ledger knows the party by. */
async function likeness(
  db: Queryable,
  { codes, party }: Identified,
  asked: PartyId,
): Promise<'same' | 'other' | 'undecided'> {
  if (party !== undefined) return party === asked ? 'same' : 'other';
  const known = await partyById(db, asked, 'latest');
  return known && codes.some(({ scheme }) => scheme === known.scheme) ? 'other' : 'undecided';
}

function gradeOf(likeness: 'same' | 'other' | 'undecided'): 'matched' | 'declared' {
  return likeness === 'same' ? 'matched' : 'declared';
}

function notYours(importer: PartyId): DeeptierError {
  return new DeeptierError(documentRefusals.DOCUMENT_NOT_YOURS, { party: String(importer) });
}
