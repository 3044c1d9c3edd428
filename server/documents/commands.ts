// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { successorOf } from '../parties/queries.ts';
import { codeBytes3 } from '../values/fixed-text.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import type { Prepared } from '../http/route.ts';
import { call, type Call } from '../ledger/contract-types.ts';
import type { Queryable } from '../store/database.ts';
import { creditedDocument } from './credited-document.ts';
import type { TradeDocument } from './document.ts';
import { requireNew } from './duplicates.ts';
import { type Examination, examine } from './examine.ts';
import { type DocumentParties, partiesOf, requireYours } from './parties-of.ts';
import { type DocumentReading, readDocument } from './read.ts';
import { documentRefusals } from './refusals.ts';
import type { Bytes32, RegistryKey } from './registry-key.ts';
import { sentenceOf } from './rule-sentences.ts';
import { similarityKeys, similarityProbes, type SimilarityProbes } from './similarity.ts';
import type { StoredAmounts, StoredDetails, StoredWarning } from './tables.ts';
import type { DocumentVault, VaultAddress } from './vault.ts';

/** What the documents room needs beside what every request brings. */
export interface DocumentParts {
  readonly registryKey: RegistryKey;
  readonly vault: DocumentVault;
}

/** The parties that who brings a document names, for documents whose own identifiers name none of the ledger. */
export interface Named {
  readonly debtor?: PartyId;
  readonly seller?: PartyId;
}

/** A document in the terms in which the chain is to have it. */
interface Registration extends DocumentParties {
  readonly call: Call;
  /** What `DocumentRegistered` will say; a credit note's are its original's, and 0. */
  readonly registered: { readonly debtor: PartyId; readonly payable: bigint; readonly original: Bytes32 | undefined };
}

/**
 * Reads a file, asks everything that can refuse it, and makes the instruction: to register an invoice, or to take a
 * credit note off the invoice it refers to. What the file says is kept beside the chain, under the terms the chain will
 * have it in, from the moment the instruction is on record; if that is refused, a later try in the same terms replaces it.
 */
export async function bringDocument(
  parts: DocumentParts,
  ctx: Context,
  bytes: Uint8Array,
  named: Named,
): Promise<Prepared> {
  const { caller, db, ledgerClient } = ctx;
  const reading = readDocument(bytes);
  const { document } = reading;
  const examination = examine(reading);
  await requireYours(db, document, caller.party);
  requireAcceptable(document, examination);

  const probes = similarityProbes(parts.registryKey, document);
  const bring = document.kind === 'invoice' ? registerInvoice : creditInvoice;
  const registration = await bring(parts, ctx, document, probes, named);
  const calls = await ledgerClient.simulateAll(caller.key, [registration.call]);
  const vaultAddress = await parts.vault.store(bytes); // a file that nothing comes of is unreadable and harmless
  const brought = { bytes, vaultAddress, reading, examination, probes, registration };
  return { calls, simulate: false, record: (tx) => keepDetails(parts, ctx, tx, brought) };
}

async function registerInvoice(
  _parts: DocumentParts,
  { caller, db }: Context,
  document: TradeDocument,
  probes: SimilarityProbes,
  named: Named,
): Promise<Registration> {
  const parties = await partiesOf(db, document, { importer: caller.party, debtor: named.debtor, seller: named.seller });
  await requireNew(db, probes);
  const { debtor } = parties;
  const payable = document.financeable;
  return {
    ...parties,
    call: call('DocumentRegistry', 'register', probes.fingerprint, debtor, codeBytes3(document.currency), payable),
    registered: { debtor, payable, original: undefined },
  };
}

