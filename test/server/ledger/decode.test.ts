// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { assert } from 'chai';
import { before, describe, it } from 'mocha';
import { AbiCoder, EventFragment, id, Indexed, Interface, keccak256, ParamType, type Result } from 'ethers';
import fc from 'fast-check';
import { type Artifact, loadArtifacts } from '../../../server/ledger/contracts.ts';
import { compileEvent, compileNamed, compileValues, type Value, type Values } from '../../../server/ledger/decode.ts';
import { asHex } from '../../../server/values/hex.ts';

const ARTIFACTS = path.resolve(import.meta.dirname, '../../../artifacts/contracts');
const RUNS = 25;

/** Any value of an ABI type, as ethers takes it. */
function anyOf(type: ParamType): fc.Arbitrary<unknown> {
  if (type.isArray()) {
    const length = type.arrayLength;
    const items = anyOf(type.arrayChildren);
    return length < 0 ? fc.array(items, { maxLength: 4 }) : fc.array(items, { minLength: length, maxLength: length });
  }
  if (type.isTuple()) return fc.tuple(...type.components.map(anyOf));
  if (type.type === 'bool') return fc.boolean();
  if (type.type === 'address') return bytes(20);
  if (type.type === 'string') return fc.string({ unit: fc.constantFrom('a', '\0', '付', '😀', '\uFEFF', ' ') });
  if (type.type === 'bytes')
    return fc.uint8Array({ maxLength: 70 }).map((some) => `0x${Buffer.from(some).toString('hex')}`);
  const [, signed, bits] = /^(u?)int(\d+)$/.exec(type.type) ?? [];
  if (bits !== undefined) {
    const size = BigInt(bits);
    return signed === 'u'
      ? fc.bigInt({ min: 0n, max: 2n ** size - 1n })
      : fc.bigInt({ min: -(2n ** (size - 1n)), max: 2n ** (size - 1n) - 1n });
  }
  return bytes(Number(type.type.slice('bytes'.length)));
}

function bytes(length: number): fc.Arbitrary<string> {
  const any = fc.uint8Array({ minLength: length, maxLength: length });
  return any.map((some) => `0x${Buffer.from(some).toString('hex')}`);
}

/** What ethers decoded, as the ledger has it: structs by name, a hash where that is all there is, no NUL in a text. */
function byName(type: ParamType, value: unknown): Value {
  if (value instanceof Indexed) return value.hash ?? '';
  if (type.isArray()) return (value as Result).toArray().map((item: unknown) => byName(type.arrayChildren, item));
  if (type.isTuple()) return namesOf(type.components, value as Result);
  return type.type === 'string' ? String(value).replaceAll('\0', '\uFFFD') : (value as Value);
}

function namesOf(types: readonly ParamType[], values: Result): Values {
  return Object.fromEntries(
    types.map((type, index) => [type.name === '' ? String(index) : type.name, byName(type, values[index])]),
  );
}

/** A log of the event; ethers' own encoder does not do indexed arrays and structs. */
function encode({ inputs, topicHash }: EventFragment, values: readonly unknown[]): { data: string; topics: string[] } {
  const coder = AbiCoder.defaultAbiCoder();
  const indexed = inputs.map(({ indexed: is }) => is === true);
  const topics = inputs.flatMap((type, index) => {
    if (indexed[index] !== true) return [];
    const value = values[index];
    if (type.type === 'string') return id(String(value));
    if (type.type === 'bytes') return keccak256(String(value));
    const encoded = coder.encode([type], [value]);
    return type.isArray() || type.isTuple() ? keccak256(encoded) : encoded;
  });
  const plain = <T>(list: readonly T[]): T[] => list.filter((_, index) => indexed[index] !== true);
  return { data: coder.encode(plain(inputs), plain(values)), topics: [topicHash, ...topics] };
}

/** Over any values of an event's parameters, ours and ethers' decoder say the same. */
function agree(abi: Interface, event: EventFragment): void {
  const decode = compileEvent(event.inputs);
  fc.assert(
    fc.property(fc.tuple(...event.inputs.map(anyOf)), (values) => {
      const { data, topics } = encode(event, values);
      const expected = namesOf(event.inputs, abi.decodeEventLog(event, data, topics));
      assert.deepEqual(decode(topics, asHex(data)), expected);
    }),
    { numRuns: RUNS },
  );
}

describe('the compiled decoders', () => {
  let artifacts: ReadonlyMap<string, Artifact>;

  before(async () => {
    artifacts = await loadArtifacts(ARTIFACTS);
  });

  it("say what ethers' own say of every event of every contract", function () {
    this.timeout(120_000);
    let compared = 0;
    for (const { abi } of artifacts.values()) {
      const known = new Interface(abi);
      known.forEachEvent((event) => {
        agree(known, event);
        compared += 1;
      });
    }
    assert.isAbove(compared, 100);
  });

  it("say what ethers' own say of every type that a contract may come to use", function () {
    this.timeout(60_000);
    for (const text of [
      'event A(int8 a, int256 b, uint8 c, uint48 d, uint256 e, bool f, address g, bytes1 h, bytes32 i)',
      'event B(int24 indexed a, bool indexed b, address indexed c, uint64 d)',
      'event C(string indexed a, bytes indexed b, tuple(uint8 x, bool y) indexed c, uint8 d)',
      'event D(uint16[3] indexed a, tuple(int64 x, tuple(address a, bytes3 b)[2] y) b, uint8[2][3] c)',
      'event E(string a, bytes b, uint8[] c, tuple(string x, tuple(uint8 y, string[] z)[] w) d)',
      'event F(uint8, string, tuple(uint8, bytes))',
      'event G()',
    ]) {
      const event = EventFragment.from(text);
      agree(new Interface([event]), event);
    }
  });

  it('refuse data that is too short, topics that are missing, and an address of more than twenty bytes', () => {
    const types = ['uint8', 'address'].map((text) => ParamType.from(text));
    const decode = compileValues(types);
    const encoded = AbiCoder.defaultAbiCoder().encode(types, [7, `0x${'ab'.repeat(20)}`]);
    assert.lengthOf(decode(asHex(encoded)), 2);
    assert.throws(() => decode(asHex(encoded.slice(0, -2))), RangeError);
    assert.throws(() => decode(asHex(encoded.replace('000000abab', '000001abab'))), RangeError);
    const event = compileEvent([ParamType.from('uint8 indexed a', true)]);
    assert.throws(() => event([`0x${'0'.repeat(64)}`], '0x'), RangeError);
  });

  it('make text of any bytes: what is no UTF-8 does not stop them', () => {
    const types = [ParamType.from('string words')];
    const encoded = AbiCoder.defaultAbiCoder().encode(['bytes'], ['0x61ff0062']);
    assert.deepEqual(compileNamed(types)(asHex(encoded)), { words: 'a\uFFFD\uFFFDb' });
  });
});
