// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { AbiCoder, Interface, type JsonFragment, ParamType } from 'ethers';
import { Contracts } from '../../../server/ledger/contracts.ts';
import { reviveValues, type StoredValues } from '../../../server/ledger/event-values.ts';
import { canonicalJson } from '../../../server/values/json.ts';
import { compileNamed } from '../../../server/ledger/decode.ts';
import { asHex } from '../../../server/values/hex.ts';

const inputs = [
  { name: 'amount', type: 'uint256' },
  { name: 'tier', type: 'uint8' },
  { name: 'party', type: 'string' },
  {
    name: 'parts',
    type: 'tuple[]',
    components: [
      { name: 'start', type: 'uint64' },
      { name: 'day', type: 'uint24' },
      { name: 'ids', type: 'uint256[2]' },
    ],
  },
  { name: '', type: 'bool' },
].map((input) => ParamType.from(input));

const amount = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const plain = { noNullPrototype: true };
const values = fc.record(
  {
    amount,
    tier: fc.bigInt({ min: 0n, max: 255n }),
    party: fc.string(),
    4: fc.boolean(),
    parts: fc.array(
      fc.record(
        { start: amount, day: fc.bigInt({ min: 0n, max: 2n ** 24n - 1n }), ids: fc.tuple(amount, amount) },
        plain,
      ),
    ),
  },
  plain,
);

describe('values of events', () => {
  it('stored values of an event come back as they were decoded, integers of any size included', () => {
    fc.assert(
      fc.property(values, (decoded) => {
        assert.deepEqual(reviveValues(inputs, JSON.parse(canonicalJson(decoded)) as StoredValues), decoded);
      }),
    );
  });

  it('the same values give the same text in whatever order they come', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        assert.strictEqual(canonicalJson(reversed), canonicalJson(object));
      }),
    );
    assert.strictEqual(canonicalJson({ b: 1n, a: [true, null, 'x'] }), '{"a":[true,null,"x"],"b":"1"}');
  });

  it('values without a name go by their position', () => {
    const types = ['bool', 'bool a'].map((text) => ParamType.from(text));
    const encoded = AbiCoder.defaultAbiCoder().encode(types, [true, false]);
    assert.deepEqual(compileNamed(types)(asHex(encoded)), { 0: true, a: false });
  });

  it('a refusal is read by any of the compiled contracts, and an unknown one keeps its bytes', () => {
    const abi = JSON.parse(
      Interface.from(['error TermTooLong(uint256 days, uint256 most)']).formatJson(),
    ) as JsonFragment[];
    const contracts = new Contracts(new Map([['Elsewhere', { abi, bytecode: '0x', deployedBytecode: '0x' }]]));
    assert.deepEqual(
      contracts.decodeRefusal(asHex(Interface.from(abi).encodeErrorResult('TermTooLong', [400n, 180n]))),
      { name: 'TermTooLong', args: { days: 400n, most: 180n } },
    );
    assert.deepEqual(
      contracts.decodeRefusal(
        asHex(Interface.from(['error Error(string)']).encodeErrorResult('Error(string)', ['no'])),
      ),
      { name: 'Error', args: { message: 'no' } },
    );
    assert.deepEqual(contracts.decodeRefusal('0x'), { name: '', args: {} });
    assert.deepEqual(contracts.decodeRefusal('0xdeadbeef'), { name: '', args: { data: '0xdeadbeef' } });
  });
});
