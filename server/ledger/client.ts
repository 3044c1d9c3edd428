// SPDX-License-Identifier: Apache-2.0
import { concat, Interface } from 'ethers';
import type { Chain } from './chain/chain.ts';
import { call, type AnswerOf, type Call, type LedgerEvent } from './contract-types.ts';
import type { ContractRefusal, Contracts } from './contracts.ts';
import { DeeptierError } from '../values/errors.ts';
import { addressOf, asHex, type Address, type Hex } from '../values/hex.ts';
import type { Log } from '../runtime/log.ts';
import type { Projector } from './projector/projector.ts';
import { readEvents } from './projector/read-events.ts';
import type { Database, Transaction } from '../store/database.ts';
import { carryingGas, INSTRUCTION_GAS_LIMIT } from './instructions/batch.ts';
import type { Signer } from './instructions/keystore.ts';
import type { EncodedCall, Instruction, Outbox } from './instructions/outbox.ts';
import { instructionRefusals } from './instructions/refusals.ts';
import type { Relayer } from './instructions/relayer.ts';
import { readView } from './read-view.ts';

/** What has come of an operation's instructions. */
export type Outcome =
  | {
      readonly state: 'pending';
      readonly block?: undefined;
      readonly events: readonly [];
      readonly refusal?: undefined;
    }
  /** All of them ran, and the tables hold what came of it; `block` is the newest of their blocks. */
  | {
      readonly state: 'done';
      readonly block: bigint;
      readonly events: readonly LedgerEvent[];
      readonly refusal?: undefined;
    }
  /**
   * At least one was refused, the first of them with `refusal` (absent where the ledger gave no reason, as when it ran
   * out of gas). `events` are those of the ones that went through.
   */
  | {
      readonly state: 'refused';
      readonly block: bigint;
      readonly events: readonly LedgerEvent[];
      readonly refusal?: ContractRefusal;
    };

/** What a view of the ledger answered: its value, or why it refuses one. */
export type ViewAnswer<T> = { readonly value: T; readonly refusal?: undefined } | { readonly refusal: DeeptierError };

/** What views answer, in their order. */
export type ViewAnswers<V extends readonly Call[]> = { readonly [I in keyof V]: ViewAnswer<AnswerOf<V[I]>> };

/** Where commands hand their instructions in and learn what came of them. */
export interface LedgerClient {
  /**
   * Asks views of the ledger, all of one state, and answers in their order; one that refuses does not stop the others. What
   * they take together has to fit into a block.
   */
  ask<const V extends readonly Call[]>(views: V): Promise<ViewAnswers<V>>;
  /** What a contract's error, ABI-encoded as an event carries it, is to a caller. */
  refusalIn(error: Hex): DeeptierError;
  /**
   * Runs a call as the signer's without leaving a trace.
   * @throws DeeptierError when the ledger would refuse it
   */
  simulate(signer: Address, call: Call): Promise<void>;
  /**
   * What a call would return as the signer's, if it were the next; leaves no trace.
   * @throws DeeptierError when the ledger would refuse it
   */
  preview<C extends Call>(signer: Address, call: C): Promise<AnswerOf<C>>;
  /**
   * Runs calls in order, each on what the ones before it left, and gives them back with the gas they may use.
   * @throws DeeptierError when the ledger would refuse one
   */
  simulateAll(signer: Address, calls: readonly Call[]): Promise<Call[]>;
  /**
   * Writes an operation's calls into the outbox, in the transaction of what they belong to; once that is committed, they
   * will be carried out. Whether the ledger would refuse them is not asked here.
   * @throws DeeptierError INSTRUCTION_QUEUE_FULL, SIGNER_UNKNOWN, INSTRUCTION_TOO_LARGE
   */
  enqueue(tx: Transaction, operationId: string, signer: Address, calls: readonly Call[]): Promise<void>;
  /** Waits until an operation's outcome is known and in the tables; `pending` when it is not after `timeoutMs`. */
  await(operationId: string, timeoutMs: number): Promise<Outcome>;
}

export interface LedgerClientOptions {
  readonly db: Database;
  readonly chain: Chain;
  readonly contracts: Contracts;
  readonly outbox: Outbox;
  readonly relayer: Relayer;
  readonly projector: Projector;
  readonly signer: Signer;
  /** The error that a contract's refusal is to a caller. */
  readonly refusalOf: (name: string, args: ContractRefusal['args']) => DeeptierError;
  readonly log: Log;
}

