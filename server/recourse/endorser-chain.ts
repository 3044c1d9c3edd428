// SPDX-License-Identifier: Apache-2.0
import { call, type AnswerOf, type Call } from '../ledger/contract-types.ts';
import type { Contracts } from '../ledger/contracts.ts';
import { readView } from '../ledger/read-view.ts';
import { dateOfDayNumber, type LedgerDate } from '../values/dates.ts';
import type { ReadContext } from '../http/context.ts';
import { type NoteId, noteIdOf, type PartyId, payableIdOf } from '../values/ids.ts';

/** One endorser that answers for a note, once all before it in the chain have paid. */
export interface Endorsement {
  readonly endorser: PartyId;
  /** The note that was sold with recourse. */
  readonly hop: NoteId;
  /** The endorser's note that it was cut from. */
  readonly sold: NoteId;
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

const WAIVED = 3n; // ClaimStage

/**
 * Asks the contract at that block; each further endorsement is the answer for what the one before it had sold. `like` is the note
 * whose endorsers are the note's own: itself, or the one it stands beside.
 */
export async function endorserChainOf(
  { chain, block }: Pick<ReadContext, 'chain' | 'block'>,
  contracts: Contracts,
  note: NoteId,
  like: NoteId = note,
): Promise<EndorserChain> {
  const ask = <C extends Call>(view: C): Promise<AnswerOf<C>> => readView(chain, contracts, view, block);
  const nearest = await ask(call('Recourse', 'endorserOf', like));
  const endorsements: Endorsement[] = [];
  for (let next = nearest; next.found;) {
    const { parent } = await ask(call('ReceivableLedger', 'note', next.hop));
    const sold = noteIdOf(payableIdOf(note), parent);
    endorsements.push({ endorser: next.endorser, hop: next.hop, sold });
    next = await ask(call('Recourse', 'endorserOf', sold));
  }
  return {
    endorsements,
    steppedInOn: nearest.steppedInOn === 0n ? null : dateOfDayNumber(nearest.steppedInOn),
    until: nearest.found ? dateOfDayNumber(nearest.until) : null,
    limitationUntil: dateOfDayNumber(await ask(call('Recourse', 'limitationOf', note))),
    waived: (await ask(call('Recourse', 'claimOn', note))).stage === WAIVED,
  };
}
