import fs from 'node:fs/promises';
import path from 'node:path';
import {
  decodeErrorResult,
  decodeEventLog,
  encodeFunctionData,
  getAddress,
  toEventSelector,
  type Abi,
  type AbiEvent,
  type AbiParameter,
  type Address,
  type Hash,
  type Hex,
} from 'viem';
import { namedValues } from './event-values.ts';

/** A compiled contract. */
export interface Artifact {
  readonly abi: Abi;
  readonly bytecode: Hex;
  readonly deployedBytecode: Hex;
}

/** What a contract announced, in the block where it did. */
export interface LedgerEvent {
  /** The name under which the contract is deployed. */
  readonly contract: string;
  readonly name: string;
  /** By parameter name. Integers of more than 48 bits are bigint, smaller ones numbers; a tuple is an object. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly block: { readonly number: bigint; readonly hash: Hash; readonly timestamp: number };
  readonly txHash: Hash;
  readonly logIndex: number;
}

/** A refusal of a contract: its error and that error's values by name. The name is empty where it gave no reason. */
export interface ContractRefusal {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A call of a contract's function, not yet encoded. */
export interface Call {
  /** The name under which the contract is deployed. */
  readonly contract: string;
  readonly functionName: string;
  readonly args: readonly unknown[];
  /** What it may use at most; found by a rehearsal when absent. */
  readonly gas?: bigint;
}

/** A log as a node hands it out. */
export interface RawLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly transactionHash: Hash | null;
  readonly logIndex: number | null;
}

interface Bound {
  readonly name: string;
  readonly address: Address;
  readonly abi: Abi;
  readonly events: ReadonlyMap<Hex, AbiEvent>;
}

/** The contracts of the ledger: what they are called, where they are, and what their bytes mean. */
export class Contracts {
  readonly #artifacts: ReadonlyMap<string, Artifact>;
  readonly #byName = new Map<string, Bound>();
  readonly #byAddress = new Map<string, Bound>();
  /** Errors of all artifacts: a contract passes on the error of another one that it called. */
  readonly #errors: Abi;

  constructor(artifacts: ReadonlyMap<string, Artifact>) {
    this.#artifacts = artifacts;
    const errors = new Map<string, Abi[number]>();
    for (const { abi } of artifacts.values()) {
      for (const item of abi) if (item.type === 'error') errors.set(`${item.name}(${signature(item.inputs)})`, item);
    }
    this.#errors = [...errors.values()];
  }

  /** The compiled contract of that name. */
  artifact(name: string): Artifact {
    const artifact = this.#artifacts.get(name);
    if (!artifact) throw new Error(`there is no compiled contract ${name}`);
    return artifact;
  }

  /** Says that the contract called `name` is deployed at `address`. */
  bind(name: string, address: Address, artifactName: string = name): void {
    const { abi } = this.artifact(artifactName);
    const events = new Map(
      abi.flatMap((item) => (item.type === 'event' ? [[toEventSelector(item), item] as const] : [])),
    );
    const bound = { name, address: getAddress(address), abi, events };
    if (this.#byName.has(name)) throw new Error(`${name} is deployed already`);
    this.#byName.set(name, bound);
    this.#byAddress.set(bound.address.toLowerCase(), bound);
  }

  names(): string[] {
    return [...this.#byName.keys()];
  }

  address(name: string): Address {
    return this.#bound(name).address;
  }

  addresses(): Address[] {
    return [...this.#byName.values()].map(({ address }) => address);
  }

  abi(name: string): Abi {
    return this.#bound(name).abi;
  }

  nameAt(address: Address): string | undefined {
    return this.#byAddress.get(address.toLowerCase())?.name;
  }

  /** All events the deployed contracts can announce, as `Contract.Event`. */
  eventNames(): string[] {
    return [...this.#byName.values()].flatMap(({ name, events }) =>
      [...events.values()].map((item) => `${name}.${item.name}`),
    );
  }

  /** All errors of the compiled contracts. */
  errors(): { readonly name: string; readonly inputs: readonly AbiParameter[] }[] {
    return this.#errors.flatMap((item) => (item.type === 'error' ? [{ name: item.name, inputs: item.inputs }] : []));
  }

  encode(call: Call): { target: Address; data: Hex } {
    const { address, abi } = this.#bound(call.contract);
    return { target: address, data: encodeFunctionData({ abi, functionName: call.functionName, args: call.args }) };
  }

  /**
   * Reads a log of one of the ledger's contracts.
   * @throws when the contract or the event is not known: nothing the ledger says is passed over
   */
  decodeLog(log: RawLog, block: LedgerEvent['block']): LedgerEvent {
    const bound = this.#byAddress.get(log.address.toLowerCase());
    if (!bound) throw new Error(`a log of ${log.address}, which is no contract of the ledger`);
    if (log.transactionHash === null || log.logIndex === null) throw new Error('a log of a block that is not made yet');
    const [selector] = log.topics;
    const item = selector && bound.events.get(selector);
    if (!item) throw new Error(`${bound.name} announced an event that is not in its ABI: ${selector ?? 'anonymous'}`);
    const { args } = decodeEventLog({
      abi: [item],
      topics: log.topics as [Hex, ...Hex[]],
      data: log.data,
      strict: true,
    });
    return {
      contract: bound.name,
      name: item.name,
      args: storable(namedValues(item.inputs, args)),
      block,
      txHash: log.transactionHash,
      logIndex: log.logIndex,
    };
  }

  /** The parameters of an event, for reading its stored values back. */
  eventInputs(contract: string, event: string): readonly AbiParameter[] {
    const item = [...this.#bound(contract).events.values()].find((entry) => entry.name === event);
    if (!item) throw new Error(`${contract} has no event ${event}`);
    return item.inputs;
  }

  /** What a refused call returned. `Error(string)` and `Panic(uint256)` are errors like any other. */
  decodeRefusal(data: Hex): ContractRefusal {
    if (data === '0x') return { name: '', args: {} };
    try {
      const { errorName, args, abiItem } = decodeErrorResult({ abi: this.#errors, data });
      const inputs = abiItem.type === 'error' ? abiItem.inputs : [];
      return { name: errorName, args: namedValues(inputs, args ?? []) };
    } catch {
      return { name: '', args: { data } }; // of no contract of ours, or cut off
    }
  }

  #bound(name: string): Bound {
    const bound = this.#byName.get(name);
    if (!bound) throw new Error(`the contract ${name} is not deployed`);
    return bound;
  }
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

/** Anyone with a key can write any text on the chain; no database takes a NUL, and none must halt the projector. */
function storable(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value,
    ]),
  );
}

function signature(inputs: readonly AbiParameter[]): string {
  return inputs
    .map((input) =>
      'components' in input ? `(${signature(input.components)})${input.type.slice('tuple'.length)}` : input.type,
    )
    .join(',');
}
