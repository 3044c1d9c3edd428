// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import {
  ErrorFragment,
  EventFragment,
  FunctionFragment,
  Interface,
  type JsonFragment,
  type JsonFragmentType,
  type ParamType,
} from 'ethers';
import { addressOf, asHex, type Address, type Hash, type Hex } from '../values/hex.ts';
import type { AnswerOf, Call, ContractName, EventBlock, LedgerEvent } from './contract-types.ts';
import { compileEvent, compileNamed, compileValues, named, nameAt, type Value, type Values } from './decode.ts';

/** A compiled contract. */
export interface Artifact {
  readonly abi: readonly JsonFragment[];
  readonly bytecode: Hex;
  readonly deployedBytecode: Hex;
}

/** A refusal of a contract: its error and that error's values by name. The name is empty where it gave no reason. */
export interface ContractRefusal {
  readonly name: string;
  readonly args: Values;
}

/** An error as its ABI describes it. */
export interface ContractError {
  readonly name: string;
  readonly inputs: readonly JsonFragmentType[];
}

/** A log as a node hands it out. */
export interface RawLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly transactionHash: Hash | null;
  readonly logIndex: number | null;
}

interface EventCodec {
  readonly fragment: EventFragment;
  readonly decode: (topics: readonly Hex[], data: Hex) => Values;
}

interface Bound {
  readonly name: string;
  readonly address: Address;
  readonly codec: Codec;
}

/** What one contract's bytes mean, compiled once from its ABI. */
interface Codec {
  readonly interface: Interface;
  /** By selector. */
  readonly events: ReadonlyMap<string, EventCodec>;
  /** By function name. */
  readonly answers: ReadonlyMap<string, (data: Hex) => Value | undefined>;
}

/** The contracts of the ledger: what they are called, where they are, and what their bytes mean. */
export class Contracts {
  readonly #artifacts: ReadonlyMap<string, Artifact>;
  readonly #codecs = new Map<string, Codec>();
  readonly #byName = new Map<string, Bound>();
  readonly #byAddress = new Map<string, Bound>();
  /** Errors of all artifacts by selector: a contract passes on the error of another one that it called. */
  readonly #errors = new Map<string, { readonly error: ContractError; readonly decode: (data: Hex) => Values }>();

  constructor(artifacts: ReadonlyMap<string, Artifact>) {
    this.#artifacts = artifacts;
    const seen = new Set<string>(); // most contracts can refuse by the same errors
    for (const { abi } of artifacts.values()) {
      for (const item of abi) {
        if (item.type !== 'error') continue;
        const text = JSON.stringify(item);
        if (seen.has(text)) continue;
        seen.add(text);
        const { selector, name, inputs } = ErrorFragment.from(item);
        this.#errors.set(selector, { error: { name, inputs: item.inputs ?? [] }, decode: compileNamed(inputs) });
      }
    }
  }

  /** The compiled contract of that name. */
  artifact(name: string): Artifact {
    const artifact = this.#artifacts.get(name);
    if (!artifact) throw new Error(`there is no compiled contract ${name}`);
    return artifact;
  }

