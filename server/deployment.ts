import type { Address } from 'viem';
import type { DeploymentStep } from './platform/chain/deployment.ts';
import { dayNumber, type LedgerDate } from './platform/dates.ts';
import { LEDGER_UTC_OFFSET_SECONDS } from './rules/ledger-date.ts';

/** A legal entity that is there from the first block. */
export interface FoundingParty {
  readonly scheme: 'USCC' | 'LEI';
  readonly identifier: string;
  readonly name: string;
  readonly key: Address;
  readonly validUntil: LedgerDate;
}

/** The rules in force from the first day; amounts in minor units. */
export interface GenesisRules {
  readonly effectiveFrom: LedgerDate;
  readonly maxTermMonths: number;
  readonly maxTier: number;
  readonly maxChildren: number;
  readonly offerWindowDays: number;
  readonly minNote: number;
}

export interface Founding {
  /** Admits everybody else. */
  readonly operator: FoundingParty;
  /** Without it the operator can confirm nothing that governs or makes money. */
  readonly regulator: FoundingParty;
  readonly rules: GenesisRules;
}

/** The ledger's contracts, in the order they are deployed. They name one another for good: there is no setter to misuse. */
export function deploymentPlan({ operator, regulator, rules }: Founding): readonly DeploymentStep[] {
  const offset = BigInt(LEDGER_UTC_OFFSET_SECONDS);
  return [
    { name: 'InstructionForwarder', args: () => [] },
    { name: 'PartyRegistry', args: (at) => [at('InstructionForwarder'), offset, admission(operator), admission(regulator)] },
    {
      name: 'RuleBook',
      args: (at) => [
        at('InstructionForwarder'), at('PartyRegistry'), offset, { ...rules, effectiveFrom: dayNumber(rules.effectiveFrom) },
      ],
    },
    { name: 'NoteMetadata', args: () => [] },
    { name: 'DocumentRegistry', args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), at('ReceivableLedger')] },
    {
      name: 'ReceivableLedger',
      args: (at) => [
        at('InstructionForwarder'), at('PartyRegistry'), at('RuleBook'), at('DocumentRegistry'), at('Settlement'), at('NoteMetadata'),
      ],
    },
    { name: 'CashBook', args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), at('Settlement')] },
    {
      name: 'Settlement',
      args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), at('RuleBook'), at('ReceivableLedger'), at('CashBook')],
    },
    { name: 'AccessGrants', args: (at) => [at('InstructionForwarder'), at('PartyRegistry'), at('ReceivableLedger')] },
  ];
}

/** Events that no table is made of: OpenZeppelin's own bookkeeping, and ERC-721's, which says what the ledger's events say. */
export const IGNORED_EVENTS: readonly string[] = [
  'InstructionForwarder.*',
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
