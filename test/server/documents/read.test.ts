// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import { parseDecimal } from '../../../server/documents/decimal.ts';
import { examine } from '../../../server/documents/examine.ts';
import { type DocumentReading, readDocument } from '../../../server/documents/read.ts';
import { minorUnitDecimals } from '../../../server/values/currencies.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { sharedData } from './shared-data.ts';
import { assertThrows } from '../../failures.ts';
import { itWith } from '../../it-with.ts';

const samples = path.resolve(import.meta.dirname, '../../../samples/invoices');

function sample(name: string): string {
  return readFileSync(path.join(samples, name), 'utf8');
}

function refused(code: string, fragment = ''): (error: unknown) => boolean {
  return (error) => error instanceof DeeptierError && error.code === code && error.message.includes(fragment);
}

describe('the published invoices of EN 16931 and Peppol', () => {
  const golden = sharedData('invoices/golden_totals.tsv');
  if (golden.skip) itWith(golden.skip, 'have golden totals', () => {});
  else {
    const rows = readFileSync(golden.path, 'utf8').trim().split(/\r?\n/).slice(1);
    for (const row of rows) {
      const [file = '', , currency, lines, net, vat, gross, prepaid, rounding, payable, due, payee] = row.split('\t');
      it(`${path.basename(file)} has the golden currency, totals and due date`, () => {
        const reading = readDocument(readFileSync(path.join(path.dirname(golden.path), file)));
        const { document } = reading;
        assert.strictEqual(document.currency, currency);
        const totals = [
          [document.totals.lineNet, lines],
          [document.totals.net, net],
          [document.totals.tax, vat],
          [document.totals.gross, gross],
          [document.totals.prepaid, prepaid],
          [document.totals.rounding, rounding],
          [document.totals.payable, payable],
        ] as const;
        for (const [found, wanted] of totals) assertSameAmount(found, wanted, document.currency);
        assert.strictEqual(
          document.dueDate,
          due === 'None' ? null : due?.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
        );
        assertExamination(reading, payee === 'payee');
      });
    }
  }
});

function assertSameAmount(
  found: { readonly decimal: string; readonly units: bigint | null },
  wanted: string | undefined,
  currency: string,
): void {
  const [left, right] = [parseDecimal(found.decimal), parseDecimal(wanted)];
  assert.isOk(left && right?.eq(left), `${found.decimal} is not ${wanted}`);
  const scaled = BigInt(Math.round(Number(wanted) * 10 ** minorUnitDecimals(currency)));
  assert.strictEqual(found.units, scaled, `${wanted} in minor units`);
}

/** All golden documents agree with themselves; only a payee, a credit or nothing to pay stands against financing. */
function assertExamination(reading: DocumentReading, assigned: boolean): void {
  const { document } = reading;
  const examination = examine(reading);
  const codes = examination.refusals.map((each) => each.refusal.code);
  assert.strictEqual(examination.sound, true, codes.join());
  assert.strictEqual(codes.includes('DOCUMENT_ALREADY_ASSIGNED'), assigned, codes.join());
  if (assigned) assert.isOk(document.payee && document.payee.name !== document.seller.name);
  const payable = document.totals.payable.units as bigint;
  const expected = !assigned && document.kind === 'invoice' && payable > 0n ? payable : 0n;
  assert.strictEqual(examination.financeable, expected);
  assert.strictEqual(document.kind === 'credit-note', payable < 0n);
}

describe('the published fapiaos', () => {
  const golden = sharedData('fapiao/golden.json');
  interface GoldenFapiao {
    readonly net?: number;
    readonly tax?: number;
    readonly gross?: number;
    readonly ok?: boolean;
    readonly why?: string;
    readonly debits?: number;
    readonly effect?: string;
  }
  if (golden.skip) itWith(golden.skip, 'have golden totals', () => {});
  else {
    const entries = Object.entries(JSON.parse(readFileSync(golden.path, 'utf8')) as Record<string, GoldenFapiao>);
    for (const [file, wanted] of entries) {
      it(`${file} is judged as stated`, () => {
        const reading = readDocument(readFileSync(path.join(path.dirname(golden.path), file)));
        const { totals, marks, precedingDocuments, credited } = reading.document;
        if (wanted.net !== undefined) assert.strictEqual(totals.net.units, BigInt(wanted.net));
        if (wanted.tax !== undefined) assert.strictEqual(totals.tax.units, BigInt(wanted.tax));
        if (wanted.gross !== undefined) assert.strictEqual(totals.gross.units, BigInt(wanted.gross));
        const examination = examine(reading);
        const codes = examination.refusals.map((each) => each.refusal.code);
        if (wanted.ok !== undefined) assert.strictEqual(examination.sound, wanted.ok, codes.join());
        if (wanted.ok === false && wanted.gross === undefined) {
          assert.deepEqual(codes, [
            wanted.why?.includes('USCC') ? 'DOCUMENT_SELLER_IDENTIFIER_INVALID' : 'DOCUMENT_ARITHMETIC_FAILED',
          ]);
        }
        if (wanted.debits !== undefined) {
          assert.isOk(marks.debits.length > 0);
          assert.isOk(reading.verdicts.some((verdict) => verdict.rule === 'FAPIAO-12' && verdict.text));
        }
        const cancelled = /cancels (\d+)/.exec(wanted.effect ?? '')?.[1];
        if (cancelled !== undefined) {
          assert.deepEqual(precedingDocuments, [{ number: cancelled, issueDate: null }]);
          assert.strictEqual(credited, -(totals.gross.units as bigint));
          assert.isOk(codes.includes('DOCUMENT_IS_CREDIT'));
        }
      });
    }
  }
});

