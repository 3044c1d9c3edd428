// SPDX-License-Identifier: Apache-2.0
import { numbered, type PartyId } from './values/ids.ts';
import type { AccessGrants__factory } from '../types/factories/audit/AccessGrants__factory.ts';
import type { CoverBook__factory } from '../types/factories/covers/CoverBook__factory.ts';
import type { LossAccounts__factory } from '../types/factories/covers/LossAccounts__factory.ts';
import type { Discounting__factory } from '../types/factories/discounting/Discounting__factory.ts';
import type { DocumentRegistry__factory } from '../types/factories/documents/DocumentRegistry__factory.ts';
import type { Concentration__factory } from '../types/factories/exposure/Concentration__factory.ts';
import type { LoanCollateral__factory } from '../types/factories/loans/LoanCollateral__factory.ts';
import type { LoanOffers__factory } from '../types/factories/loans/LoanOffers__factory.ts';
import type { PledgedLoans__factory } from '../types/factories/loans/PledgedLoans__factory.ts';
import type { OfferBook__factory } from '../types/factories/offers/OfferBook__factory.ts';
import type { PartyRegistry__factory } from '../types/factories/parties/PartyRegistry__factory.ts';
import type { PriorClaims__factory } from '../types/factories/priority/PriorClaims__factory.ts';
import type { DebtPaths__factory } from '../types/factories/receivables/DebtPaths__factory.ts';
import type { NoteMetadata__factory } from '../types/factories/receivables/NoteMetadata__factory.ts';
import type { Issuance__factory } from '../types/factories/receivables/Issuance__factory.ts';
import type { ReceivableLedger__factory } from '../types/factories/receivables/ReceivableLedger__factory.ts';
import type { Recourse__factory } from '../types/factories/recourse/Recourse__factory.ts';
import type { SaleRounds__factory } from '../types/factories/rounds/SaleRounds__factory.ts';
import type { RuleBook__factory } from '../types/factories/rules/RuleBook__factory.ts';
import type { CashBook__factory } from '../types/factories/settlement/CashBook__factory.ts';
import type { Settlement__factory } from '../types/factories/settlement/Settlement__factory.ts';
import type { DeploymentStep } from './ledger/deploy.ts';
import { type Rules, rulesOnLedger } from './rules/fields.ts';
import type { Address } from './values/hex.ts';
import { dayNumber, type LedgerDate } from './values/dates.ts';
import { LEDGER_UTC_OFFSET_SECONDS } from './values/ledger-date.ts';

declare module './ledger/contract-types.ts' {
  interface LedgerContracts {
    PartyRegistry: PartyRegistry__factory;
    RuleBook: RuleBook__factory;
    NoteMetadata: NoteMetadata__factory;
    DocumentRegistry: DocumentRegistry__factory;
    Issuance: Issuance__factory;
    ReceivableLedger: ReceivableLedger__factory;
    DebtPaths: DebtPaths__factory;
    CashBook: CashBook__factory;
    Settlement: Settlement__factory;
    AccessGrants: AccessGrants__factory;
    Concentration: Concentration__factory;
    OfferBook: OfferBook__factory;
    Discounting: Discounting__factory;
    SaleRounds: SaleRounds__factory;
    PledgedLoans: PledgedLoans__factory;
    LoanCollateral: LoanCollateral__factory;
    CoverBook: CoverBook__factory;
    LossAccounts: LossAccounts__factory;
    Recourse: Recourse__factory;
    PriorClaims: PriorClaims__factory;
    LoanOffers: LoanOffers__factory;
  }
}

/** The numbers of the parties that are there from the first block. */
export const OPERATOR = numbered<PartyId>(1n);
export const REGULATOR = numbered<PartyId>(2n);

/** A legal entity that is there from the first block. */
export interface FoundingParty {
  readonly scheme: 'USCC' | 'LEI';
  readonly identifier: string;
  readonly name: string;
  readonly key: Address;
  readonly validUntil: LedgerDate;
}

export interface Founding {
  /** Admits everybody else. */
  readonly operator: FoundingParty;
  /** Without it the operator can confirm nothing that governs or makes money. */
  readonly regulator: FoundingParty;
  /** In force from the first day. */
  readonly rules: Rules;
}

/** The contracts of financing that move notes. */
const FINANCING = ['Discounting', 'LoanCollateral', 'Recourse'] as const;

/** The contracts that count what a financier has at stake. */
const COUNTERS = ['Discounting', 'PledgedLoans', 'Recourse', 'PriorClaims'] as const;

