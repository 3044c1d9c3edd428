// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import { examine, requireFinanceable } from '../../../server/documents/examine.ts';
import { fingerprintOf } from '../../../server/documents/fingerprint.ts';
import { ledgerIdentifierOf } from '../../../server/documents/party.ts';
import { type DocumentReading, readDocument } from '../../../server/documents/read.ts';
import { documentRefusals } from '../../../server/documents/refusals.ts';
import { registryKey } from '../../../server/documents/registry-key.ts';
import { checkUscc } from '../../../server/parties/identifiers.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { assertThrows } from '../../failures.ts';

const folder = path.resolve(import.meta.dirname, '../../../samples');
const parties = JSON.parse(readFileSync(path.join(folder, 'parties.json'), 'utf8')).parties as readonly {
  readonly id: string;
  readonly uscc: string;
  readonly role: string;
  readonly tier: number | null;
}[];

function text(name: string): string {
  return readFileSync(path.join(folder, 'invoices', name), 'utf8');
}

function reading(name: string, change: (content: string) => string = (content) => content): DocumentReading {
  return readDocument(Buffer.from(change(text(name))));
}

/** Codes of the refusals, or the amount that may be financed, in fen. */
function outcome(read: DocumentReading): bigint | string {
  const { financeable, refusals } = examine(read);
  return refusals.length === 0 ? financeable : refusals.map((each) => each.refusal.code).join();
}

describe('the sample invoices', () => {
  const expected: Readonly<Record<string, bigint | string>> = {
    'ubl-minghua-1018.xml': 1_808_000_00n,
    'ubl-minghua-1102-prepaid.xml': 400_000_00n,
    'ubl-tailong-2041-two-rates.xml': 1_014_900_00n,
    'ubl-tailong-2057-rounded.xml': 224_116_00n,
    'ubl-minghua-1031-factored.xml': 'DOCUMENT_ALREADY_ASSIGNED',
    'ubl-tailong-2063-wrong-total.xml': 'DOCUMENT_ARITHMETIC_FAILED',
    'ubl-minghua-1018-credit-note.xml': 'DOCUMENT_IS_CREDIT',
    'cii-minghua-1107.xml': 1_130_000_00n,
    'cii-tailong-2071.xml': 949_200_00n,
    'cii-tailong-2071-credit-note.xml': 'DOCUMENT_IS_CREDIT',
    'fapiao-minghua.xml': 586_200_00n,
    'fapiao-tailong-tax-out-of-gross.xml': 312_000_00n,
    'fapiao-minghua-red-letter.xml': 'DOCUMENT_IS_CREDIT',
    'fapiao-xbrl-tailong-factored.xml': 'DOCUMENT_ALREADY_FINANCED',
  };

  it('are the ones listed, each with its outcome', () => {
    const files = readdirSync(path.join(folder, 'invoices')).filter((file) => file.endsWith('.xml'));
    assert.deepEqual(Object.fromEntries(files.map((file) => [file, outcome(reading(file))])), expected);
  });

  it('bill the obligor by name of its USCC, from tier-1 suppliers', () => {
    const byUscc = new Map(parties.map((party) => [party.uscc, party]));
    for (const file of Object.keys(expected)) {
      const { seller, buyer } = reading(file).document;
      assert.strictEqual(byUscc.get(ledgerIdentifierOf(seller)?.value ?? '')?.tier, 1, file);
      assert.strictEqual(byUscc.get(ledgerIdentifierOf(buyer)?.value ?? '')?.role, 'obligor', file);
    }
  });

  it('have parties with valid and different codes', () => {
    assert.deepEqual(
      parties.filter((party) => !checkUscc(party.uscc).ok),
      [],
    );
    assert.strictEqual(new Set(parties.map((party) => party.uscc)).size, parties.length);
  });

  it('credit what they refer to', () => {
    const { document } = reading('ubl-minghua-1018-credit-note.xml');
    assert.deepEqual<unknown>(document.precedingDocuments, [{ number: 'MH-2026-1018', issueDate: '2026-10-20' }]);
    assert.strictEqual(document.credited, 90_400_00n);
    const red = reading('fapiao-minghua-red-letter.xml').document;
    assert.strictEqual(red.credited, 586_200_00n);
    assert.strictEqual(red.precedingDocuments[0]?.number, reading('fapiao-minghua.xml').document.number);
    assert.strictEqual(reading('cii-tailong-2071-credit-note.xml').document.credited, 15_820_00n);
  });

  it('have one fingerprint in whatever format they come', () => {
    const key = registryKey(Buffer.alloc(32, 1));
    const cii = reading('cii-minghua-1107.xml').document;
    const ubl = reading('ubl-minghua-1018.xml', (content) =>
      content.replaceAll('MH-2026-1018', 'mh 2026 1107'),
    ).document;
    assert.strictEqual(fingerprintOf(key, ubl), fingerprintOf(key, cii));
  });
});

