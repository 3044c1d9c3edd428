// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { describe, it } from 'mocha';
import { codeBytes3, fixedText, textBytes32 } from '../../../server/values/fixed-text.ts';

describe('text of fixed length', () => {
  it('a short text comes back from its 32 bytes as it went in', () => {
    for (const text of ['', 'PO-4711', '合同 12', 'x'.repeat(32)])
      assert.strictEqual(fixedText(textBytes32(text)), text);
    assert.strictEqual(textBytes32(undefined), `0x${'0'.repeat(64)}`);
  });

  it('a text that takes more than 32 bytes is refused', () => {
    assert.throws(() => textBytes32('x'.repeat(33)), RangeError);
    assert.throws(() => textBytes32('合'.repeat(11)), RangeError);
  });

  it('bytes that are no text for people become text that a database takes', () => {
    assert.strictEqual(fixedText(`0x41004200${'0'.repeat(56)}`), 'A\uFFFDB');
    assert.strictEqual(fixedText(`0xff41${'0'.repeat(60)}`), '\uFFFDA');
  });

  it('a currency is three bytes, and nothing else is a currency', () => {
    assert.strictEqual(fixedText(codeBytes3('CNY')), 'CNY');
    for (const text of ['CN', 'cny', 'CNYX', '']) assert.throws(() => codeBytes3(text), RangeError);
  });
});
