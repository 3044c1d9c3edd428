// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import { MIGRATIONS } from '../../../server/gateway.ts';

/** What databases out there were made by: the SHA-256 of each migration's SQL. Lines are added, and none ever changes. */
const RELEASED: Readonly<Record<string, string>> = {
  '2026-11-28 audit': 'a28996884403d0848d8bf10cb37758661f1bfe95c392fdbcdc1fd412d5c25675',
  '2026-11-28 auth': '191a5ee847b14d382dab67e3328bab1e7ef7e25a9f15d3596cd71f273d782e0c',
  '2026-11-28 chain-journal': '5028fb301150feffb6eb473177f9d71ad5d396d6f7e9ec6b40557fa2ceaa16fc',
  '2026-11-28 deployment': '4b8f7416eb32857da8f42491af5a3a5b75731c128f8ccbce72501ec69ddedbf4',
  '2026-11-28 discounting': '4ad133ae14f4f1e293284ee9d578ac40ee1308293450786e89f8eeb3ebd0c839',
  '2026-11-28 documents': '02e08e894eeebc704544cc2cc475b211f64f4128f269ef1462153433a465e0b5',
  '2026-11-28 gateway': '5c3e6023f9baf47edc846f14b5ffde5b31e788204f827f1a753bbcba6db5250e',
  '2026-11-28 http': '2fd39c8aabe570a0ddea7fdee9026225664b2545ed2623b9fdf9a7ed4fa66a3f',
  '2026-11-28 instructions': 'fc95d0db330abf748a53b4f155deb11966193bf087d3bc2a0947cd32ff3e07e6',
  '2026-11-28 offers': 'fa3b1cf7821b69390a8e8fe0f33b42aeef9ea0c659dab1e9405d0dfa7f0b2a42',
  '2026-11-28 receivables': '07e75f0afe88eb017b9b5419cc900a459c70499177157979faf723ab587a466a',
  '2026-11-28 service-accounts': 'd11179c8f335b7e59ffd306d4a5726a53cd8273a9edc13c88ff108189484ef43',
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a released migration', () => {
  for (const { name, sql } of MIGRATIONS) {
    it(`${name} is what it was`, () => {
      const released = RELEASED[name];
      const line = `'${name}': '${sha256(sql)}',`;
      assert.isDefined(released, `the migration is not in RELEASED; when its text is final, add the line\n  ${line}\n`);
      assert.strictEqual(
        sha256(sql),
        released,
        `the migration "${name}" was released, and databases were made by it: leave it as it was and add another migration instead`,
      );
    });
  }

  it('is never taken away', () => {
    const names = MIGRATIONS.map(({ name }) => name);
    const gone = Object.keys(RELEASED).filter((name) => !names.includes(name));
    assert.deepEqual(
      gone,
      [],
      'databases that ran it would be refused: put it back, and add another migration instead',
    );
  });
});
