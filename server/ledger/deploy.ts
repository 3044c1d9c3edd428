// SPDX-License-Identifier: Apache-2.0
import { concat, getCreateAddress } from 'ethers';
import { sql } from 'kysely';
import type { Log } from '../runtime/log.ts';
import { StartRefused } from '../runtime/start-refused.ts';
import type { Database } from '../store/database.ts';
import type { Migration } from '../store/migrations.ts';
import type { Chain } from './chain/chain.ts';
import { TRANSACTION_GAS_CAP } from './chain/chain.ts';
import { addressOf as checksummed, asHex, type Address, type Hash, type Hex } from '../values/hex.ts';
import type { Call, CallOf, ConstructorArgs, ContractName, FunctionName } from './contract-types.ts';
import type { Contracts } from './contracts.ts';
import { signTransaction, type Account } from './chain/transaction.ts';

declare module '../store/database.ts' {
  interface Tables {
    deployment: {
      nonce: bigint;
      step: string;
      /** Null for a call. */
      name: string | null;
      artifact: string | null;
      address: string;
      deployer: string;
      raw: string;
      tx_hash: string;
      block_number: bigint | null;
    };
  }
}

export const deploymentMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 deployment',
    sql: `create table deployment (
  nonce bigint primary key,
  step text not null,
  name text unique,
  artifact text,
  address text not null,
  deployer text not null,
  raw text not null,
  tx_hash text not null,
  block_number bigint
);`,
  },
];

/** The address a contract has, or will have. */
export type AddressOf = (name: ContractName) => Address;

/** Deploys a contract. */
export interface DeployStep<N extends ContractName> {
  readonly name: N;
  /** The compiled contract, where it is called otherwise. */
  readonly artifact?: string;
  readonly args: (address: AddressOf) => ConstructorArgs<N>;
}

/** Has the deployer call a contract. */
export interface CallStep<N extends ContractName, F extends FunctionName<N>> {
  readonly call: N;
  readonly functionName: F;
  readonly args: (address: AddressOf) => CallOf<N, F>['args'];
}

type AnyCallStep = { [N in ContractName]: { [F in FunctionName<N>]: CallStep<N, F> }[FunctionName<N>] }[ContractName];

/** Deploys a contract, or has the deployer call one that is deployed by then. */
export type DeploymentStep = { [N in ContractName]: DeployStep<N> }[ContractName] | AnyCallStep;

export interface DeploymentOptions {
  readonly chain: Chain;
  readonly db: Database;
  readonly contracts: Contracts;
  /** Used for nothing else: the addresses follow from how many transactions it has sent. */
  readonly deployer: Account;
  readonly plan: readonly DeploymentStep[];
  readonly log: Log;
}

export interface EarlierDeployment {
  readonly db: Database;
  readonly contracts: Contracts;
  /** The arguments of its steps are not asked for. */
  readonly plan: readonly DeploymentStep[];
  /** For people: where the data is, as the subject of a sentence. */
  readonly place: string;
}

/**
 * Compares what was deployed before with what the plan begins with: the steps, and the code of each contract, which is
 * in the transaction that brought it. Reads only, so it may come before everything else that a start does to the data.
 * @throws {StartRefused} when this version does not know those contracts
 */
export async function refuseOtherContracts({ db, contracts, plan, place }: EarlierDeployment): Promise<void> {
  const { rows } = await sql<{ there: boolean }>`select to_regclass('deployment') is not null as there`.execute(db);
  if (rows[0]?.there !== true) return;
  const stored = await db.selectFrom('deployment').select(['step', 'artifact', 'raw']).orderBy('nonce').execute();
  for (const [index, row] of stored.entries()) {
    const step = plan[index];
    const known = step !== undefined && row.step === describe(step);
    const code = known && row.artifact !== null ? contracts.artifact(row.artifact).bytecode : '0x';
    if (known && withoutNotes(row.raw).includes(withoutNotes(code).slice(2))) continue;
    throw new StartRefused(
      `${place} holds contracts that this version of Deeptier does not know (step ${index + 1}: ${row.step}): ` +
        'move it away to begin anew, or start the version that made it',
    );
  }
}

/** The compiler ends a contract's code with a hash of its sources, comments included; what the contract does is the rest. */
function withoutNotes(code: string): string {
  return code.replaceAll(/a2646970667358221220[0-9a-f]{64}64736f6c6343[0-9a-f]{6}0033/g, '');
}

