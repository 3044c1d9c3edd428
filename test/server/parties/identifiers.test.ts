// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  checkIdentifier,
  checkLei,
  checkUscc,
  type IdentifierCheck,
  orgCodeCheckCharacter,
  usccCheckCharacter,
} from '../../../server/parties/identifiers.ts';
import { sharedData } from '../documents/shared-data.ts';
import { itWith } from '../../it-with.ts';
import { assertEvery } from '../../every.ts';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

describe('a unified social credit code', () => {
  publishedRows('identifiers/uscc.csv', checkUscc);

  it('is accepted in small letters, with blanks and hyphens, and answered in its canonical spelling', () => {
    assert.deepEqual<unknown>(checkUscc(' 9134-0600ma2pbma74b '), {
      ok: true,
      scheme: 'USCC',
      value: '91340600MA2PBMA74B',
    });
  });

  it('may start with 1 to 9, A, N or Y and with nothing else', () => {
    const starts = [...ALPHABET].filter((first) => checkUscc(withChecks(`${first}1440101`, 'MA5TEXT0')).ok);
    assert.strictEqual(starts.join(''), '123456789ANY');
  });

  it('is refused with any one character replaced by another of the alphabet', () => {
    fc.assert(
      fc.property(usccs(), fc.nat(17), fc.constantFrom(...ALPHABET), (code, position, character) => {
        const changed = code.slice(0, position) + character + code.slice(position + 1);
        assert.strictEqual(checkUscc(changed).ok, changed === code);
      }),
    );
  });

  it('is refused for its organisation code even where the outer check is right', () => {
    fc.assert(
      fc.property(usccs(), fc.constantFrom(...'0123456789X'), (code, inner) => {
        fc.pre(inner !== code[16]);
        const first17 = code.slice(0, 16) + inner;
        const check = checkUscc(first17 + usccCheckCharacter(first17));
        assert.deepEqual(check, { ok: false, scheme: 'USCC', reason: 'org-code checksum' });
      }),
    );
  });
});

describe('a legal entity identifier', () => {
  publishedRows('identifiers/lei.csv', checkLei);

  it('is refused with check digits 00, 01 and 99, though their remainder may be 1', () => {
    for (const digits of ['00', '01', '99']) {
      const found = Array.from({ length: 200 }, (_, n) => `5493${String(n).padStart(14, '0')}${digits}`).map(checkLei);
      assertEvery(found, (check) => !check.ok);
      assert.isOk(
        found.some((check) => !check.ok && check.reason === 'non-canonical check digits'),
        digits,
      );
    }
  });

  it('is told from a USCC by its length', () => {
    assert.strictEqual(checkIdentifier('529900T8BM49AURSDO55').scheme, 'LEI');
    assert.strictEqual(checkIdentifier('91340600MA2PBMA74B').scheme, 'USCC');
    assert.strictEqual(checkIdentifier('').ok, false);
  });
});

/** Words of the published rows that say it differently from us. */
const WORDS: Readonly<Record<string, string>> = { 'ok-by-mod97-only': 'non-canonical check digits' };

function publishedRows(file: string, check: (text: string) => IdentifierCheck): void {
  const data = sharedData(file);
  itWith(data.skip, `gets the published verdict in every row of ${file}`, () => {
    const rows = readFileSync(data.path, 'utf8').trim().split(/\r?\n/).slice(1);
    assert.isOk(rows.length > 0);
    for (const row of rows) {
      const [code = '', expected = ''] = row.split(',');
      const result = check(code);
      assert.strictEqual(result.ok ? 'ok' : result.reason, WORDS[expected] ?? expected, row);
    }
  });
}

function withChecks(head: string, organisation: string): string {
  const first17 = head + organisation + orgCodeCheckCharacter(organisation);
  return first17 + usccCheckCharacter(first17);
}

function usccs(): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...'123456789ANY'),
      fc.constantFrom(...'1239'),
      fc.nat(999_999),
      fc.array(fc.constantFrom(...ALPHABET), { minLength: 8, maxLength: 8 }),
    )
    .map(([first, second, region, organisation]) =>
      withChecks(`${first}${second}${String(region).padStart(6, '0')}`, organisation.join('')),
    );
}
