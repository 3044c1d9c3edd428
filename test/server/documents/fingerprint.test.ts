// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { fingerprintOf, identityOf, sellerIdentity } from '../../../server/documents/fingerprint.ts';
import { foldLookalikes, normaliseText } from '../../../server/documents/normalise.ts';
import type { DocumentIdentifier, DocumentParty } from '../../../server/documents/party.ts';
import { registryKey } from '../../../server/documents/registry-key.ts';
import { ledgerDate } from '../../../server/values/dates.ts';

const key = registryKey(Buffer.alloc(32, 7));

function seller(...identifiers: DocumentIdentifier[]): DocumentParty {
  return { name: 'Minghua Axles', tradingName: null, country: 'CN', identifiers };
}

const uscc: DocumentIdentifier = { kind: 'legal-registration', scheme: 'USCC', value: '91340600MA2PBMA74B' };
const lei: DocumentIdentifier = { kind: 'party', scheme: 'LEI', value: '529900T8BM49AURSDO55' };
const vat: DocumentIdentifier = { kind: 'vat', scheme: null, value: 'DE 123 456 789' };
const endpoint: DocumentIdentifier = { kind: 'electronic-address', scheme: '0088', value: '9429041098400' };

const invoice = {
  seller: seller(uscc),
  kind: 'invoice' as const,
  number: 'INV-0001',
  issueDate: ledgerDate('2026-03-16'),
};

describe('normalisation', () => {
  it('strips case, blanks, punctuation and width', () => {
    assert.strictEqual(normaliseText(' inv–0001/a '), 'INV0001A');
    assert.strictEqual(normaliseText('ＩＮＶ　０００１'), 'INV0001');
    assert.strictEqual(normaliseText('---'), '');
    // Two letters that become one once the point between them is gone.
    assert.strictEqual(normaliseText('\u1100.\u1161'), '가');
  });

  it('is idempotent for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const once = normaliseText(text);
        assert.strictEqual(normaliseText(once), once);
        assert.strictEqual(foldLookalikes(foldLookalikes(once)), foldLookalikes(once));
      }),
      { numRuns: 2000 },
    );
  });

  it('folds letters that look like others', () => {
    assert.strictEqual(foldLookalikes('INV0OO1'), '1NV0001');
    assert.strictEqual(foldLookalikes(normaliseText('ілО')), foldLookalikes(normaliseText('iлo')));
    assert.notStrictEqual(foldLookalikes('INV2'), foldLookalikes('INV3'));
  });
});

describe('a fingerprint', () => {
  it('is 32 bytes and does not depend on case, blanks and punctuation of the number', () => {
    assert.match(fingerprintOf(key, invoice), /^0x[0-9a-f]{64}$/);
    const punctuation = fc.constantFrom(' ', '-', '/', '.', '_', '\u3000', '–', '#');
    const scattered = fc.array(fc.tuple(fc.boolean(), punctuation), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(scattered, (marks) => {
        const number = [...'INV00017'].map((c, i) => (marks[i]?.[0] ? `${c.toLowerCase()}${marks[i][1]}` : c)).join('');
        assert.strictEqual(
          fingerprintOf(key, { ...invoice, number }),
          fingerprintOf(key, { ...invoice, number: 'INV-00017' }),
        );
      }),
    );
  });

  it('differs with the seller, the kind, the number, the year and the key', () => {
    const others = [
      { ...invoice, seller: seller(lei) },
      { ...invoice, kind: 'credit-note' as const },
      { ...invoice, number: 'INV-0002' },
      { ...invoice, issueDate: ledgerDate('2027-03-16') },
    ].map((document) => fingerprintOf(key, document));
    const otherKey = fingerprintOf(registryKey(Buffer.alloc(32, 8)), invoice);
    assert.strictEqual(new Set([fingerprintOf(key, invoice), otherKey, ...others]).size, 6);
  });

  it('does not change with the day within a year', () => {
    assert.strictEqual(
      fingerprintOf(key, { ...invoice, issueDate: ledgerDate('2026-12-31') }),
      fingerprintOf(key, invoice),
    );
  });

  it('keeps its fields apart: no seller and number run together into another pair', () => {
    const left = { ...invoice, seller: seller({ ...endpoint, value: '12' }), number: '34' };
    const right = { ...invoice, seller: seller({ ...endpoint, value: '123' }), number: '4' };
    assert.notStrictEqual(fingerprintOf(key, left), fingerprintOf(key, right));
  });

  it('needs a key of 32 bytes', () => {
    assert.throws(() => registryKey(Buffer.alloc(31)), RangeError);
  });
});

describe("the seller's identity", () => {
  it('is the USCC, else the LEI, else the VAT id, else the next stable identifier, else the name', () => {
    assert.strictEqual(sellerIdentity(seller(endpoint, vat, lei, uscc)), 'USCC:91340600MA2PBMA74B');
    assert.strictEqual(sellerIdentity(seller(endpoint, vat, lei)), 'LEI:529900T8BM49AURSDO55');
    assert.strictEqual(sellerIdentity(seller(endpoint, vat)), 'vat:DE123456789');
    assert.strictEqual(sellerIdentity(seller(endpoint)), 'electronic-address:9429041098400');
    assert.strictEqual(sellerIdentity(seller()), 'name:MINGHUAAXLES');
  });

  it('is not a USCC whose check fails', () => {
    const wrong = { ...uscc, value: '91340600MA2PBMA740' };
    assert.strictEqual(sellerIdentity(seller(wrong, vat)), 'vat:DE123456789');
    assert.strictEqual(identityOf(invoice).seller, 'USCC:91340600MA2PBMA74B');
  });
});
