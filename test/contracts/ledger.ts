// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import hardhatEthers from '@nomicfoundation/hardhat-ethers';
import hardhatChaiMatchers from '@nomicfoundation/hardhat-ethers-chai-matchers';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import hardhatNetworkHelpers from '@nomicfoundation/hardhat-network-helpers';
import { type BaseContract, encodeBytes32String, getCreateAddress, id, type Interface, ZeroHash } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import { deploymentPlan } from '../../server/deployment.ts';
import type { Rules } from '../../server/rules/fields.ts';
import { TRANSACTION_GAS_CAP } from '../../server/ledger/chain/chain.ts';
import type { ContractName, LedgerContracts } from '../../server/ledger/contract-types.ts';
import { maskOf, type PartyRole } from '../../server/values/roles.ts';
import { dayNumber, ledgerDate, type LedgerDate } from '../../server/values/dates.ts';
import { LEDGER_UTC_OFFSET_SECONDS } from '../../server/values/ledger-date.ts';
import { codeBytes3 } from '../../server/values/fixed-text.ts';
import { addressOf, type Address } from '../../server/values/hex.ts';
import type { SettlementCash } from '../../types/settlement/SettlementCash.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

export const ISSUE_DATE = ledgerDate('2026-08-31');
/** A Friday. */
export const MATURITY = ledgerDate('2027-02-26');
/** The default of what matures on `MATURITY`: it is due on that day, and 30 days have passed since. */
export const IN_DEFAULT = ledgerDate('2027-04-01');
export const FOR_GOOD = ledgerDate('2099-12-31');
export const CNY = codeBytes3('CNY');
/** What an obligor may owe, and a financier's risk assets, in minor units. */
const PLENTY = 10n ** 12n;

/** In force from the issue date on. */
export const RULES: Rules = {
  effectiveFrom: ISSUE_DATE,
  maxTermMonths: 6,
  maxTier: 4,
  maxChildren: 200,
  offerWindowDays: 3,
  minNote: '100',
  recourseAllowed: true,
  maxDebtorShare: 5_000,
  maxAffiliateShare: 4_000,
  defaultDays: 30,
  recourseMonths: 6,
  reRecourseMonths: 3,
  limitationMonths: 36,
};

/**
 * Hardhat with the plugins of its tests. They stand here and not in hardhat.config.ts, which a start in production reads
 * too: what only development installs is not there then. The chain allows what the gateway's embedded one allows.
 */
const hre = await createHardhatRuntimeEnvironment(
  {
    plugins: [hardhatEthers, hardhatChaiMatchers, hardhatNetworkHelpers],
    networks: {
      ledger: {
        type: 'edr-simulated',
        chainType: 'l1',
        hardfork: 'cancun',
        initialDate: new Date(secondsOf(ISSUE_DATE) * 1000),
        initialBaseFeePerGas: 0,
        blockGasLimit: 60_000_000,
        transactionGasCap: TRANSACTION_GAS_CAP,
        gas: TRANSACTION_GAS_CAP,
        gasPrice: 0,
        allowBlocksWithSameTimestamp: true,
      },
    },
  },
  {},
  PROJECT,
);

export const { ethers, networkHelpers } = await hre.network.create('ledger');

type Instance<N extends ContractName> = ReturnType<LedgerContracts[N]['attach']>;

/** A party, the key it signs with, and its account in ERC-20 and ERC-721. */
export interface Member {
  readonly party: bigint;
  readonly key: HardhatEthersSigner;
  readonly account: Address;
}

/** What is compiled of a contract. */
export interface Compiled {
  readonly deployedBytecode: string;
  /** Where in its code a constructor writes what never changes. */
  readonly immutableReferences?: Readonly<
    Record<string, readonly { readonly start: number; readonly length: number }[]>
  >;
}

/** The deployed contracts, and who is there from the first block. */
export interface Ledger {
  /** In the order of the plan. */
  readonly names: readonly ContractName[];
  /** A contract, called by a member or with another key; by nobody in particular where it is only read. */
  at<N extends ContractName>(name: N, by?: Member | HardhatEthersSigner): Instance<N>;
  compiled(name: string): Promise<Compiled>;
  /** Settlement cash in CNY, once it is open. */
  cash(by?: Member): Promise<SettlementCash>;
  readonly operator: Member;
  readonly regulator: Member;
  /** Admits a party with a key of its own; what a regulator has to confirm is confirmed. */
  admit(...roles: readonly PartyRole[]): Promise<Member>;
  /** A key that signs for nobody. */
  freshKey(): Promise<HardhatEthersSigner>;
}

