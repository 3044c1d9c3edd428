// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import hre from 'hardhat';
import { computeAddress, concat, getCreateAddress, Interface, type JsonFragment, toBeHex, toQuantity } from 'ethers';
import { readFounding } from '../../server/config.ts';
import { deploymentPlan } from '../../server/deployment.ts';
import { InProcessProvider } from '../../server/ledger/chain/providers.ts';
import { pollReceipt, type Receipt } from '../../server/ledger/chain/receipt.ts';
import { type AnswerOf, call, type Call, type ContractName } from '../../server/ledger/contract-types.ts';
import { type Artifact, Contracts } from '../../server/ledger/contracts.ts';
import { readView } from '../../server/ledger/read-view.ts';
import { addressOf, asHex, type Address, type Hash, type Hex } from '../../server/values/hex.ts';
import { maskOf, type PartyRole } from '../../server/values/roles.ts';
import { ledgerDate } from '../../server/values/dates.ts';

const FOUNDING = path.resolve(import.meta.dirname, '../../samples/founding.json');

/** The gas of one transaction, at most. */
const GAS = 16_777_216n;

/** A contract that is no part of the ledger. */
export interface Deployed {
  readonly address: Address;
  readonly interface: Interface;
}

/** A party and its key. */
export interface Member {
  readonly party: number;
  readonly key: Address;
}

/** The ledger on a chain of its own, without a server: each call is a transaction of its party's own. */
export interface BareLedger {
  readonly provider: InProcessProvider;
  readonly operator: Address;
  read<C extends Call>(call: C): Promise<AnswerOf<C>>;
  create(name: string): Promise<Deployed>;
  /** Sends a call; the gas it took. Throws if it was refused. */
  send(from: Address, call: Call): Promise<bigint>;
  sendData(from: Address, to: Address, data: Hex): Promise<bigint>;
  /** Admits a party with a key of its own. */
  admit(role: PartyRole): Promise<Member>;
}

export async function deployLedger(): Promise<BareLedger> {
  const { provider: chain } = await hre.network.create();
  const provider = new InProcessProvider(31_337, (request) => chain.request(request));
  const accounts = (await provider.send('eth_accounts', [])) as readonly string[];
  const [deployer, operator, regulator] = accounts.map(addressOf) as [Address, Address, Address];

  const mined = async (transaction: { from: Address; to?: Address; data: Hex }): Promise<Receipt> => {
    const hash = (await provider.send('eth_sendTransaction', [{ ...transaction, gas: toQuantity(GAS) }])) as Hash;
    const receipt = await pollReceipt(provider, hash, 10_000, 5);
    if (!receipt?.done) throw new Error(`transaction ${hash} was refused`);
    return receipt;
  };
  const sendData = async (from: Address, to: Address, data: Hex): Promise<bigint> =>
    (await mined({ from, to, data })).gasUsed;
  let nonce = 0;
  const deploy = async (data: Hex): Promise<Address> => {
    const address = addressOf(getCreateAddress({ from: deployer, nonce }));
    await mined({ from: deployer, data });
    nonce += 1;
    return address;
  };
  const artifactOf = async (name: string): Promise<Artifact> => {
    const { abi, bytecode, deployedBytecode } = await hre.artifacts.readArtifact(name);
    return { abi: abi as JsonFragment[], bytecode: asHex(bytecode), deployedBytecode: asHex(deployedBytecode) };
  };
  const create = async (name: string): Promise<Deployed> => {
    const { abi, bytecode } = await artifactOf(name);
    return { address: await deploy(bytecode), interface: new Interface(abi) };
  };

  const { rules } = await readFounding(FOUNDING);
  const founding = (key: Address, identifier: string) => ({
    scheme: 'USCC' as const,
    identifier,
    name: identifier,
    key,
    validUntil: ledgerDate('2099-12-31'),
  });
  const plan = deploymentPlan({
    operator: founding(operator, 'operator'),
    regulator: founding(regulator, 'regulator'),
    rules: { ...rules, maxChildren: 1000 },
  });
  const steps = plan.flatMap((step) => ('name' in step ? [step] : []));
  const contracts = new Contracts(
    new Map(await Promise.all(steps.map(async ({ name }) => [name, await artifactOf(name)] as const))),
  );
  const at = (name: ContractName): Address =>
    addressOf(getCreateAddress({ from: deployer, nonce: steps.findIndex((step) => step.name === name) }));
  for (const { name, args } of steps) {
    const { bytecode } = contracts.artifact(name);
    const data = concat([bytecode, contracts.interface(name).encodeDeploy(args(at))]);
    contracts.bind(name, await deploy(asHex(data)));
  }
  const send = (from: Address, order: Call): Promise<bigint> => {
    const { target, data } = contracts.encode(order);
    return sendData(from, target, data);
  };

  let parties = 2;
  const admit = async (role: PartyRole): Promise<Member> => {
    parties += 1;
    const key = addressOf(computeAddress(toBeHex(1_000 + parties, 32)));
    await provider.send('hardhat_impersonateAccount', [key]);
    await provider.send('hardhat_setBalance', [key, toQuantity(10n ** 20n)]);
    const admission = { scheme: 'USCC', identifier: key, name: key, roles: maskOf([role]), validUntil: 40_000, key };
    await send(operator, call('PartyRegistry', 'admit', admission));
    if (role === 'settlement-bank')
      await send(regulator, call('PartyRegistry', 'confirmRoles', parties, maskOf([role])));
    return { party: parties, key };
  };
  const read = <C extends Call>(view: C): Promise<AnswerOf<C>> => readView({ provider }, contracts, view);
  return { provider, operator, read, create, send, sendData, admit };
}
