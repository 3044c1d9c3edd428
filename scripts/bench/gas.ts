import hre from 'hardhat';
import {
  createPublicClient, createWalletClient, custom, encodeDeployData, encodeFunctionData, getContractAddress, stringToHex, toHex, zeroHash,
  type Abi, type Address, type Hash, type Hex,
} from 'viem';
import { hardhat } from 'viem/chains';
import { privateKeyToAddress } from 'viem/accounts';
import { deploymentPlan } from '../../server/deployment.ts';
import { maskOf } from '../../server/parties/roles.ts';
import { ledgerDate } from '../../server/platform/dates.ts';

/** How many notes are cut in one transaction of the batch. */
const BATCH = 100;
const GAS = 16_000_000n;
const LIMITS = { alone: 70_000, batch: 32_000 };

interface Deployed {
  readonly address: Address;
  readonly abi: Abi;
}

/**
 * What one hop costs on the EVM, without the forwarder: a transfer of part of a note to a recipient that accepted
 * beforehand, alone and a hundred to different recipients in one transaction; beside the reference ERC-3525.
 */
export async function benchGas(): Promise<void> {
  const { provider } = await hre.network.create();
  const transport = custom(provider);
  const reader = createPublicClient({ chain: hardhat, transport });
  const sender = createWalletClient({ chain: hardhat, transport });
  const [deployer, operator, regulator, obligor, supplier] = await sender.getAddresses() as [Address, Address, Address, Address, Address];

  const mined = async (hash: Hash) => {
    const receipt = await reader.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`transaction ${hash} was refused`);
    return receipt;
  };
  const send = async (from: Address, to: Deployed, functionName: string, args: readonly unknown[]): Promise<bigint> => {
    const data = encodeFunctionData({ abi: to.abi, functionName, args });
    return (await mined(await sender.sendTransaction({ account: from, to: to.address, data, gas: GAS }))).gasUsed;
  };
  const create = async (name: string, args: readonly unknown[]): Promise<Deployed> => {
    const { abi, bytecode } = await hre.artifacts.readArtifact(name);
    const data = encodeDeployData({ abi: abi as Abi, bytecode: bytecode as Hex, args });
    const { contractAddress } = await mined(await sender.sendTransaction({ account: deployer, data, gas: GAS }));
    return { address: contractAddress as Address, abi: abi as Abi };
  };

  const founding = (key: Address, identifier: string) => ({ scheme: 'USCC' as const, identifier, name: identifier, key, validUntil: ledgerDate('2099-12-31') });
  const plan = deploymentPlan({
    operator: founding(operator, 'operator'), regulator: founding(regulator, 'regulator'),
    rules: { effectiveFrom: ledgerDate('2020-01-01'), maxTermMonths: 12, maxTier: 10, maxChildren: 1000, offerWindowDays: 5, minNote: 1 },
  });
  const ledger = new Map<string, Deployed>();
  const at = (name: string): Address => getContractAddress({ from: deployer, nonce: BigInt(plan.findIndex((step) => 'name' in step && step.name === name)) });
  for (const step of plan) {
    if ('name' in step) ledger.set(step.name, await create(step.name, step.args(at)));
  }
  const contract = (name: string): Deployed => ledger.get(name) as Deployed;

  let parties = 2;
  const admit = async (key: Address, role: 'obligor' | 'supplier'): Promise<number> => {
    const admission = { scheme: 'USCC', identifier: key, name: key, roles: maskOf([role]), validUntil: 40_000, key };
    await send(operator, contract('PartyRegistry'), 'admit', [admission]);
    return parties += 1;
  };
  const debtor = await admit(obligor, 'obligor');
  const holder = await admit(supplier, 'supplier');
  const recipients: { readonly party: number; readonly key: Address }[] = [];
  for (let index = 0; index < BATCH + 2; index += 1) {
    const key = privateKeyToAddress(toHex(1_000 + index, { size: 32 }));
    recipients.push({ party: await admit(key, 'supplier'), key });
    await provider.request({ method: 'hardhat_impersonateAccount', params: [key] });
    await provider.request({ method: 'hardhat_setBalance', params: [key, toHex(10n ** 20n)] });
    await send(key, contract('PartyRegistry'), 'setStandingAcceptance', [0, true]);
  }

  const CNY = stringToHex('CNY');
  const face = 10n ** 11n;
  await send(operator, contract('ReceivableLedger'), 'setLimit', [debtor, CNY, face]);
  await send(obligor, contract('DocumentRegistry'), 'register', [toHex(1, { size: 32 }), debtor, CNY, face]);
  const today = await reader.readContract({ ...contract('RuleBook'), functionName: 'today' }) as number;
  await send(obligor, contract('ReceivableLedger'), 'issue', [{
    supplier: holder, currency: CNY, face, maturity: today + 100, documents: [{ fingerprint: toHex(1, { size: 32 }), amount: face }], ref: zeroHash,
  }]);
  const note = (1n << 24n) | 1n;
  await send(supplier, contract('ReceivableLedger'), 'accept', [note]);
  const transfer = (to: readonly { readonly party: number }[]): Promise<bigint> =>
    send(supplier, contract('ReceivableLedger'), 'transfer', [note, zeroHash, to.map(({ party }) => ({ to: party, amount: 1_000n }))]);
  const ours = { alone: await transfer(recipients.slice(0, 1)), batch: await transfer(recipients.slice(2)) / BigInt(BATCH) };

  const reference = await create('Erc3525Reference', []);
  const token = 1_000_000n; // the reference numbers what it cuts from 1 on
  await send(supplier, reference, 'mint', [supplier, token, 1n, face]);
  const transferOne = encodeFunctionData({
    abi: reference.abi.filter((item) => item.type !== 'function' || item.name !== 'transferFrom' || item.outputs.length === 1),
    functionName: 'transferFrom', args: [token, recipients[0]?.key, 1_000n],
  });
  const alone = await mined(await sender.sendTransaction({ account: supplier, to: reference.address, data: transferOne, gas: GAS }));
  // A batch of the reference does not fit under one transaction's gas cap: it is measured in quarters.
  let batch = 0n;
  for (let quarter = 0; quarter < 4; quarter += 1) {
    const keys = recipients.slice(2 + quarter * BATCH / 4, 2 + (quarter + 1) * BATCH / 4).map(({ key }) => key);
    batch += await send(supplier, reference, 'transferToMany', [token, keys, 1_000n]);
  }
  const theirs = { alone: alone.gasUsed, batch: batch / BigInt(BATCH) };

  console.log(`\ngas per hop                     alone   in a batch of ${BATCH}`);
  console.log(`a Deeptier note             ${String(ours.alone).padStart(9)}   ${String(ours.batch).padStart(9)}`);
  console.log(`ERC-3525 reference          ${String(theirs.alone).padStart(9)}   ${String(theirs.batch).padStart(9)}`);
  console.log(`ratio                       ${ratio(theirs.alone, ours.alone)}   ${ratio(theirs.batch, ours.batch)}`);
  console.log(`what we hold ourselves to   ${`≤ ${LIMITS.alone}`.padStart(9)}   ${`≤ ${LIMITS.batch}`.padStart(9)}`);
  if (ours.alone > LIMITS.alone || ours.batch > LIMITS.batch) process.exitCode = 1;
}

function ratio(theirs: bigint, ours: bigint): string {
  return (Number(theirs) / Number(ours)).toFixed(2).padStart(9);
}
