// SPDX-License-Identifier: Apache-2.0
import { AbiCoder, getAddress, ParamType, type Result } from 'ethers';
import type { Hex } from '../values/hex.ts';

/** A decoded value: every whole number a bigint, a struct an object by field name. */
export type Value = bigint | boolean | string | readonly Value[] | Values;

/** Values by parameter name; those without a name by position. */
export interface Values {
  readonly [name: string]: Value;
}

/** Reads what starts at a nibble of ABI-encoded data (no `0x` before it). */
type Reader = (data: string, at: number) => Value;

interface Static {
  readonly nibbles: number;
  readonly read: Reader;
}

const WORD = 64;

/**
 * Makes a decoder of ABI-encoded values, once for all the times it will be used. Values of a fixed layout are read by
 * their offsets, which is many times faster than walking through the types; where anything has a length of its own,
 * ethers decodes.
 */
export function compileValues(types: readonly ParamType[]): (data: Hex) => readonly Value[] {
  const layout = tupleLayout(types);
  if (layout) {
    return (data) => {
      if (data.length - 2 < layout.nibbles) throw new RangeError(`${data.length - 2} nibbles, not ${layout.nibbles}`);
      return layout.parts.map(({ read, at }) => read(data, at + 2));
    };
  }
  // Anyone with a key can write any bytes as text, and ethers refuses what is no UTF-8: texts are taken as bytes first.
  const asBytes = types.map(textAsBytes);
  return (data) => {
    const result = AbiCoder.defaultAbiCoder().decode(asBytes, data);
    return types.map((type, index) => plain(type, result[index]));
  };
}

/** The same, by parameter name. */
export function compileNamed(types: readonly ParamType[]): (data: Hex) => Values {
  const decode = compileValues(types);
  const names = types.map(nameAt);
  return (data) => named(names, decode(data));
}

/** A decoder of an event's parameters. Of an indexed one without a fixed size there is only the hash. */
export function compileEvent(inputs: readonly ParamType[]): (topics: readonly string[], data: Hex) => Values {
  const decode = compileValues(inputs.filter(({ indexed }) => indexed !== true));
  const names = inputs.map(nameAt);
  const topicReaders = inputs.map((input) => (input.indexed === true ? topicReader(input) : undefined));
  const indexedCount = topicReaders.filter((reader) => reader !== undefined).length;
  return (topics, data) => {
    if (topics.length !== indexedCount + 1) throw new RangeError(`${topics.length} topics, not ${indexedCount + 1}`);
    const values = decode(data);
    let topic = 1;
    let value = 0;
    const args: Record<string, Value> = {};
    topicReaders.forEach((reader, index) => {
      args[names[index] ?? ''] = reader ? reader(topics[topic++] ?? '', 2) : (values[value++] ?? '');
    });
    return args;
  };
}

export function nameAt({ name }: { readonly name: string }, index: number): string {
  return name === '' ? String(index) : name;
}

export function named(names: readonly string[], values: readonly Value[]): Values {
  const object: Record<string, Value> = {};
  for (const [index, name] of names.entries()) object[name] = values[index] ?? '';
  return object;
}

//------------------------------------------------------------------ a fixed layout

function topicReader(input: ParamType): Reader {
  // Of an array or a struct the topic is a hash, even where its size is fixed.
  const read = input.isArray() || input.isTuple() ? undefined : wordReader(input.type);
  return read ?? ((topic) => topic);
}

interface Layout {
  readonly nibbles: number;
  readonly parts: readonly { readonly at: number; readonly read: Reader }[];
}

function tupleLayout(types: readonly ParamType[]): Layout | undefined {
  const parts: { at: number; read: Reader }[] = [];
  let nibbles = 0;
  for (const type of types) {
    const value = staticValue(type);
    if (!value) return undefined;
    parts.push({ at: nibbles, read: value.read });
    nibbles += value.nibbles;
  }
  return { nibbles, parts };
}

function staticValue(type: ParamType): Static | undefined {
  if (type.isArray()) {
    const item = staticValue(type.arrayChildren);
    const length = type.arrayLength;
    if (!item || length < 0) return undefined;
    return {
      nibbles: item.nibbles * length,
      read: (data, at) => Array.from({ length }, (_, index) => item.read(data, at + index * item.nibbles)),
    };
  }
  if (type.isTuple()) {
    const layout = tupleLayout(type.components);
    if (!layout) return undefined;
    const names = type.components.map(nameAt);
    return {
      nibbles: layout.nibbles,
      read: (data, at) => {
        const object: Record<string, Value> = {};
        for (const [index, part] of layout.parts.entries()) object[names[index] ?? ''] = part.read(data, at + part.at);
        return object;
      },
    };
  }
  const read = wordReader(type.type);
  return read && { nibbles: WORD, read };
}

function wordReader(type: string): Reader | undefined {
  if (type === 'bool') return (data, at) => !isZero(data, at, at + WORD);
  if (type === 'address') return readAddress;
  const [, unsigned, bits] = /^(u?)int(\d+)$/.exec(type) ?? [];
  if (bits !== undefined) {
    const size = Number(bits);
    const read = (data: string, at: number): bigint => BigInt(`0x${data.slice(at + WORD - size / 4, at + WORD)}`);
    return unsigned === 'u' ? read : (data, at) => BigInt.asIntN(size, read(data, at));
  }
  const [, bytes] = /^bytes(\d+)$/.exec(type) ?? [];
  if (bytes !== undefined) return (data, at) => `0x${data.slice(at, at + Number(bytes) * 2)}`;
  return undefined; // string, bytes
}

/** Checksums cost a hash each, and the same few addresses come again and again. */
const checksums = new Map<string, string>();
const CHECKSUMS = 10_000;

function readAddress(data: string, at: number): string {
  if (!isZero(data, at, at + 24)) throw new RangeError(`no address: 0x${data.slice(at, at + WORD)}`);
  const digits = data.slice(at + 24, at + WORD);
  const known = checksums.get(digits);
  if (known !== undefined) return known;
  if (checksums.size >= CHECKSUMS) checksums.clear();
  const address = getAddress(`0x${digits}`);
  checksums.set(digits, address);
  return address;
}

function isZero(data: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (data.charCodeAt(at) !== 0x30) return false;
  return true;
}

//------------------------------------------------------------------ the rest, by ethers

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** No database takes a NUL, and nothing that somebody writes may halt the projector. */
function textOf(bytes: string): string {
  return utf8.decode(Buffer.from(bytes.slice(2), 'hex')).replaceAll('\0', '\uFFFD');
}

function textAsBytes(type: ParamType): ParamType {
  return ParamType.from(type.format('sighash').replaceAll('string', 'bytes'));
}

function plain(type: ParamType, value: unknown): Value {
  if (type.isArray()) {
    const { arrayChildren } = type;
    return Array.from(value as Result, (item: unknown) => plain(arrayChildren, item));
  }
  if (type.isTuple()) {
    const result = value as Result;
    return named(
      type.components.map(nameAt),
      type.components.map((component, index) => plain(component, result[index])),
    );
  }
  if (type.type === 'string') return textOf(value as string);
  return value as bigint | boolean | string;
}