/** The contracts that move cash, each together with what it is paid for. */
const CASH_MOVERS = ['Settlement', 'Discounting', 'PledgedLoans', 'LossAccounts', 'Recourse'] as const;

/** The ledger's contracts, in the order they are deployed. They name one another for good: there is no setter to misuse. */
export function deploymentPlan({ operator, regulator, rules }: Founding): readonly DeploymentStep[] {
  const offset = BigInt(LEDGER_UTC_OFFSET_SECONDS);
  return [
    { name: 'InstructionForwarder', args: () => [] },
    {
      name: 'PartyRegistry',
      args: (at) => [at('InstructionForwarder'), offset, admission(operator), admission(regulator)],
    },
    { name: 'RuleBook', args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), offset, rulesOnLedger(rules)] },
    { name: 'NoteMetadata', args: () => [] },
    {
      name: 'DocumentRegistry',
      args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), at('Issuance'), at('ReceivableLedger')],
    },
    {
      name: 'ReceivableLedger',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('DocumentRegistry'),
        at('Issuance'),
        at('Settlement'),
        FINANCING.map((name) => at(name)),
        at('NoteMetadata'),
      ],
    },
    {
      name: 'Issuance',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('DocumentRegistry'),
        at('ReceivableLedger'),
      ],
    },
    { name: 'DebtPaths', args: (at) => [at('ReceivableLedger')] },
    {
      name: 'CashBook',
      args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), CASH_MOVERS.map((name) => at(name))],
    },
    {
      name: 'Settlement',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('ReceivableLedger'),
        at('CashBook'),
        at('PriorClaims'),
      ],
    },
    { name: 'AccessGrants', args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), at('ReceivableLedger')] },
    {
      name: 'Concentration',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('ReceivableLedger'),
        COUNTERS.map((name) => at(name)),
      ],
    },
    {
      name: 'OfferBook',
      args: (at) => [
        at('PartyRegistry'),
        at('RuleBook'),
        at('ReceivableLedger'),
        at('DocumentRegistry'),
        at('Concentration'),
        at('Discounting'),
        at('LoanOffers'),
      ],
    },
    {
      name: 'Discounting',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('ReceivableLedger'),
        at('OfferBook'),
        at('CashBook'),
        at('Concentration'),
        at('SaleRounds'),
      ],
    },
    {
      name: 'SaleRounds',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('ReceivableLedger'),
        at('CashBook'),
        at('Concentration'),
        at('OfferBook'),
        at('Discounting'),
      ],
    },
    {
      name: 'PledgedLoans',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('CashBook'),
        at('Concentration'),
        at('LoanOffers'),
        at('LoanCollateral'),
      ],
    },
    {
      name: 'LoanCollateral',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('ReceivableLedger'),
        at('PledgedLoans'),
        at('PriorClaims'),
        at('LossAccounts'),
      ],
    },
    {
      name: 'CoverBook',
      args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), at('ReceivableLedger'), at('CashBook')],
    },
    {
      name: 'LossAccounts',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('ReceivableLedger'),
        at('CashBook'),
        at('Recourse'),
        at('CoverBook'),
        at('LoanCollateral'),
        at('PriorClaims'),
      ],
    },
    {
      name: 'Recourse',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('ReceivableLedger'),
        at('CashBook'),
        at('Discounting'),
        at('Concentration'),
        at('PriorClaims'),
      ],
    },
    {
      name: 'PriorClaims',
      args: (at) => [at('Settlement'), at('Recourse'), at('LossAccounts'), at('LoanCollateral'), at('Concentration')],
    },
    {
      name: 'LoanOffers',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('OfferBook'),
        at('CashBook'),
        at('Concentration'),
        at('PledgedLoans'),
      ],
    },
  ];
}

/** Events that no table is made of: OpenZeppelin's own bookkeeping, and ERC-721's, which says what the ledger's events say. */
export const IGNORED_EVENTS: readonly string[] = [
  'InstructionForwarder.*',
  'OfferBook.EIP712DomainChanged',
  'ReceivableLedger.Transfer',
  'ReceivableLedger.Approval',
  'ReceivableLedger.ApprovalForAll',
  'ReceivableLedger.Locked',
  'ReceivableLedger.Unlocked',
];

/** The roles of the first two parties are the contract's to say. */
function admission({ validUntil, ...party }: FoundingParty) {
  return { ...party, roles: 0, validUntil: dayNumber(validUntil) };
}
