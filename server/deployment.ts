import type { Address } from 'viem';
import type { DeploymentStep } from './ledger/deploy.ts';
import { dayNumber, type LedgerDate } from './values/dates.ts';
import { LEDGER_UTC_OFFSET_SECONDS } from './values/ledger-date.ts';

/** A legal entity that is there from the first block. */
export interface FoundingParty {
  readonly scheme: 'USCC' | 'LEI';
  readonly identifier: string;
  readonly name: string;
  readonly key: Address;
  readonly validUntil: LedgerDate;
}

/** The rules in force from the first day; amounts in minor units, shares in basis points. */
export interface GenesisRules {
  readonly effectiveFrom: LedgerDate;
  readonly maxTermMonths: number;
  readonly maxTier: number;
  readonly maxChildren: number;
  readonly offerWindowDays: number;
  readonly minNote: number;
  readonly recourseAllowed: boolean;
  readonly maxDebtorShare: number;
  readonly maxAffiliateShare: number;
  readonly defaultDays: number;
  readonly recourseMonths: number;
  readonly reRecourseMonths: number;
  readonly limitationMonths: number;
}

export interface Founding {
  /** Admits everybody else. */
  readonly operator: FoundingParty;
  /** Without it the operator can confirm nothing that governs or makes money. */
  readonly regulator: FoundingParty;
  readonly rules: GenesisRules;
}

/** The contracts of financing that move notes. */
const FINANCING = ['Discounting', 'PledgedLoans', 'Recourse'] as const;

/** The contracts that move cash, each together with what it is paid for. */
const CASH_MOVERS = ['Settlement', 'Discounting', 'PledgedLoans', 'LossCovers', 'Recourse'] as const;

/** The ledger's contracts, in the order they are deployed. They name one another for good: there is no setter to misuse. */
export function deploymentPlan({ operator, regulator, rules }: Founding): readonly DeploymentStep[] {
  const offset = BigInt(LEDGER_UTC_OFFSET_SECONDS);
  return [
    { name: 'InstructionForwarder', args: () => [] },
    {
      name: 'PartyRegistry',
      args: (at) => [at('InstructionForwarder'), offset, admission(operator), admission(regulator)],
    },
    {
      name: 'RuleBook',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        offset,
        { ...rules, effectiveFrom: dayNumber(rules.effectiveFrom) },
      ],
    },
    { name: 'NoteMetadata', args: () => [] },
    {
      name: 'DocumentRegistry',
      args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), at('ReceivableLedger')],
    },
    {
      name: 'ReceivableLedger',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('DocumentRegistry'),
        at('Settlement'),
        FINANCING.map(at),
        at('NoteMetadata'),
      ],
    },
    { name: 'DebtPaths', args: (at) => [at('ReceivableLedger')] },
    { name: 'CashBook', args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), CASH_MOVERS.map(at)] },
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
        [...FINANCING, 'PriorClaims'].map(at),
      ],
    },
    {
      name: 'Discounting',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('ReceivableLedger'),
        at('DocumentRegistry'),
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
        at('Discounting'),
      ],
    },
    {
      name: 'PledgedLoans',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('ReceivableLedger'),
        at('CashBook'),
        at('Concentration'),
        at('LoanOffers'),
        at('PriorClaims'),
        at('LossCovers'),
      ],
    },
    {
      name: 'LossCovers',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('ReceivableLedger'),
        at('CashBook'),
        at('Recourse'),
        at('PledgedLoans'),
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
      args: (at) => [at('Settlement'), at('Recourse'), at('LossCovers'), at('PledgedLoans'), at('Concentration')],
    },
    {
      name: 'LoanOffers',
      args: (at) => [
        at('InstructionForwarder'),
        at('PartyRegistry'),
        at('RuleBook'),
        at('ReceivableLedger'),
        at('DocumentRegistry'),
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
  'Discounting.EIP712DomainChanged',
  'LoanOffers.EIP712DomainChanged',
  'ReceivableLedger.Transfer',
  'ReceivableLedger.Approval',
  'ReceivableLedger.ApprovalForAll',
  'ReceivableLedger.Locked',
  'ReceivableLedger.Unlocked',
];

/** The roles of the first two parties are the contract's to say. */
function admission({ validUntil, ...party }: FoundingParty): object {
  return { ...party, roles: 0, validUntil: dayNumber(validUntil) };
}
