import hre from 'hardhat';
import {
  createPublicClient,
  createWalletClient,
  custom,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  toHex,
  type Abi,
  type Address,
  type Hash,
  type Hex,
  type PublicClient,
  type TransactionReceipt,
} from 'viem';
import { hardhat } from 'viem/chains';
import { privateKeyToAddress } from 'viem/accounts';
import { deploymentPlan } from '../../server/deployment.ts';
import { maskOf, type PartyRole } from '../../server/parties/roles.ts';
import { ledgerDate } from '../../server/values/dates.ts';

/** The gas of one transaction, at most. */
const GAS = 16_777_216n;

export interface Deployed {
  readonly address: Address;
  readonly abi: Abi;
}

/** A party and its key. */
export interface Member {
  readonly party: number;
  readonly key: Address;
}

/** The ledger on a chain of its own, without a server: each call is a transaction of its party's own. */
export interface BareLedger {
  readonly reader: PublicClient;
  readonly operator: Address;
  contract(name: string): Deployed;
  create(name: string, args: readonly unknown[]): Promise<Deployed>;
  /** Sends a call; the gas it took. Throws if it was refused. */
  send(from: Address, to: Deployed, functionName: string, args: readonly unknown[]): Promise<bigint>;
  sendData(from: Address, to: Address, data: Hex): Promise<bigint>;
  /** Admits a party with a key of its own. */
  admit(role: PartyRole): Promise<Member>;
}

export async function deployLedger(): Promise<BareLedger> {
  const { provider } = await hre.network.create();
  const transport = custom(provider);
  const reader = createPublicClient({ chain: hardhat, transport });
  const sender = createWalletClient({ chain: hardhat, transport });
  const [deployer, operator, regulator] = (await sender.getAddresses()) as [Address, Address, Address];

  const mined = async (hash: Hash): Promise<TransactionReceipt> => {
    const receipt = await reader.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`transaction ${hash} was refused`);
    return receipt;
  };
  const sendData = async (from: Address, to: Address, data: Hex): Promise<bigint> =>
    (await mined(await sender.sendTransaction({ account: from, to, data, gas: GAS }))).gasUsed;
  const send = (from: Address, to: Deployed, functionName: string, args: readonly unknown[]): Promise<bigint> =>
    sendData(from, to.address, encodeFunctionData({ abi: to.abi, functionName, args }));
  const create = async (name: string, args: readonly unknown[]): Promise<Deployed> => {
    const { abi, bytecode } = await hre.artifacts.readArtifact(name);
    const data = encodeDeployData({ abi: abi as Abi, bytecode: bytecode as Hex, args });
    const { contractAddress } = await mined(await sender.sendTransaction({ account: deployer, data, gas: GAS }));
    return { address: contractAddress as Address, abi: abi as Abi };
  };

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
    rules: {
      effectiveFrom: ledgerDate('2020-01-01'),
      maxTermMonths: 12,
      maxTier: 10,
      maxChildren: 1000,
      offerWindowDays: 5,
      minNote: 1,
      recourseAllowed: true,
      maxDebtorShare: 5000,
      maxAffiliateShare: 4000,
      defaultDays: 30,
      recourseMonths: 6,
      reRecourseMonths: 3,
      limitationMonths: 36,
    },
  });
  const ledger = new Map<string, Deployed>();
  const at = (name: string): Address =>
    getContractAddress({
      from: deployer,
      nonce: BigInt(plan.findIndex((step) => 'name' in step && step.name === name)),
    });
  for (const step of plan) {
    if ('name' in step) ledger.set(step.name, await create(step.name, step.args(at)));
  }
  const contract = (name: string): Deployed => ledger.get(name) as Deployed;

  let parties = 2;
  const admit = async (role: PartyRole): Promise<Member> => {
    parties += 1;
    const key = privateKeyToAddress(toHex(1_000 + parties, { size: 32 }));
    await provider.request({ method: 'hardhat_impersonateAccount', params: [key] });
    await provider.request({ method: 'hardhat_setBalance', params: [key, toHex(10n ** 20n)] });
    const admission = { scheme: 'USCC', identifier: key, name: key, roles: maskOf([role]), validUntil: 40_000, key };
    await send(operator, contract('PartyRegistry'), 'admit', [admission]);
    if (role === 'settlement-bank')
      await send(regulator, contract('PartyRegistry'), 'confirmRoles', [parties, maskOf([role])]);
    return { party: parties, key };
  };
  return { reader, operator, contract, create, send, sendData, admit };
}