/** Deploys the contracts by the plan that the gateway carries out. */
export async function deployLedger(): Promise<Ledger> {
  const [deployer, operatorKey, regulatorKey] = (await ethers.getSigners()) as [
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
  ];
  const founding = (name: string, key: HardhatEthersSigner) => ({
    scheme: 'USCC' as const,
    identifier: name,
    name,
    key: addressOf(key.address),
    validUntil: FOR_GOOD,
  });
  const plan = deploymentPlan({
    operator: founding('operator', operatorKey),
    regulator: founding('regulator', regulatorKey),
    rules: RULES,
  }).map((step) => {
    if (!('name' in step)) throw new Error('the plan only deploys');
    return step;
  });
  const names: readonly ContractName[] = plan.map(({ name }) => name);
  const from = await deployer.getNonce();
  const addressIn = (name: ContractName): Address => {
    if (!names.includes(name)) throw new Error(`the plan deploys no ${name}`);
    return addressOf(getCreateAddress({ from: deployer.address, nonce: from + names.indexOf(name) }));
  };
  const contracts = new Map<ContractName, BaseContract>();
  for (const { name, artifact, args } of plan) {
    const factory = await ethers.getContractFactory<unknown[]>(artifact ?? name, deployer);
    contracts.set(name, await factory.deploy(...args(addressIn)));
  }

  /** The contract as it is called by that account; by nobody, it can be asked only. */
  const calledBy = (contract: BaseContract, by?: Member | HardhatEthersSigner): BaseContract =>
    contract.connect(by === undefined ? ethers.provider : 'key' in by ? by.key : by);
  const at: Ledger['at'] = <N extends ContractName>(name: N, by?: Member | HardhatEthersSigner) => {
    const contract = contracts.get(name);
    if (!contract) throw new Error(`the plan deploys no ${name}`);
    return calledBy(contract, by) as Instance<N>;
  };
  let keys = 0;
  const freshKey = (): Promise<HardhatEthersSigner> =>
    ethers.getImpersonatedSigner(addressOf(`0x${id(`key ${(keys += 1)}`).slice(-40)}`));
  const member = (party: bigint, key: HardhatEthersSigner): Member => ({ party, key, account: accountOf(party) });
  const operator = member(1n, operatorKey);
  const regulator = member(2n, regulatorKey);
  const admit = async (...roles: readonly PartyRole[]): Promise<Member> => {
    const key = await freshKey();
    const registry = at('PartyRegistry', operator);
    const admission = { scheme: 'USCC', identifier: key.address, name: roles.join(), roles: maskOf(roles) };
    await registry.admit({ ...admission, validUntil: dayNumber(FOR_GOOD), key: key.address });
    const party = await registry.partyCount();
    if (roles.includes('settlement-bank')) await at('PartyRegistry', regulator).confirmRoles(party, maskOf(roles));
    return member(party, key);
  };
  const cash = async (by?: Member): Promise<SettlementCash> => {
    const address = await at('CashBook').cashOf(CNY);
    return calledBy(await ethers.getContractAt('SettlementCash', address), by) as SettlementCash;
  };
  const compiled = (name: string): Promise<Compiled> => hre.artifacts.readArtifact(name);
  return { names, at, compiled, cash, operator, regulator, admit, freshKey };
}

/** A ledger in use: a party of every role that does business, settlement cash, a limit, and a note that is held. */
export async function ledgerInUse() {
  const ledger = await deployLedger();
  const { at, operator, admit } = ledger;
  const bank = await admit('settlement-bank');
  const obligor = await admit('obligor');
  const supplier1 = await admit('supplier');
  const supplier2 = await admit('supplier');
  const supplier3 = await admit('supplier');
  const financier = await admit('financier');
  await at('CashBook', bank).open(CNY, 2);
  await at('Issuance', operator).setLimit(obligor.party, CNY, PLENTY);
  await at('Concentration', financier).declareRiskAssets(CNY, PLENTY);
  return { ...ledger, bank, obligor, supplier1, supplier2, supplier3, financier };
}

/** Deposits, in minor units, on the account of a party. */
export async function mint({ at }: Ledger, bank: Member, to: Member, amount: bigint): Promise<void> {
  await at('CashBook', bank).mint(CNY, to.party, amount, ZeroHash);
}

/** What an obligor promises, with one document behind it that its supplier has registered. */
export async function orderFor(
  { at }: Ledger,
  { obligor, supplier, face, ref = 'order' }: { obligor: Member; supplier: Member; face: bigint; ref?: string },
) {
  const fingerprint = id(`behind payable ${(await at('ReceivableLedger').payableCount()) + 1n}: ${ref}`);
  await at('DocumentRegistry', supplier).register(fingerprint, obligor.party, CNY, face);
  return {
    supplier: supplier.party,
    currency: CNY,
    face,
    maturity: dayNumber(MATURITY),
    documents: [{ fingerprint, amount: face }],
    ref: encodeBytes32String(ref),
  };
}

/** An accepted payable: its first note, held by the supplier. */
export async function heldNote(
  ledger: Ledger,
  { obligor, supplier, face }: { obligor: Member; supplier: Member; face: bigint },
): Promise<bigint> {
  await ledger.at('Issuance', obligor).issue(await orderFor(ledger, { obligor, supplier, face }));
  const note = noteId(await ledger.at('ReceivableLedger').payableCount(), 1n);
  await ledger.at('ReceivableLedger', supplier).accept(note);
  return note;
}

export function noteId(payable: bigint, index: bigint): bigint {
  return (payable << 24n) | index;
}

/** The address a party has in ERC-20 and ERC-721, whichever key it signs with; as `account` in `PartyId.sol`. */
export function accountOf(party: bigint): Address {
  return addressOf(`0xdee971e2${party.toString(16).padStart(32, '0')}`);
}

/** Nine in the morning of a date, in the ledger's time zone, in Unix seconds. */
export function secondsOf(date: LedgerDate): number {
  return dayNumber(date) * 86_400 - LEDGER_UTC_OFFSET_SECONDS + 9 * 3_600;
}

/** The functions that change state, by name, as a contract's ABI has them. */
export function writesOf(contract: { readonly interface: Interface }): string[] {
  const names: string[] = [];
  contract.interface.forEachFunction(({ name, stateMutability }) => {
    if (stateMutability === 'nonpayable' || stateMutability === 'payable') names.push(name);
  });
  return names;
}
