// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { documentsByFingerprint } from '../documents/queries.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import { documentsOf } from '../receivables/queries.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { call } from '../ledger/contract-types.ts';
import type { NoteLot } from './lots.ts';
import { offerRefusals } from './refusals.ts';

/** What is against financing lots: the same paper or the same invoice may be used already. */
export interface DuplicateCheck {
  /** Documents that the lots' payables stand on. */
  readonly documents: number;
  /** Nothing where nothing is against it. */
  readonly faults: readonly DeeptierError[];
}

/**
 * Looks whether the lots are free, not pledged, and stand on documents that carry them. `holder` is whose they have to be.
 * The ledger looks once more when money moves.
 */
export async function checkDuplicates(
  ctx: Pick<Context, 'db' | 'asOf' | 'ledgerClient' | 'chain'>,
  lots: readonly NoteLot[],
  holder: PartyId,
): Promise<DuplicateCheck> {
  const { db, asOf, ledgerClient } = ctx;
  const payables = [...new Set(lots.map(({ payable }) => payable.id))];
  const uses = await documentsOf(db, payables, asOf);
  const fingerprints = [...new Set([...uses.values()].flat().map(({ fingerprint }) => fingerprint))];
  const overdrawn = new Set(
    (await documentsByFingerprint(db, fingerprints, asOf)).flatMap(({ fingerprint, excess }) =>
      excess > 0n ? [fingerprint] : [],
    ),
  );
  const today = dateAt(await blockTimeOf(ctx));
  // To whom they might go does not matter here.
  const free = await ledgerClient.ask(
    lots.map(({ note, units }) => call('ReceivableLedger', 'requireAssignable', note, units, holder)),
  );

  const faults = [
    ...free.flatMap(({ refusal }) => refusal ?? []),
    ...lots.flatMap(({ payable }) =>
      today >= payable.maturity
        ? new DeeptierError(receivableRefusals.NOTE_MATURED, {
            payableId: payable.id.toString(),
            maturity: payable.maturity,
          })
        : [],
    ),
    ...payables.flatMap((payable) =>
      (uses.get(payable) ?? []).flatMap(({ fingerprint }) =>
        overdrawn.has(fingerprint as `0x${string}`)
          ? new DeeptierError(offerRefusals.DOCUMENT_IS_OVERDRAWN, { payableId: payable.toString(), fingerprint })
          : [],
      ),
    ),
  ];
  return { documents: fingerprints.length, faults };
}