describe('a document', () => {
  it('is read the same whatever prefixes its namespaces have', () => {
    const original = sample('ubl-minghua-1018.xml');
    const renamed = original
      .replaceAll('cbc:', 'b:')
      .replaceAll('cac:', 'a:')
      .replace('xmlns:cbc', 'xmlns:b')
      .replace('xmlns:cac', 'xmlns:a')
      .replace('xmlns="urn', 'xmlns:u="urn')
      .replace('<Invoice', '<u:Invoice')
      .replace('</Invoice>', '</u:Invoice>');
    assert.notStrictEqual(renamed, original);
    assert.deepEqual(readDocument(Buffer.from(renamed)), readDocument(Buffer.from(original)));
  });

  it('is read the same in UTF-8 with a mark, UTF-16 and GB 18030', () => {
    const original = sample('fapiao-minghua.xml');
    const reading = readDocument(Buffer.from(original));
    assert.strictEqual(reading.document.seller.name, '明华车桥有限公司');
    assert.deepEqual(readDocument(Buffer.from(`\ufeff${original}`)), reading);
    const utf16 = Buffer.from(`\ufeff${original.replace('UTF-8', 'UTF-16')}`, 'utf16le');
    assert.deepEqual(readDocument(utf16), reading);
    // 明华 in GBK, in place of the whole name.
    const [before = '', after = ''] = original
      .replace('UTF-8', 'GBK')
      .replaceAll(/[^\x00-\x7f]+/g, '?')
      .split('<SellerName>?');
    const gbk = Buffer.concat([
      Buffer.from(`${before}<SellerName>`),
      Buffer.from([0xc3, 0xf7, 0xbb, 0xaa]),
      Buffer.from(after),
    ]);
    assert.strictEqual(readDocument(gbk).document.seller.name, '明华');
  });

  it('keeps its amounts as text: no digit is lost', () => {
    const large = sample('ubl-minghua-1018.xml')
      .replaceAll('1808000.00', '90071992547409931.07')
      .replaceAll('<cbc:ID>MH-2026-1018</cbc:ID>', '<cbc:ID>000123456789012345678901234567890</cbc:ID>');
    const { document } = readDocument(Buffer.from(large));
    assert.strictEqual(document.totals.payable.units, 9007199254740993107n);
    assert.strictEqual(document.number, '000123456789012345678901234567890');
  });

  it('may state line amounts finer than the currency, but not the amount due', () => {
    const text = sample('ubl-tailong-2057-rounded.xml');
    const fineLine = readDocument(
      Buffer.from(
        text.replace(
          '>198333.05</cbc:LineExtensionAmount>\n    <cac:Item',
          '>198333.0505</cbc:LineExtensionAmount>\n    <cac:Item',
        ),
      ),
    );
    assert.deepEqual(fineLine.document.lines[0]?.net, { decimal: '198333.0505', units: null });
    assertThrows(
      () => readDocument(Buffer.from(text.replace('224116.00</cbc:PayableAmount>', '224116.005</cbc:PayableAmount>'))),
      refused('DOCUMENT_TERM_INVALID', 'BT-115'),
    );
  });

  it('names what is missing or unreadable', () => {
    const text = sample('ubl-minghua-1018.xml');
    const without = (pattern: RegExp) => () => readDocument(Buffer.from(text.replace(pattern, '')));
    assertThrows(without(/<cbc:ID>MH-2026-1018<\/cbc:ID>/), refused('DOCUMENT_TERM_MISSING', 'number'));
    assertThrows(without(/<cbc:IssueDate>.*?<\/cbc:IssueDate>/), refused('DOCUMENT_TERM_MISSING', 'issue date'));
    assertThrows(
      without(/<cbc:DocumentCurrencyCode>.*?<\/cbc:DocumentCurrencyCode>/),
      refused('DOCUMENT_TERM_MISSING', 'currency'),
    );
    assertThrows(
      without(/<cac:LegalMonetaryTotal>[^]*<\/cac:LegalMonetaryTotal>/),
      refused('DOCUMENT_TERM_MISSING', 'totals'),
    );
    const stating = (from: string, to: string) => () => readDocument(Buffer.from(text.replaceAll(from, to)));
    assertThrows(stating('2027-03-31', '2027-02-30'), refused('DOCUMENT_TERM_INVALID', '2027-02-30'));
    assertThrows(stating('>CNY<', '>XAU<'), refused('DOCUMENT_TERM_INVALID', 'XAU'));
    assertThrows(stating('MH-2026-1018', '---'), refused('DOCUMENT_TERM_INVALID', 'number'));
    assertThrows(stating('1808000.00', '1.8e6'), refused('DOCUMENT_TERM_INVALID', '1.8e6'));
  });

  it('keeps the calendar date of a date that carries a time zone', () => {
    const { document } = readDocument(
      Buffer.from(sample('ubl-minghua-1018.xml').replace('2026-10-20', '2026-10-20+08:00')),
    );
    assert.strictEqual(document.issueDate, '2026-10-20');
  });
});