describe('the examination of a document', () => {
  it('takes the amount due for payment, not the gross', () => {
    const { document } = reading('ubl-minghua-1102-prepaid.xml');
    assert.strictEqual(document.totals.gross.units, 565_000_00n);
    assert.strictEqual(document.financeable, 400_000_00n);
  });

  it('names the payee a claim is assigned to', () => {
    const examination = examine(reading('ubl-minghua-1031-factored.xml'));
    assert.strictEqual(examination.refusals[0]?.values['payee'], 'Rongda Factoring Co., Ltd.');
    assertThrows(
      () => requireFinanceable(examination),
      (error) => error instanceof DeeptierError && error.message.includes('names Rongda Factoring Co., Ltd. as payee'),
    );
  });

  it('does not mind a payee that is the seller itself', () => {
    const usccOf = (id: string) => parties.find((party) => party.id === id)?.uscc as string;
    const self = reading('ubl-minghua-1031-factored.xml', (content) =>
      content
        .replaceAll(usccOf('rongda-factoring'), usccOf('minghua-axles'))
        .replace('Rongda Factoring Co., Ltd.', 'MINGHUA AXLES Co Ltd'),
    );
    assert.strictEqual(self.document.payee, null);
    assert.strictEqual(outcome(self), 452_000_00n);
  });

  it('sees a payee of the same name with another code', () => {
    const twin = reading('ubl-minghua-1031-factored.xml', (content) =>
      content.replace('Rongda Factoring Co., Ltd.', 'Minghua Axles Co., Ltd.'),
    );
    assert.strictEqual(outcome(twin), 'DOCUMENT_ALREADY_ASSIGNED');
  });

  it('names the broken rules and the numbers', () => {
    const [refusal] = examine(reading('ubl-tailong-2063-wrong-total.xml')).refusals;
    assert.deepEqual(refusal?.values['rules'], ['BR-CO-15']);
    assert.match(String(refusal?.values['findings']), /393000.*339000/);
  });

  it('refuses a seller or buyer whose code fails its check', () => {
    const broken = (code: string) => (content: string) =>
      content.replaceAll(code, `${code.slice(0, 17)}${code.endsWith('0') ? '1' : '0'}`);
    const { document } = reading('fapiao-minghua.xml');
    const code = (party: typeof document.seller) => ledgerIdentifierOf(party)?.value as string;
    assert.strictEqual(
      outcome(reading('fapiao-minghua.xml', broken(code(document.seller)))),
      'DOCUMENT_SELLER_IDENTIFIER_INVALID',
    );
    assert.strictEqual(
      outcome(reading('fapiao-minghua.xml', broken(code(document.buyer)))),
      'DOCUMENT_BUYER_IDENTIFIER_INVALID',
    );
  });

  it('accepts tax backed out of the gross by the validators, not by the letter', () => {
    const read = reading('fapiao-tailong-tax-out-of-gross.xml');
    assert.strictEqual(examine(read, { reading: 'validator' }).sound, true);
    assert.strictEqual(examine(read, { reading: 'text' }).sound, false);
  });

  it('refuses line taxes that are more than six fen off', () => {
    const shifted = (tax: string, gross: string) =>
      outcome(
        reading('fapiao-tailong-tax-out-of-gross.xml', (content) =>
          content.replaceAll('35893.81', tax).replaceAll('312000.00', gross),
        ),
      );
    assert.strictEqual(shifted('35893.86', '312000.05'), 312_000_05n);
    assert.strictEqual(shifted('35893.87', '312000.06'), 'DOCUMENT_ARITHMETIC_FAILED');
  });

  it('refuses invoices over nothing, paid ones, and negative ones that correct nothing', () => {
    const paid = reading('fapiao-xbrl-tailong-factored.xml', (content) =>
      content
        .replace(/(HasBeenPaid contextRef="c1">)false/, '$1true')
        .replace(/(Securitized contextRef="c1">)true/, '$1false'),
    );
    assert.strictEqual(outcome(paid), 'DOCUMENT_ALREADY_PAID');
    const nothing = reading('ubl-minghua-1102-prepaid.xml', (content) =>
      content
        .replace('165000.00</cbc:Prepaid', '565000.00</cbc:Prepaid')
        .replace('400000.00</cbc:Payable', '0.00</cbc:Payable'),
    );
    assert.strictEqual(outcome(nothing), 'DOCUMENT_AMOUNT_NOT_FINANCEABLE');
    const overpaid = (content: string) =>
      content
        .replace('165000.00</cbc:Prepaid', '565000.01</cbc:Prepaid')
        .replace('400000.00</cbc:Payable', '-0.01</cbc:Payable');
    assert.strictEqual(outcome(reading('ubl-minghua-1102-prepaid.xml', overpaid)), 'DOCUMENT_AMOUNT_NOT_FINANCEABLE');
    const correcting = reading('ubl-minghua-1102-prepaid.xml', (content) =>
      overpaid(content).replace(
        '<cac:AccountingSupplierParty>',
        '<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>MH-1</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference><cac:AccountingSupplierParty>',
      ),
    );
    assert.strictEqual(correcting.document.kind, 'credit-note');
    assert.strictEqual(correcting.document.credited, 1n);
  });
});

describe('the refusals of documents', () => {
  it('have each a rule of its own', () => {
    const rules = Object.values(documentRefusals).map((refusal) => refusal.rule);
    assert.strictEqual(new Set(rules).size, rules.length);
    assert.deepEqual(
      rules.filter((rule) => !/^DOC-\d+$/.test(rule)),
      [],
    );
  });
});
