// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { documentSummaries } from '../documents/queries.ts';
import { partyNames } from '../parties/queries.ts';
import { referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import { type NoteId, noteIdOf, type PartyId, type PayableId } from '../values/ids.ts';
import { dateAt, instantOf, blockTimeOf } from '../ledger/block-time.ts';
import { type Freeze, freezesOn, type Pledge, pledgesOn } from './holds.ts';
import {
  documentsOf,
  isInDefault,
  isOverdue,
  type Note,
  noteById,
  type Payable,
  payablesById,
  unitsByStatusOf,
} from './queries.ts';
import { type Transfer, transfersById } from './transfers.ts';
import { orderText } from '../values/references.ts';
import type {
  holdResource,
  noteResource,
  payableDocument,
  payableResource,
  PayableWord,
  transferResource,
  unitsByStatus,
} from './resources.ts';
import type { NoteStatus } from './states.ts';
import type { NoteView, PayableView } from './visibility.ts';

export type PresentContext = Pick<Context, 'db' | 'asOf' | 'chain'>;

/** Overdue and defaulted are derived, from their dates and the date of the moment the answer is true at. */
export function wordOf(payable: Payable, today: string): PayableWord {
  if (isInDefault(payable, today)) return 'defaulted';
  return isOverdue(payable, today) ? 'overdue' : payable.status;
}

/** Payables, each as far as its view goes; `own` are the parties that a holder's view is for. */
export async function presentPayables(
  ctx: PresentContext,
  items: readonly { readonly payable: Payable; readonly view: PayableView }[],
  own: ReadonlySet<PartyId>,
): Promise<z.input<typeof payableResource>[]> {
  const { db, asOf } = ctx;
  const today = dateAt(await blockTimeOf(ctx));
  const ids = items.map(({ payable }) => payable.id);
  const names = await partyNames(
    db,
    items.flatMap(({ payable }) => [payable.obligor, payable.firstSupplier]),
    asOf,
  );
  const documents = await documentsShown(ctx, ids);
  const issues = await transfersById(
    db,
    ids.map((id) => noteIdOf(id, 1n)),
    asOf,
  );
  const units = await unitsByStatusOf(db, ids, asOf);

  return items.map(({ payable, view }) => {
    const common = {
      id: payable.id.toString(),
      view,
      currency: payable.currency,
      dueDate: payable.dueDate,
      defaultDate: payable.defaultDate,
      status: wordOf(payable, today),
    };
    const totals = { face: payable.face.toString(), outstanding: payable.outstanding.toString() };
    if (view === 'payment') return { ...common, ...totals };
    const known = {
      ...common,
      obligor: referenceTo(payable.obligor, names),
      issueDate: payable.issueDate,
      maturity: payable.maturity,
      documents: documentsFor(documents.get(payable.id) ?? [], view !== 'holder'),
    };
    // The face, and who got it, is what passed between the obligor and the first supplier.
    if (view === 'holder' && !own.has(payable.firstSupplier)) return known;
    const first = issues.get(noteIdOf(payable.id, 1n));
    const issue = {
      ...known,
      face: totals.face,
      firstSupplier: referenceTo(payable.firstSupplier, names),
      ruleSet: payable.ruleSet,
      reference: payable.reference,
      offer:
        first?.outcome === 'open' && first.expiresAt !== null
          ? { to: referenceTo(payable.firstSupplier, names), expiresAt: instantOf(first.expiresAt) }
          : null,
      issued: { at: instantOf(payable.issuedAt), transaction: payable.issueTx },
    };
    return view === 'holder'
      ? issue
      : { ...issue, outstanding: totals.outstanding, units: statusTotals(units.get(payable.id) ?? {}) };
  });
}

/** One payable as far as `view` goes. */
export async function presentPayable(
  ctx: PresentContext,
  payable: Payable,
  view: PayableView,
  own: ReadonlySet<PartyId>,
): Promise<z.input<typeof payableResource>> {
  const [shown] = await presentPayables(ctx, [{ payable, view }], own);
  return shown as z.input<typeof payableResource>;
}

type ShownDocument = Omit<z.input<typeof payableDocument>, 'amount'> & { readonly amount: string };

/** What a payable stands on; amounts only for those who may know what others were paid for. */
export async function presentDocuments(
  ctx: PresentContext,
  payable: PayableId,
  withAmounts: boolean,
): Promise<z.input<typeof payableDocument>[]> {
  return documentsFor((await documentsShown(ctx, [payable])).get(payable) ?? [], withAmounts);
}

function documentsFor(documents: readonly ShownDocument[], withAmounts: boolean): z.input<typeof payableDocument>[] {
  return documents.map(({ amount, ...document }) => (withAmounts ? { ...document, amount } : document));
}

async function documentsShown(
  { db, asOf }: PresentContext,
  payables: readonly PayableId[],
): Promise<Map<PayableId, ShownDocument[]>> {
  const uses = await documentsOf(db, payables, asOf);
  const summaries = await documentSummaries(
    db,
    [...uses.values()].flat().map(({ fingerprint }) => fingerprint),
    asOf,
  );
  return new Map(
    [...uses].map(([payable, documents]) => [
      payable,
      documents.map(({ fingerprint, amount }) => {
        const summary = summaries.get(fingerprint);
        return {
          fingerprint,
          kind: summary?.kind ?? null,
          number: summary?.number ?? null,
          issueDate: summary?.issueDate ?? null,
          amount: amount.toString(),
        };
      }),
    ]),
  );
}

/** The face, by what has become of it. */
export function statusTotals(units: Partial<Record<NoteStatus, bigint>>): z.input<typeof unitsByStatus> {
  const text = (status: NoteStatus): string => (units[status] ?? 0n).toString();
  return { offered: text('offered'), held: text('held'), settled: text('settled'), void: text('void') };
}

/** Notes, each as far as its view goes. */
export async function presentNotes(
  ctx: PresentContext,
  notes: readonly { readonly note: Note; readonly view: NoteView }[],
): Promise<z.input<typeof noteResource>[]> {
  const { db, asOf } = ctx;
  const moment = await blockTimeOf(ctx);
  const payables = await payablesById(
    db,
    notes.map(({ note }) => note.payable),
    asOf,
  );
  const transfers = await transfersById(
    db,
    notes.flatMap(({ note }) => [note.id, note.titleNote]),
    asOf,
  );
  const freezes = await freezesOn(
    db,
    notes.map(({ note }) => note.id),
    asOf,
  );
  const pledges = await pledgesOn(
    db,
    notes.map(({ note }) => note.id),
    asOf,
  );
  const names = await partyNames(
    db,
    [
      ...notes.map(({ note }) => note.holder),
      ...[...payables.values()].map(({ obligor }) => obligor),
      ...[...transfers.values()].flatMap(({ from, to }) => [from, to]),
      ...[...freezes.values()].map(({ executor }) => executor),
      ...[...pledges.values()].map(({ beneficiary }) => beneficiary),
    ],
    asOf,
  );
  return notes.map(({ note, view }) => {
    const payable = known(payables.get(note.payable), note);
    const own = transfers.get(note.id);
    const title = transfers.get(note.titleNote);
    const [freeze, pledge] = [freezes.get(note.id), pledges.get(note.id)];
    const present = (transfer: Transfer) => presentTransfer(transfer, payable.currency, names);
    return {
      id: note.id.toString(),
      payable: note.payable.toString(),
      currency: payable.currency,
      amount: note.units.toString(),
      free: freeUnits(note, payable, { freeze, pledge }, moment).toString(),
      units: { start: note.start.toString(), end: note.end.toString() },
      status: note.status,
      holder: referenceTo(note.holder, names),
      obligor: referenceTo(payable.obligor, names),
      tier: note.tier,
      financings: note.financings,
      heldSince: instantOf(note.since),
      maturity: payable.maturity,
      dueDate: payable.dueDate,
      payableStatus: wordOf(payable, dateAt(moment)),
      ...(view === 'full' && { parent: note.parent === null ? null : note.parent.toString() }),
      // How its holder came by it is none of the business of whom it is offered to.
      title: view !== 'recipient' && title?.outcome === 'accepted' ? present(title) : null,
      offer: own?.outcome === 'open' ? present(own) : null,
      holds: [
        ...(pledge ? [presentPledge(pledge, names)] : []),
        ...(freeze ? [presentFreeze(freeze, names, moment)] : []),
      ],
      returnReference: note.returnReference,
    };
  });
}

/** A note after the caller's own order, whether it may still look it up or not. */
export async function noteAfterOrder(
  ctx: PresentContext,
  id: NoteId,
  view: NoteView,
): Promise<{ body: z.input<typeof noteResource>; currency: string }> {
  const note = await noteById(ctx.db, id, ctx.asOf);
  if (!note) throw new Error(`note ${id} is not in the tables`);
  const [body] = await presentNotes(ctx, [{ note, view }]);
  if (!body) throw new Error(`note ${id} cannot be shown`);
  return { body, currency: body.currency };
}

/** The transfers of notes that share a currency, which their payable has. */
export async function presentTransfers(
  { db, asOf }: PresentContext,
  transfers: readonly Transfer[],
  currency: string,
): Promise<z.input<typeof transferResource>[]> {
  const names = await partyNames(
    db,
    transfers.flatMap(({ from, to }) => [from, to]),
    asOf,
  );
  return transfers.map((transfer) => presentTransfer(transfer, currency, names));
}

interface Holds {
  readonly freeze: Freeze | undefined;
  readonly pledge: Pledge | undefined;
}

/** What of a note its holder may move now. */
export function freeUnits(note: Note, payable: Payable, { freeze, pledge }: Holds, moment: bigint): bigint {
  if (note.status !== 'held' || payable.status !== 'active' || dateAt(moment) >= payable.maturity || pledge) return 0n;
  const held = freeze && moment < freeze.expiresAt ? freeze.units : 0n;
  return held < note.units ? note.units - held : 0n;
}

function presentTransfer(
  transfer: Transfer,
  currency: string,
  names: ReadonlyMap<PartyId, string>,
): z.input<typeof transferResource> {
  return {
    note: transfer.note.toString(),
    payable: transfer.payable.toString(),
    currency,
    amount: transfer.amount.toString(),
    hop: transfer.hop,
    tier: transfer.tier,
    from: referenceTo(transfer.from, names),
    to: referenceTo(transfer.to, names),
    reference: transfer.reference,
    madeAt: instantOf(transfer.madeAt),
    expiresAt: transfer.expiresAt === null ? null : instantOf(transfer.expiresAt),
    outcome: transfer.outcome,
    endedAt: transfer.endedAt === null ? null : instantOf(transfer.endedAt),
  };
}

function presentFreeze(
  freeze: Freeze,
  names: ReadonlyMap<PartyId, string>,
  moment: bigint,
): z.input<typeof holdResource> {
  return {
    purpose: 'freeze',
    amount: freeze.units.toString(),
    by: referenceTo(freeze.executor, names),
    beneficiary: null,
    order: orderText(freeze.order),
    since: instantOf(freeze.since),
    expiresAt: instantOf(freeze.expiresAt),
    inForce: moment < freeze.expiresAt,
  };
}

/** A lender's hold is for itself, and ends only by release. */
function presentPledge(pledge: Pledge, names: ReadonlyMap<PartyId, string>): z.input<typeof holdResource> {
  const lender = referenceTo(pledge.beneficiary, names);
  return {
    purpose: 'pledge',
    amount: pledge.units.toString(),
    by: lender,
    beneficiary: lender,
    order: orderText(pledge.order),
    since: instantOf(pledge.since),
    expiresAt: null,
    inForce: true,
  };
}

function known(payable: Payable | undefined, note: Note): Payable {
  if (!payable) throw new Error(`note ${note.id} is of no payable`);
  return payable;
}
