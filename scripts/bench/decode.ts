// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { AbiCoder, EventFragment, Interface } from 'ethers';
import { loadArtifacts } from '../../server/ledger/contracts.ts';
import { compileEvent } from '../../server/ledger/decode.ts';
import { asHex } from '../../server/values/hex.ts';

/** Events of a fixed layout, and one with a text. */
const EVENTS = [
  ['CashBook', 'CashMoved'],
  ['ReceivableLedger', 'NoteTransferred'],
  ['PartyRegistry', 'PartyAdmitted'],
] as const;
const SECONDS = 2;

/** How many events a second are decoded: by the decoders compiled at the start, and by ethers' `parseLog`. */
export async function benchDecode(): Promise<void> {
  const artifacts = await loadArtifacts(path.resolve(import.meta.dirname, '../../artifacts/contracts'));
  console.log(`\nevents decoded a second                 compiled      parseLog`);
  for (const [contract, name] of EVENTS) {
    const abi = new Interface(artifacts.get(contract)?.abi ?? []);
    const event = abi.getEvent(name);
    if (!event) throw new Error(`${contract} has no event ${name}`);
    const { topics, data } = someLog(event);
    const decode = compileEvent(event.inputs);
    const compiled = rate(() => decode(topics, asHex(data)));
    const parsed = rate(() => abi.parseLog({ topics, data })?.args.toObject());
    console.log(`${`${contract}.${name}`.padEnd(34)}${shown(compiled)}${shown(parsed)}`);
  }
}

function someLog({ inputs, topicHash }: EventFragment): { topics: string[]; data: string } {
  const coder = AbiCoder.defaultAbiCoder();
  const value = (type: string): unknown => {
    if (type === 'string') return '粤海汽车零部件有限公司';
    if (type === 'bool') return true;
    if (type === 'address') return `0x${'a1'.repeat(20)}`;
    const [, bytes] = /^bytes(\d+)$/.exec(type) ?? [];
    return bytes === undefined ? 117 : `0x${'5e'.repeat(Number(bytes))}`;
  };
  const plain = inputs.filter(({ indexed }) => indexed !== true);
  const indexed = inputs.filter(({ indexed: is }) => is === true);
  return {
    topics: [topicHash, ...indexed.map((input) => coder.encode([input], [value(input.type)]))],
    data: coder.encode(
      plain,
      plain.map(({ type }) => value(type)),
    ),
  };
}

function rate(decode: () => unknown): number {
  let count = 0;
  const end = performance.now() + SECONDS * 1_000;
  for (; performance.now() < end; count += 100) for (let index = 0; index < 100; index += 1) decode();
  return count / SECONDS;
}

function shown(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en').padStart(14);
}