  /** Says that the contract called `name` is deployed at `address`. */
  bind(name: string, address: Address, artifactName: string = name): void {
    const bound = { name, address: addressOf(address), codec: this.#codec(artifactName) };
    if (this.#byName.has(name)) throw new Error(`${name} is deployed already`);
    this.#byName.set(name, bound);
    this.#byAddress.set(bound.address.toLowerCase(), bound);
  }

  names(): string[] {
    return [...this.#byName.keys()];
  }

  address(name: ContractName): Address {
    return this.#bound(name).address;
  }

  addresses(): Address[] {
    return [...this.#byName.values()].map(({ address }) => address);
  }

  nameAt(address: Address): string | undefined {
    return this.#byAddress.get(address.toLowerCase())?.name;
  }

  /** All events the deployed contracts can announce, as `Contract.Event`. */
  eventNames(): string[] {
    return [...this.#byName.values()].flatMap(({ name, codec }) =>
      [...codec.events.values()].map(({ fragment }) => `${name}.${fragment.name}`),
    );
  }

  /** All errors of the compiled contracts. */
  errors(): ContractError[] {
    return [...this.#errors.values()].map(({ error }) => error);
  }

  /** The interface of a compiled contract. */
  interface(artifactName: string): Interface {
    return this.#codec(artifactName).interface;
  }

  /** A call of a deployed contract. */
  encode(call: Call): { target: Address; data: Hex } {
    return { target: this.address(call.contract), data: this.encodeData(call) };
  }

  /** A call of a compiled contract, wherever it may stand. */
  encodeData({ contract, functionName, args }: Call): Hex {
    return asHex(this.#codecOf(contract).interface.encodeFunctionData(functionName, args));
  }

  /** What a call answered. */
  decodeAnswer<C extends Call>({ contract, functionName }: C, data: Hex): AnswerOf<C> {
    const decode = this.#codecOf(contract).answers.get(functionName);
    if (!decode) throw new Error(`${contract} has no function ${functionName}`);
    return decode(data) as AnswerOf<C>; // its type is made of the same ABI as the decoder
  }

  /**
   * Reads a log of one of the ledger's contracts.
   * @throws when the contract or the event is not known: nothing the ledger says is passed over
   */
  decodeLog(log: RawLog, block: EventBlock): LedgerEvent {
    const bound = this.#byAddress.get(log.address.toLowerCase());
    if (!bound) throw new Error(`a log of ${log.address}, which is no contract of the ledger`);
    if (log.transactionHash === null || log.logIndex === null) throw new Error('a log of a block that is not made yet');
    const [selector] = log.topics;
    const event = selector === undefined ? undefined : bound.codec.events.get(selector);
    if (!event) throw new Error(`${bound.name} announced an event that is not in its ABI: ${selector ?? 'anonymous'}`);
    return eventFrom(bound.name, event.fragment.name, event.decode(log.topics, log.data), {
      block,
      txHash: log.transactionHash,
      logIndex: log.logIndex,
    });
  }

  /** The parameters of an event, for reading its stored values back. */
  eventInputs(contract: string, event: string): readonly ParamType[] {
    const found = [...this.#bound(contract).codec.events.values()].find(({ fragment }) => fragment.name === event);
    if (!found) throw new Error(`${contract} has no event ${event}`);
    return found.fragment.inputs;
  }

  /** What a refused call returned. `Error(string)` and `Panic(uint256)` are errors like any other. */
  decodeRefusal(data: Hex): ContractRefusal {
    if (data === '0x') return { name: '', args: {} };
    const selector = data.slice(0, 10);
    const known = this.#errors.get(selector) ?? BUILT_IN.get(selector);
    try {
      if (known) return { name: known.error.name, args: known.decode(asHex(`0x${data.slice(10)}`)) };
    } catch {
      // cut off
    }
    return { name: '', args: { data } }; // of no contract of ours, or cut off
  }

  #codecOf(name: string): Codec {
    return this.#byName.get(name)?.codec ?? this.#codec(name);
  }

  #codec(artifactName: string): Codec {
    const known = this.#codecs.get(artifactName);
    if (known) return known;
    const codec = compile(this.artifact(artifactName).abi);
    this.#codecs.set(artifactName, codec);
    return codec;
  }

  #bound(name: string): Bound {
    const bound = this.#byName.get(name);
    if (!bound) throw new Error(`the contract ${name} is not deployed`);
    return bound;
  }
}

/** An event of values that were decoded, or stored as they were decoded, by its own ABI: of which its type is made too. */
export function eventFrom(
  contract: string,
  name: string,
  args: Values,
  place: { readonly block: EventBlock; readonly txHash: Hash; readonly logIndex: number },
): LedgerEvent {
  return { contract, name, args, ...place } as LedgerEvent;
}

/** What the compiler itself refuses with. */
const BUILT_IN = new Map(
  ['error Error(string message)', 'error Panic(uint256 code)'].map((text) => {
    const { selector, name, inputs } = ErrorFragment.from(text);
    return [selector, { error: { name }, decode: compileNamed(inputs) }];
  }),
);

function compile(abi: readonly JsonFragment[]): Codec {
  const events = new Map<string, EventCodec>();
  const answers = new Map<string, (data: Hex) => Value | undefined>();
  for (const item of abi) {
    if (item.type === 'event') {
      const fragment = EventFragment.from(item);
      events.set(fragment.topicHash, { fragment, decode: compileEvent(fragment.inputs) });
    } else if (item.type === 'function') {
      const { name, outputs } = FunctionFragment.from(item);
      answers.set(name, compileAnswer(outputs));
    }
  }
  return { interface: new Interface(abi), events, answers };
}

/** One value as it is; several by name where they have one. */
function compileAnswer(outputs: readonly ParamType[]): (data: Hex) => Value | undefined {
  const decode = compileValues(outputs);
  if (outputs.length <= 1) return (data) => decode(data)[0];
  if (outputs.every(({ name }) => name === '')) return decode;
  const names = outputs.map(nameAt);
  return (data) => named(names, decode(data));
}

/**
 * Reads all compiled contracts below the directories (Hardhat's `artifacts/contracts`), by contract name. Of an
 * interface that is compiled in several places, any one.
 * @throws when there is none, or two contracts of one name
 */
export async function loadArtifacts(...directories: readonly string[]): Promise<Map<string, Artifact>> {
  const artifacts = new Map<string, Artifact>();
  for (const directory of directories) {
    for (const entry of await fs.readdir(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.json') || !entry.parentPath.endsWith('.sol')) continue;
      const name = path.basename(entry.name, '.json');
      const text = await fs.readFile(path.join(entry.parentPath, entry.name), 'utf8');
      const { abi, bytecode, deployedBytecode } = JSON.parse(text) as Artifact;
      const other = artifacts.get(name);
      if (other && bytecode === '0x') continue;
      if (other && other.bytecode !== '0x') throw new Error(`two contracts are called ${name}`);
      artifacts.set(name, { abi, bytecode, deployedBytecode });
    }
  }
  if (artifacts.size === 0) throw new Error(`no compiled contract below ${directories.join(', ')}`);
  return artifacts;
}