const PENDING: Outcome = { state: 'pending', events: [] };
/** For calls that a rehearsal refuses and that are sent all the same, as the ledger may be in another state by then. */
const GAS_UNREHEARSED = 2_000_000n;
/** How often to look when nobody says that there is news: another process may be the one that relays. */
const POLL_MS = 1_000;

export function openLedgerClient(options: LedgerClientOptions): LedgerClient {
  return new InstructingClient(options);
}

class InstructingClient implements LedgerClient {
  readonly #options: LedgerClientOptions;
  readonly #trusting = new Set<Address>();

  constructor(options: LedgerClientOptions) {
    this.#options = options;
  }

  async ask<const V extends readonly Call[]>(views: V): Promise<ViewAnswers<V>> {
    const { contracts, outbox } = this.#options;
    const questions = views.map((view) => contracts.encode(view));
    const answers =
      views.length === 0 ? [] : await this.#askInPlace(call('Enquiry', 'ask', questions), outbox.domain.forwarder);
    return views.map((view, index) => {
      const answer = answers[index];
      if (!answer) throw new Error(`the ledger did not answer ${view.contract}.${view.functionName}`);
      const returned = asHex(answer.returned);
      if (answer.refused) return { refusal: this.refusalIn(returned) };
      return { value: contracts.decodeAnswer(view, returned) };
    }) as ViewAnswers<V>; // one for one
  }

  refusalIn(error: Hex): DeeptierError {
    const { contracts, refusalOf } = this.#options;
    const { name, args } = contracts.decodeRefusal(error);
    return refusalOf(name, args);
  }

  async preview<C extends Call>(signer: Address, asked: C): Promise<AnswerOf<C>> {
    const { chain, contracts, outbox } = this.#options;
    const { target, data } = contracts.encode(asked);
    const asSigner = { from: outbox.domain.forwarder, to: target, data: asHex(concat([data, addressOf(signer)])) };
    const returned = await chain.call(asSigner).catch(async (error: unknown) => {
      await this.simulate(signer, asked); // says why
      throw error;
    });
    return contracts.decodeAnswer(asked, returned);
  }

  async simulate(signer: Address, call: Call): Promise<void> {
    await this.simulateAll(signer, [call]);
  }

  async simulateAll(signer: Address, calls: readonly Call[]): Promise<Call[]> {
    const { gasUsed, refusal } = await this.#rehearse(signer, calls);
    if (refusal) throw this.#options.refusalOf(refusal.name, refusal.args);
    return calls.map((call, index) => ({ ...call, gas: call.gas ?? withMargin(gasUsed[index] ?? 0n) }));
  }

  async enqueue(tx: Transaction, operationId: string, signer: Address, calls: readonly Call[]): Promise<void> {
    const { chain, contracts, outbox, signer: keys } = this.#options;
    if (calls.length === 0) throw new Error('an operation without a call');
    if (!(await keys.has(signer))) throw new DeeptierError(instructionRefusals.SIGNER_UNKNOWN, { signer });
    const { gasUsed } = calls.every((call) => call.gas !== undefined)
      ? { gasUsed: [] }
      : await this.#rehearse(signer, calls);
    const encoded = calls.map((call, index): EncodedCall => {
      const rehearsed = gasUsed[index];
      const gas = call.gas ?? (rehearsed === undefined ? GAS_UNREHEARSED : withMargin(rehearsed));
      return { ...contracts.encode(call), contract: call.contract, functionName: call.functionName, gas };
    });
    for (const { target, gas, data } of encoded) {
      await this.#requireTrust(target);
      if (carryingGas(gas, (data.length - 2) / 2) > INSTRUCTION_GAS_LIMIT) {
        throw new DeeptierError(instructionRefusals.INSTRUCTION_TOO_LARGE, {
          gas: gas.toString(),
          limit: INSTRUCTION_GAS_LIMIT.toString(),
        });
      }
    }
    const chainNonce = await readView(chain, contracts, call('InstructionForwarder', 'nonces', signer));
    await outbox.append(tx, { operationId, signer, calls: encoded, chainNonce, now: chain.clock.now() });
  }

