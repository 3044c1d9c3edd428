import type { Contracts } from '../ledger/contracts.ts';
import { dateOfDayNumber, type LedgerDate } from '../values/dates.ts';
import type { ReadContext } from '../http/context.ts';
import { noteIdOf, payableIdOf } from '../values/ids.ts';

/** One endorser that answers for a note, once all before it in the chain have paid. */
export interface Endorsement {
  readonly endorser: number;
  /** The note that was sold with recourse. */
  readonly hop: bigint;
  /** The endorser's note that it was cut from. */
  readonly sold: bigint;
}

/** Who answers for a note, as the chain has it. */
export interface EndorserChain {
  /** The nearest endorser first. */
  readonly endorsements: readonly Endorsement[];
  /** When the holder, or one before it, stepped in; none where nobody did. */
  readonly steppedInOn: LedgerDate | null;
  /** Last day to claim on the nearest; none where nobody answers. */
  readonly until: LedgerDate | null;
  /** Last day of the limitation of what the obligor owes on the note. */
  readonly limitationUntil: LedgerDate;
  readonly waived: boolean;
}

interface Answer {
  readonly found: boolean;
  readonly hop: bigint;
  readonly endorser: number;
  readonly steppedInOn: number;
  readonly until: number;
}

const WAIVED = 3; // ClaimStage

/**
 * Asks the contract at that block; each further endorsement is the answer for what the one before it had sold. `like` is the note
 * whose endorsers are the note's own: itself, or the one it stands beside.
 */
export async function endorserChainOf(
  { chain, block }: Pick<ReadContext, 'chain' | 'block'>,
  contracts: Contracts,
  note: bigint,
  like: bigint = note,
): Promise<EndorserChain> {
  const ask = async <T>(contract: string, functionName: string, id: bigint): Promise<T> =>
    (await chain.client.readContract({
      address: contracts.address(contract),
      abi: contracts.abi(contract),
      functionName,
      args: [id],
      blockNumber: block,
    })) as T;
  const nearest = await ask<Answer>('Recourse', 'endorserOf', like);
  const endorsements: Endorsement[] = [];
  for (let next = nearest; next.found;) {
    const { parent } = await ask<{ parent: number }>('ReceivableLedger', 'note', next.hop);
    const sold = noteIdOf(payableIdOf(note), BigInt(parent));
    endorsements.push({ endorser: next.endorser, hop: next.hop, sold });
    next = await ask<Answer>('Recourse', 'endorserOf', sold);
  }
  return {
    endorsements,
    steppedInOn: nearest.steppedInOn === 0 ? null : dateOfDayNumber(nearest.steppedInOn),
    until: nearest.found ? dateOfDayNumber(nearest.until) : null,
    limitationUntil: dateOfDayNumber(await ask<number>('Recourse', 'limitationOf', note)),
    waived: (await ask<{ stage: number }>('Recourse', 'claimOn', note)).stage === WAIVED,
  };
}
