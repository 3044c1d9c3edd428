// SPDX-License-Identifier: Apache-2.0
import type { NoteId, PartyId } from '../values/ids.ts';
import type { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { referenceTo } from '../parties/schemas.ts';
import { dateAt, instantOf, blockTimeOf } from '../ledger/block-time.ts';
import { hopOf } from './path.ts';
import { type PresentContext, statusTotals, wordOf } from './present.ts';
import { type Pledge, pledgesOn } from './holds.ts';
import { type Note, notesOf, type Payable, unitsByStatusOf } from './queries.ts';
import type { TreeNode, treeResource } from './resources.ts';

/** A payable with everything below it; for its obligor, what has become of the face and nothing of deeper tiers. */
export async function presentTree(
  ctx: PresentContext,
  payable: Payable,
  view: 'full' | 'obligor',
): Promise<z.input<typeof treeResource>> {
  const { db, asOf } = ctx;
  const units = (await unitsByStatusOf(db, [payable.id], asOf)).get(payable.id) ?? {};
  const notes = view === 'full' ? await notesOf(db, payable.id, asOf) : [];
  const pledges = await pledgesOn(
    db,
    notes.map(({ id }) => id),
    asOf,
  );
  const names = await partyNames(
    db,
    [
      payable.obligor,
      payable.firstSupplier,
      ...notes.map(({ holder }) => holder),
      ...[...pledges.values()].map(({ beneficiary }) => beneficiary),
    ],
    asOf,
  );
  const totals = {
    payable: payable.id.toString(),
    view,
    currency: payable.currency,
    face: payable.face.toString(),
    obligor: referenceTo(payable.obligor, names),
    firstSupplier: referenceTo(payable.firstSupplier, names),
    status: wordOf(payable, dateAt(await blockTimeOf(ctx))),
    byStatus: statusTotals(units),
  };
  if (view === 'obligor') return totals;
  return {
    ...totals,
    byTier: sumBy(notes, ({ tier }) => tier).map(([tier, amount]) => ({ tier, amount: amount.toString() })),
    byHolder: sumBy(notes, ({ holder }) => holder).map(([holder, amount]) => ({
      holder: referenceTo(holder, names),
      amount: amount.toString(),
    })),
    notes: nested(notes, pledges, names),
  };
}

/** Notes come in the order of their paths: each after the one it was transferred from. */
function nested(
  notes: readonly Note[],
  pledges: ReadonlyMap<NoteId, Pledge>,
  names: ReadonlyMap<PartyId, string>,
): TreeNode[] {
  const roots: TreeNode[] = [];
  const known = new Map(notes.map((note) => [note.id, note]));
  const byId = new Map<NoteId, TreeNode>();
  for (const note of notes) {
    const pledge = pledges.get(note.id);
    const node: TreeNode = {
      note: note.id.toString(),
      holder: referenceTo(note.holder, names),
      hop: hopOf(note, note.parent === null ? undefined : known.get(note.parent)),
      tier: note.tier,
      amount: note.units.toString(),
      units: { start: note.start.toString(), end: note.end.toString() },
      status: note.status,
      heldSince: instantOf(note.since),
      pledgedTo: pledge ? referenceTo(pledge.beneficiary, names) : null,
      children: [],
    };
    byId.set(note.id, node);
    const siblings = note.parent === null ? roots : byId.get(note.parent)?.children;
    if (!siblings) throw new Error(`note ${note.id} is of the unknown parent ${note.parent}`);
    siblings.push(node);
  }
  return roots;
}

/** Units by a number, in its order; without those that have none. */
function sumBy<N extends number | bigint>(notes: readonly Note[], keyOf: (note: Note) => N): [N, bigint][] {
  const sums = new Map<N, bigint>();
  for (const note of notes) {
    if (note.units > 0n) sums.set(keyOf(note), (sums.get(keyOf(note)) ?? 0n) + note.units);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}