async function creditInvoice(
  parts: DocumentParts,
  { caller, db }: Context,
  document: TradeDocument,
  probes: SimilarityProbes,
  named: Named,
): Promise<Registration> {
  const original = await creditedDocument(db, parts.registryKey, document);
  const debtor = await successorOf(db, original.debtor, 'latest');
  if (named.debtor !== undefined && named.debtor !== debtor) {
    throw new DeeptierError(documentRefusals.DOCUMENT_OF_OTHER_DEBTOR, {
      fingerprint: original.fingerprint,
      debtor: String(debtor),
      obligor: String(named.debtor),
    });
  }
  const seller = original.file?.seller == null ? named.seller : await successorOf(db, original.file.seller, 'latest');
  if (named.seller !== undefined && named.seller !== seller) {
    throw new DeeptierError(documentRefusals.DOCUMENT_SELLER_DIFFERS, {
      seller: document.seller.name,
      party: String(named.seller),
    });
  }
  const parties = await partiesOf(db, document, { importer: caller.party, debtor, seller });
  await requireNew(db, probes);
  return {
    ...parties,
    call: call('DocumentRegistry', 'credit', original.fingerprint, probes.fingerprint, document.credited),
    registered: { debtor: original.debtor, payable: 0n, original: original.fingerprint },
  };
}

/** A credit note need not be financeable, only sound. Throws the first refusal; its values name the others. */
function requireAcceptable(document: TradeDocument, { sound, refusals }: Examination): void {
  if (document.kind === 'credit-note' && sound) return;
  const [first, ...others] = refusals;
  if (!first) return;
  const otherRefusals = others.length > 0 ? { otherRefusals: others.map(({ refusal }) => refusal.code) } : {};
  throw new DeeptierError(first.refusal, { ...first.values, ...otherRefusals });
}

interface Brought {
  readonly bytes: Uint8Array;
  readonly vaultAddress: VaultAddress;
  readonly reading: DocumentReading;
  readonly examination: Examination;
  readonly probes: SimilarityProbes;
  readonly registration: Registration;
}

async function keepDetails(
  { registryKey }: DocumentParts,
  { caller, chain }: Context,
  tx: Queryable,
  brought: Brought,
): Promise<void> {
  const { bytes, vaultAddress, reading, examination, probes, registration } = brought;
  const { document } = reading;
  const content = {
    seller: registration.seller,
    seller_match: registration.sellerMatch,
    buyer_match: registration.buyerMatch,
    details: JSON.stringify(detailsOf(document)),
    warnings: JSON.stringify(warningsOf(document, examination)),
    probes: JSON.stringify(probes),
    keys: [...similarityKeys(registryKey, document)],
    vault_address: vaultAddress,
    file_bytes: bytes.byteLength,
    brought_by: caller.userId,
    brought_at: new Date(chain.clock.now() * 1000),
  };
  const { debtor, payable, original } = registration.registered;
  await tx
    .insertInto('document_files')
    .values({
      fingerprint: probes.fingerprint,
      registrar: caller.party,
      debtor: debtor,
      currency: document.currency,
      payable,
      original: original ?? '',
      ...content,
    })
    .onConflict((conflict) =>
      conflict.columns(['fingerprint', 'registrar', 'debtor', 'currency', 'payable', 'original']).doUpdateSet(content),
    )
    .execute();
}

function detailsOf(document: TradeDocument): StoredDetails {
  return {
    format: document.format,
    number: document.number,
    typeCode: document.typeCode,
    issueDate: document.issueDate,
    dueDate: document.dueDate,
    deliveryDate: document.deliveryDate,
    sellerName: document.seller.name,
    buyerName: document.buyer.name,
    orderReference: document.orderReference,
    paymentTerms: document.paymentTerms,
    amounts: amountsOf(document),
  };
}

function amountsOf({ totals }: TradeDocument): StoredAmounts {
  const { net, tax, gross, prepaid, rounding, payable } = totals;
  const text = ({ units }: { readonly units: bigint | null }): string | null => units?.toString() ?? null;
  return {
    net: text(net),
    tax: text(tax),
    gross: text(gross),
    prepaid: text(prepaid),
    rounding: text(rounding),
    payable: text(payable),
  };
}

function warningsOf({ format }: TradeDocument, { warnings }: Examination): StoredWarning[] {
  return warnings.map(({ rule, severity, findings }) => ({
    rule,
    severity,
    sentence: sentenceOf(format, rule),
    findings,
  }));
}
