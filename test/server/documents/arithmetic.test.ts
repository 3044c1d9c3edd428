// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import { checkRule, documentRules } from '../../../server/documents/arithmetic.ts';
import { DEFAULT_LIMITS } from '../../../server/documents/formats/limits.ts';
import { ubl } from '../../../server/documents/formats/ubl.ts';
import { child, childrenNamed, readXml, type XmlElement } from '../../../server/documents/formats/xml.ts';
import { undecidableRules } from '../../../server/documents/rules/en16931.ts';
import type { DocumentTerms } from '../../../server/documents/terms.ts';
import { sharedData } from './shared-data.ts';
import { itWith } from '../../it-with.ts';

describe('the published rule tests of EN 16931 and Peppol BIS Billing 3', () => {
  for (const folder of ['invoices/en16931/unit', 'invoices/peppol/unit-ubl-peppol']) {
    const data = sharedData(folder);
    if (data.skip) {
      itWith(data.skip, `are found in ${folder}`, () => {});
      continue;
    }
    const files = readdirSync(data.path).sort();
    it(`are found in ${folder}`, () => {
      assert.isNotEmpty(files);
    });
    for (const file of files) {
      it(`${file} is judged as the official validator judges it`, () => {
        const testSet = readXml(readFileSync(path.join(data.path, file)), DEFAULT_LIMITS);
        const scope = child(child(testSet, 'assert'), 'scope')?.text ?? '';
        const tests = childrenNamed(testSet, 'test');
        if (tests.length === 0) assert.isOk(scope in undecidableRules, `${scope} has no tests and no stated reason`);
        tests.forEach((test, index) => judge(test, `${file}, test ${index + 1}`));
      });
    }
  }
});

function judge(test: XmlElement, place: string): void {
  const document = test.children.find((element) => ubl.recognises(element));
  assert.isOk(document, `${place} holds no invoice`);
  const terms = ubl.read(document);
  const expectations =
    child(test, 'assert')?.children.filter((each) => /^(?:success|error|warning)$/.test(each.name)) ?? [];
  assert.isOk(expectations.length > 0, `${place} expects nothing`);
  for (const expectation of expectations) {
    const rule = expectation.text;
    if (rule in undecidableRules) continue;
    const verdict = checkRule(rule, terms);
    assert.strictEqual(
      verdict.validator,
      expectation.name === 'success',
      `${place}: ${rule} ${verdict.findings.join('; ')}`,
    );
    if (expectation.name !== 'success') {
      assert.strictEqual(verdict.severity, expectation.name, `${place}: severity of ${rule}`);
      const wanted = Number(expectation.attributes.get('number') ?? '1');
      assert.isOk(verdict.findings.length >= wanted, `${place}: ${rule} is broken ${wanted} times`);
    }
  }
}

