// SPDX-License-Identifier: Apache-2.0
import type { AddressLike, BigNumberish, BytesLike } from 'ethers';
import type { TypedContractEvent, TypedContractMethod } from '../../types/common.ts';
import type { Enquiry__factory } from '../../types/factories/common/Enquiry__factory.ts';
import type { InstructionForwarder__factory } from '../../types/factories/common/InstructionForwarder__factory.ts';
import type { InstructionRehearsal__factory } from '../../types/factories/common/InstructionRehearsal__factory.ts';
import type { Hash } from '../values/hex.ts';
import type { Identifiers } from './identifiers.ts';

/**
 * The contracts by name, each as the factory that is generated from its ABI; `deployment.ts` adds the ledger's own.
 * Calls, answers and events are typed by it: what is renamed in Solidity does not compile here.
 */
export interface LedgerContracts {
  /** Never deployed: stands in another's place during a call. */
  Enquiry: Enquiry__factory;
  InstructionForwarder: InstructionForwarder__factory;
  /** Never deployed, like `Enquiry`. */
  InstructionRehearsal: InstructionRehearsal__factory;
}

export type ContractName = keyof LedgerContracts;

type Instance<N extends ContractName> = ReturnType<LedgerContracts[N]['attach']>;

//------------------------------------------------------------------ values

/** Values as they are given to a contract: whole numbers as numbers or bigint, addresses and bytes in hexadecimal. */
type Given<T> = AddressLike extends T
  ? string
  : BytesLike extends T
    ? string
    : BigNumberish extends T
      ? bigint | number
      : T extends readonly unknown[]
        ? { readonly [I in keyof T]: Given<T[I]> }
        : T extends object
          ? { readonly [K in keyof T]: Given<T[K]> }
          : T;

/** The names of a struct's fields, or of several answers; the generated types give them beside their positions. */
type Names<T> = Exclude<keyof T, keyof unknown[] | `${number}`>;

/** A whole number by the name it has: the number of what the name says, or just a number. */
type Numbered<T, Name> = Name extends keyof Identifiers ? (T extends bigint ? Identifiers[Name] : T) : T;

/** Values as they are read: every whole number a bigint, a struct an object without positions. */
type Read<T, Name = never> = T extends readonly (infer E)[]
  ? [Names<T>] extends [never]
    ? number extends T['length']
      ? readonly Read<E, Name>[]
      : { readonly [I in keyof T]: Read<T[I]> }
    : { readonly [K in Names<T>]: Read<T[K], K> }
  : [Name] extends [never]
    ? T
    : Numbered<T, Name>;

//------------------------------------------------------------------ deployment

type Required<A> = A extends [infer First, ...infer Rest] ? [Given<First>, ...Required<Rest>] : [];

/** What a contract's constructor takes. */
export type ConstructorArgs<N extends ContractName> = Required<Parameters<LedgerContracts[N]['deploy']>>;

//------------------------------------------------------------------ calls and answers

type Method<T> =
  T extends TypedContractMethod<infer A, infer R, infer _S>
    ? { args: { readonly [I in keyof A]: Given<A[I]> }; answer: R extends [infer One] ? Read<One> : undefined }
    : never;

export type FunctionName<N extends ContractName> = {
  [F in keyof Instance<N> & string]: Method<Instance<N>[F]> extends never ? never : F;
}[keyof Instance<N> & string];

/** A call of one function, not yet encoded. */
export interface CallOf<N extends ContractName, F extends FunctionName<N>> {
  /** The name under which the contract is deployed. */
  readonly contract: N;
  readonly functionName: F;
  readonly args: Method<Instance<N>[F]>['args'];
  /** What it may use at most; found by a rehearsal when absent. */
  readonly gas?: bigint | undefined;
}

/** A call of any function of any contract. */
export type Call = { [N in ContractName]: { [F in FunctionName<N>]: CallOf<N, F> }[FunctionName<N>] }[ContractName];

/** What a call answers: one value as it is, several by name. */
export type AnswerOf<C extends { readonly contract: string; readonly functionName: string }> =
  C['contract'] extends infer N extends ContractName
    ? C['functionName'] extends infer F extends FunctionName<N>
      ? Method<Instance<N>[F]>['answer']
      : never
    : never;

export function call<N extends ContractName, const F extends FunctionName<N>>(
  contract: N,
  functionName: F,
  ...args: CallOf<N, F>['args']
): CallOf<N, F> {
  return { contract, functionName, args };
}

//------------------------------------------------------------------ events

type Filters<N extends ContractName> = Instance<N>['filters'];

type EventName<N extends ContractName> = Exclude<keyof Filters<N> & string, `${string}(${string}`>;

/** `Contract.Event` of all that the deployed contracts can announce. */
export type EventKey = { [N in ContractName]: `${N}.${EventName<N>}` }[ContractName];

type ArgsOf<T> =
  T extends TypedContractEvent<infer _I, infer _T, infer O> ? { readonly [K in keyof O]: Read<O[K], K> } : never;

interface Announced<N extends ContractName, E extends EventName<N>> {
  /** The name under which the contract is deployed. */
  readonly contract: N;
  readonly name: E;
  /** By parameter name. */
  readonly args: ArgsOf<Filters<N>[E]>;
  readonly block: EventBlock;
  readonly txHash: Hash;
  readonly logIndex: number;
}

/** The block in which something was announced. */
export interface EventBlock {
  readonly number: bigint;
  readonly hash: Hash;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** What a contract announced, in the block where it did; told apart by `contract` and `name`. */
export type LedgerEvent<K extends EventKey = EventKey> = K extends `${infer N extends ContractName}.${infer E}`
  ? E extends EventName<N>
    ? Announced<N, E>
    : never
  : never;

/** Whether an event is of one kind. */
export function isOf<K extends EventKey>(event: LedgerEvent, key: K): event is LedgerEvent<K> {
  return `${event.contract}.${event.name}` === key;
}

/** Those of a list that are of one kind. */
export function eventsOf<K extends EventKey>(events: readonly LedgerEvent[], key: K): LedgerEvent<K>[] {
  return events.filter((event) => isOf(event, key));
}

/** The first of one kind; a command that is done has announced it. */
export function eventOf<K extends EventKey>(events: readonly LedgerEvent[], key: K): LedgerEvent<K> {
  const [event] = eventsOf(events, key);
  if (!event) throw new Error(`no ${key} was announced`);
  return event;
}
