// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { HOLDER_ROLES, maskOf, PARTY_ROLES, rolesOf } from '../../../server/values/roles.ts';

const source = fs.readFileSync(path.resolve(import.meta.dirname, '../../../contracts/parties/Roles.sol'), 'utf8');
const wordOf = (constant: string): string => constant.toLowerCase().replaceAll('_', '-');

describe('roles of parties', () => {
  it('the roles have the bits that the contract gives them', () => {
    const bits = [...source.matchAll(/constant (\w+) = 1 << (\d+);/g)];
    assert.deepEqual(
      bits.map(([, name, bit]) => [wordOf(name as string), Number(bit)]),
      PARTY_ROLES.map((role, bit) => [role, bit]),
    );
  });

  it('the roles that hold notes are those of the contract', () => {
    const group = (name: string): number => {
      const words = new RegExp(`constant ${name} = ([^;]+);`)
        .exec(source)?.[1]
        ?.split('|')
        .map((word) => wordOf(word.trim()));
      return maskOf(PARTY_ROLES.filter((role) => words?.includes(role)));
    };
    assert.strictEqual(maskOf(HOLDER_ROLES), group('HOLDERS'));
  });

  it('any set of roles comes back from its mask', () => {
    fc.assert(fc.property(fc.subarray([...PARTY_ROLES]), (roles) => assert.deepEqual(rolesOf(maskOf(roles)), roles)));
  });
});