describe('the two readings of a rule', () => {
  it('accept tax rounded to whole forints by the validator, not by the text', () => {
    const verdict = checkRule('BR-CO-17', fragment(taxRow('69180.00', '18679.00', '27')));
    assert.deepEqual([verdict.text, verdict.validator], [false, true]);
    assert.match(verdict.findings[0] ?? '', /18679.*18678\.6/);
  });

  it('refuse tax that is a whole unit off by both', () => {
    const verdict = checkRule('BR-CO-17', fragment(taxRow('1000', '251', '25')));
    assert.deepEqual([verdict.text, verdict.validator], [false, false]);
  });

  it('round the tax of a credit to the mirror image of the tax of its invoice', () => {
    // 6491.34 × 25 % = 1622.835: XPath would round the negative one to −1622.83.
    assert.strictEqual(checkRule('BR-CO-17', fragment(taxRow('6491.34', '1622.84', '25'))).text, true);
    assert.strictEqual(checkRule('BR-CO-17', fragment(taxRow('-6491.34', '-1622.84', '25'))).text, true);
  });

  it('take the charge indicators 0 and 1 for false and true', () => {
    const allowance = (indicator: string) =>
      `<cac:AllowanceCharge><cbc:ChargeIndicator>${indicator}</cbc:ChargeIndicator><cbc:Amount>7</cbc:Amount></cac:AllowanceCharge>`;
    const total =
      '<cac:LegalMonetaryTotal><cbc:AllowanceTotalAmount>7</cbc:AllowanceTotalAmount></cac:LegalMonetaryTotal>';
    assert.strictEqual(checkRule('BR-CO-11', fragment(allowance('0') + total)).text, true);
    assert.strictEqual(checkRule('BR-CO-11', fragment(allowance('1') + total)).text, false);
  });

  it('sum taxable amounts rate by rate in category S', () => {
    const line = (net: string, rate: string) =>
      `<cac:InvoiceLine><cbc:LineExtensionAmount>${net}</cbc:LineExtensionAmount><cac:Item><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>${rate}</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item></cac:InvoiceLine>`;
    const row = (taxable: string, rate: string) =>
      `<cac:TaxTotal><cac:TaxSubtotal><cbc:TaxableAmount>${taxable}</cbc:TaxableAmount><cbc:TaxAmount>0</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>${rate}</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>`;
    const lines = line('100', '25') + line('40', '12') + line('10', '25.0');
    assert.strictEqual(checkRule('BR-S-08', fragment(lines + row('110', '25') + row('40', '12'))).text, true);
    const oneCentOff = checkRule('BR-S-08', fragment(lines + row('110.01', '25')));
    assert.deepEqual([oneCentOff.text, oneCentOff.validator], [false, true]);
    assert.strictEqual(checkRule('BR-S-08', fragment(lines + row('111', '25'))).validator, false);
    assert.strictEqual(checkRule('BR-S-09', fragment(row('110', '25'))).validator, false);
  });

  it('divide prices by their base quantity without rounding on the way', () => {
    const line = (net: string) =>
      fragment(
        `<cac:InvoiceLine><cbc:InvoicedQuantity>3</cbc:InvoicedQuantity><cbc:LineExtensionAmount>${net}</cbc:LineExtensionAmount><cac:Price><cbc:PriceAmount>100</cbc:PriceAmount><cbc:BaseQuantity>7</cbc:BaseQuantity></cac:Price></cac:InvoiceLine>`,
      );
    // 3 × 100 / 7 = 42.857142…
    const judged = (net: string) => {
      const { text, validator } = checkRule('PEPPOL-EN16931-R120', line(net));
      return [text, validator];
    };
    assert.deepEqual(judged('42.86'), [true, true]);
    assert.deepEqual(judged('42.87'), [false, true]);
    assert.deepEqual(judged('42.88'), [false, false]);
    assert.deepEqual(judged('42.84'), [false, true]);
    assert.deepEqual(judged('42.83'), [false, false]);
  });

  it('ask for a due date or terms only where something is due', () => {
    const payable = (amount: string) =>
      `<cac:LegalMonetaryTotal><cbc:PayableAmount>${amount}</cbc:PayableAmount></cac:LegalMonetaryTotal>`;
    assert.strictEqual(checkRule('BR-CO-25', fragment(payable('0.01'))).validator, false);
    assert.strictEqual(checkRule('BR-CO-25', fragment(payable('0'))).validator, true);
    assert.strictEqual(
      checkRule('BR-CO-25', fragment(`<cbc:DueDate>2026-12-01</cbc:DueDate>${payable('5')}`)).validator,
      true,
    );
  });

  it('cover every total, every VAT category and every line rule by id', () => {
    const families = ['S', 'Z', 'E', 'AE', 'IC', 'G', 'O', 'IG', 'IP'];
    const wanted = [
      ...['03', '04', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '25', '26'].map((n) => `BR-CO-${n}`),
      ...families.flatMap((x) => ['01', '02', '05', '08', '09', '10'].map((n) => `BR-${x}-${n}`)),
      ...['R040', 'R041', 'R042', 'R046', 'R051', 'R053', 'R100', 'R101', 'R110', 'R111', 'R120', 'R121', 'R130'].map(
        (n) => `PEPPOL-EN16931-${n}`,
      ),
    ];
    assert.deepEqual(
      wanted.filter((id) => !documentRules.has(id)),
      [],
    );
    assert.throws(() => checkRule('BR-XX-99', fragment('')), RangeError);
  });
});

function taxRow(taxable: string, tax: string, rate: string): string {
  return `<cac:TaxTotal><cac:TaxSubtotal><cbc:TaxableAmount>${taxable}</cbc:TaxableAmount><cbc:TaxAmount>${tax}</cbc:TaxAmount><cac:TaxCategory><cbc:Percent>${rate}</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>`;
}

function fragment(content: string): DocumentTerms {
  const xml = `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">${content}</Invoice>`;
  return ubl.read(readXml(Buffer.from(xml), DEFAULT_LIMITS));
}