  async await(operationId: string, timeoutMs: number): Promise<Outcome> {
    const { outbox, relayer, projector, log } = this.#options;
    const deadline = performance.now() + timeoutMs;
    relayer.wake();
    for (;;) {
      const news = this.#news(operationId, Math.min(POLL_MS, deadline - performance.now()));
      try {
        const instructions = await outbox.ofOperation(operationId);
        if (instructions.length === 0) throw new Error(`operation ${operationId} has no instruction`);
        const block = instructions.reduce<bigint | undefined>((newest, { result }) => {
          if (newest === undefined || result === null) return undefined;
          return result.block > newest ? result.block : newest;
        }, 0n);
        if (block !== undefined) {
          const projected = await projector
            .waitFor(block, Math.max(0, deadline - performance.now()))
            .catch((error: unknown) => {
              log.error({ err: error, operationId }, 'an operation ran whose outcome cannot be read'); // the projector's health says so too
              return false;
            });
          return projected ? await this.#outcome(instructions, block) : PENDING;
        }
        if (performance.now() >= deadline) return PENDING;
        await news.promise;
      } finally {
        news.end();
      }
    }
  }

  async #outcome(instructions: readonly Instruction[], block: bigint): Promise<Outcome> {
    const { db, contracts } = this.#options;
    const events: LedgerEvent[] = [];
    for (const { result } of instructions) {
      if (result)
        events.push(
          ...(await readEvents(db, contracts, { txHash: result.txHash, from: result.firstLog, to: result.endLog })),
        );
    }
    const refused = instructions.find(({ state }) => state === 'refused');
    if (!refused) return { state: 'done', block, events };
    const refusal = contracts.decodeRefusal(refused.result?.reason ?? '0x');
    return { state: 'refused', block, events, ...(refusal.name === '' ? {} : { refusal }) };
  }

  /** Resolves when there is news of the operation, or after `timeoutMs`. */
  #news(operationId: string, timeoutMs: number): { promise: Promise<void>; end(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(0, timeoutMs));
    const unsubscribe = this.#options.relayer.onSettled((operations) => {
      if (operations.has(operationId)) resolve();
    });
    return {
      promise,
      end: () => {
        clearTimeout(timer);
        unsubscribe();
      },
    };
  }

  async #rehearse(
    signer: Address,
    calls: readonly Call[],
  ): Promise<{ gasUsed: readonly bigint[]; refusal?: ContractRefusal }> {
    const { contracts } = this.#options;
    const steps = calls.map((instruction) => {
      const { target, data } = contracts.encode(instruction);
      return { target, data: concat([data, addressOf(signer)]) };
    });
    const rehearsal = call('InstructionRehearsal', 'rehearse', steps);
    const { gasUsed, reason, refused } = await this.#askInPlace(rehearsal, signer);
    return refused ? { gasUsed, refusal: contracts.decodeRefusal(asHex(reason)) } : { gasUsed };
  }

  /** Asks a contract that stands in the forwarder's place for this one call: so others trust what it says of the sender. */
  async #askInPlace<C extends Call>(asked: C, from: Address): Promise<AnswerOf<C>> {
    const { chain, contracts, outbox } = this.#options;
    const { forwarder } = outbox.domain;
    const { deployedBytecode } = contracts.artifact(asked.contract);
    const returned = await chain.call({
      from,
      to: forwarder,
      data: contracts.encodeData(asked),
      stateOverride: { [forwarder]: { code: deployedBytecode } },
    });
    return contracts.decodeAnswer(asked, returned);
  }

  /** The forwarder passes over a target that does not trust it: such an instruction would never run. */
  async #requireTrust(target: Address): Promise<void> {
    if (this.#trusting.has(target)) return;
    const { chain, outbox } = this.#options;
    const { forwarder } = outbox.domain;
    const asked = { to: target, data: trust.encodeFunctionData('isTrustedForwarder', [forwarder]) };
    const [trusts] = trust.decodeFunctionResult('isTrustedForwarder', await chain.provider.call(asked));
    if (trusts !== true) throw new Error(`${target} does not take instructions of the forwarder ${forwarder}`);
    this.#trusting.add(target);
  }
}

/** Of OpenZeppelin's ERC2771Context, which every target is. */
const trust = Interface.from(['function isTrustedForwarder(address forwarder) view returns (bool)']);

/** The ledger may be in another state when the call runs: slots that were warm are cold, empty ones have to be filled. */
function withMargin(gasUsed: bigint): bigint {
  return gasUsed + gasUsed / 2n + 60_000n;
}
