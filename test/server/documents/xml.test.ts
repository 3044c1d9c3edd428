// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { DEFAULT_LIMITS } from '../../../server/documents/formats/limits.ts';
import { child, readXml, textAt } from '../../../server/documents/formats/xml.ts';
import { readDocument } from '../../../server/documents/read.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { assertThrows } from '../../failures.ts';
import { runs } from '../../depth.ts';

const read = (text: string, limits = DEFAULT_LIMITS) => readXml(Buffer.from(text), limits);

function refused(code: string): (error: unknown) => boolean {
  return (error) => error instanceof DeeptierError && error.code === code;
}

describe('a hostile file', () => {
  it('with an external entity is refused for its document type', () => {
    const xxe = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    assertThrows(() => read(xxe), refused('DOCUMENT_HAS_DTD'));
    assertThrows(() => readDocument(Buffer.from(xxe)), refused('DOCUMENT_HAS_DTD'));
  });

  it('with a billion laughs is refused before anything is expanded', () => {
    const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
    const bomb = `<!DOCTYPE lolz [<!ENTITY l0 "lol">${entities}]><lolz>&l9;</lolz>`;
    assertThrows(() => read(bomb), refused('DOCUMENT_HAS_DTD'));
  });

  it('with a document type in any spelling or place is refused', () => {
    for (const text of [
      '<!doctype a><a/>',
      '<!-- c --><!DOCTYPE a SYSTEM "http://example.test/a.dtd"><a/>',
      '<a><!ENTITY x "y"></a>',
      '<a>&x;</a>',
    ]) {
      assertThrows(() => read(text), refused('DOCUMENT_HAS_DTD'), text);
    }
  });

  it('may speak of document types in comments and CDATA', () => {
    assert.strictEqual(read('<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>').text, '<!DOCTYPE a>');
  });

  it('of more than 5 MiB is refused', () => {
    assertThrows(() => readXml(Buffer.alloc(5 * 1024 * 1024 + 1, 0x20), DEFAULT_LIMITS), refused('DOCUMENT_TOO_LARGE'));
  });

  it('nested deeper than 64 levels is refused, one of 64 is not', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    assertThrows(() => read(nested(65)), refused('DOCUMENT_TOO_DEEP'));
    assertThrows(() => read('<a>'.repeat(1_000_000)), refused('DOCUMENT_TOO_DEEP'));
    assert.strictEqual(child(read(nested(64)), 'a')?.name, 'a');
  });

  it('with too many elements or an endless tag is refused', () => {
    const limits = { ...DEFAULT_LIMITS, maxElements: 10, maxTagLength: 100 };
    assertThrows(() => read(`<a>${'<b/>'.repeat(10)}</a>`, limits), refused('DOCUMENT_TOO_MANY_NODES'));
    assertThrows(() => read(`<a b="${'x'.repeat(200)}"/>`, limits), refused('DOCUMENT_TOO_MANY_NODES'));
    assert.strictEqual(read(`<a>${'<b/>'.repeat(9)}</a>`, limits).children.length, 9);
  });

  it('that is not well-formed is refused', () => {
    const faults = [
      '',
      'text',
      '<a>',
      '<a></b>',
      '<a><b></a>',
      '<a/><b/>',
      '<a b="1" b="2"/>',
      '<a b=c/>',
      '<a',
      '<x:a/>',
      '<a>\u0000</a>',
      '<a>&#0;</a>',
      '<a>&#xD800;</a>',
      '<!-- ',
      '<constructor/>',
    ];
    for (const text of faults)
      assertThrows(() => read(text), refused('DOCUMENT_NOT_WELL_FORMED'), JSON.stringify(text));
  });

  it('in another encoding than it says is refused', () => {
    assertThrows(
      () => readXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]), DEFAULT_LIMITS),
      refused('DOCUMENT_ENCODING_UNSUPPORTED'),
    );
    assertThrows(
      () => read('<?xml version="1.0" encoding="EBCDIC-CP-US"?><a/>'),
      refused('DOCUMENT_ENCODING_UNSUPPORTED'),
    );
  });

  it('of no known format is refused with the formats that are known', () => {
    assertThrows(
      () => readDocument(Buffer.from('<Order xmlns="urn:example"/>')),
      (error) =>
        refused('DOCUMENT_FORMAT_UNKNOWN')(error) &&
        /\{urn:example\}Order.*UBL.*CrossIndustryInvoice.*数电票/.test(String(error)),
    );
    // A UBL name in another namespace is not UBL.
    assertThrows(() => readDocument(Buffer.from('<Invoice/>')), refused('DOCUMENT_FORMAT_UNKNOWN'));
  });

  it('of random bytes or random markup is refused, never crashes the reader', () => {
    const markup = fc.array(
      fc.constantFrom(
        '<a>',
        '</a>',
        '<b x="',
        '"',
        '/>',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '&amp;',
        '&',
        '<?',
        '?>',
        'é',
        ' ',
        '>',
      ),
      { maxLength: 30 },
    );
    const property = (bytes: Uint8Array): void => {
      try {
        readXml(bytes, DEFAULT_LIMITS);
      } catch (error) {
        assert.isOk(error instanceof DeeptierError, String(error));
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), property));
    fc.assert(
      fc.property(markup, (parts) => property(Buffer.from(parts.join('')))),
      { numRuns: runs(1_000, 50_000) },
    );
  });
});

describe('the text of an element', () => {
  it('stays text, with references and CDATA resolved and numbers untouched', () => {
    const root = read(
      '<a n=" 007 "><b>1e3</b><c>x &amp; y<![CDATA[ &amp; ]]>&#x4e2d;&#25991;</c><d> 00.10 </d><e/></a>',
    );
    assert.strictEqual(textAt(root, 'b'), '1e3');
    assert.strictEqual(textAt(root, 'c'), 'x & y &amp; 中文');
    assert.strictEqual(textAt(root, 'd'), '00.10');
    assert.strictEqual(textAt(root, 'e'), '');
    assert.strictEqual(textAt(root, 'f'), undefined);
    assert.strictEqual(root.attributes.get('n'), '007');
  });
});