const RECEIPT_TIMEOUT_MS = 60_000;
const ATTEMPTS = 5;

/**
 * Brings the contracts of a plan onto the chain and binds their names. Contracts may refer to one another in any order:
 * an address follows from the deployer and the step's place. What was done before, wholly or half, is carried on from
 * there; a plan may grow at its end, and its earlier steps never change.
 *
 * @throws when a step is refused, or when the plan is not the one that was begun
 */
export async function deploy({ chain, db, contracts, deployer, plan, log }: DeploymentOptions): Promise<void> {
  const stored = await db.selectFrom('deployment').selectAll().orderBy('nonce').execute();
  const other = stored.find((row) => row.deployer !== deployer.address);
  if (other) throw new Error(`the contracts were deployed by ${other.deployer}, not by ${deployer.address}`);
  if (stored.length > plan.length)
    throw new Error(`the deployment has ${stored.length} steps and the plan only ${plan.length}`);
  const addresses = new Map<string, Address>();
  plan.forEach((step, nonce) => {
    if ('name' in step) addresses.set(step.name, checksummed(getCreateAddress({ from: deployer.address, nonce })));
  });
  const addressOf: AddressOf = (name) => {
    const address = addresses.get(name);
    if (!address) throw new Error(`the plan deploys no ${name}`);
    return address;
  };
  for (const [index, step] of plan.entries()) {
    const row = stored[index];
    if (row && row.step !== describe(step))
      throw new Error(`step ${index} of the deployment was "${row.step}" and is "${describe(step)}" now`);
    if ('name' in step) contracts.bind(step.name, addressOf(step.name), step.artifact ?? step.name);
    if (row?.block_number != null && (await isDone(chain, row.tx_hash as Hash))) continue;
    const raw = (row?.raw as Hex | undefined) ?? (await prepare(index, step));
    await send(index, step, raw);
  }

  async function prepare(index: number, step: DeploymentStep): Promise<Hex> {
    const { target, data } =
      'name' in step
        ? { target: null, data: constructorCall(step, addressOf) }
        : contracts.encode(callOf(step, addressOf));
    const signed = await signTransaction(deployer, {
      to: target,
      data,
      chainId: chain.id,
      nonce: index,
      gas: TRANSACTION_GAS_CAP,
    });
    await db
      .insertInto('deployment')
      .values({
        nonce: BigInt(index),
        step: describe(step),
        name: 'name' in step ? step.name : null,
        artifact: 'name' in step ? (step.artifact ?? step.name) : null,
        address: addressOf('name' in step ? step.name : step.call),
        deployer: deployer.address,
        raw: signed.raw,
        tx_hash: signed.hash,
        block_number: null,
      })
      .execute();
    return signed.raw;
  }

  async function send(index: number, step: DeploymentStep, raw: Hex): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const hash = await chain.sendRaw(raw);
      const receipt = await chain.awaitReceipt(hash, RECEIPT_TIMEOUT_MS);
      if (!receipt) continue;
      if (!receipt.done) throw new Error(`step ${index} of the deployment (${describe(step)}) was refused`);
      await db
        .updateTable('deployment')
        .set({ block_number: receipt.blockNumber })
        .where('nonce', '=', BigInt(index))
        .execute();
      log.info(
        { step: describe(step), block: receipt.blockNumber.toString(), gas: receipt.gasUsed.toString() },
        'deployed',
      );
      return;
    }
    throw new Error(`step ${index} of the deployment (${describe(step)}) is in no block`);
  }

  function constructorCall(step: Extract<DeploymentStep, { name: string }>, address: AddressOf): Hex {
    const artifact = step.artifact ?? step.name;
    const { bytecode } = contracts.artifact(artifact);
    if (bytecode.includes('_')) throw new Error(`${step.name} needs a library that is deployed on its own`);
    return asHex(concat([bytecode, contracts.interface(artifact).encodeDeploy(step.args(address))]));
  }
}

async function isDone(chain: Chain, hash: Hash): Promise<boolean> {
  return (await chain.awaitReceipt(hash, 0))?.done === true;
}

function callOf({ call: contract, functionName, args }: AnyCallStep, address: AddressOf): Call {
  return { contract, functionName, args: args(address) } as Call; // name, function and arguments are of one step
}

function describe(step: DeploymentStep): string {
  return 'name' in step
    ? `deploy ${step.name} (${step.artifact ?? step.name})`
    : `call ${step.call}.${step.functionName}`;
}
