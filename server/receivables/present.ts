import type { Hex } from 'viem';
import type { z } from 'zod';
import { documentSummaries } from '../documents/queries.ts';
import { partyNames } from '../parties/queries.ts';
import { referenceTo } from '../parties/schemas.ts';
import type { Context } from '../platform/http/context.ts';
import { noteIdOf } from './ids.ts';
import { dateAt, instantOf, momentOf } from './moment.ts';
import {
  documentsOf, type Hold, holdsOn, isOverdue, type Note, type Payable, payablesById, type Transfer, transfersById, unitsByStatusOf,
} from './queries.ts';
import { referenceText } from './references.ts';
import type {
  holdResource, noteResource, payableDocument, payableResource, PayableWord, transferResource, unitsByStatus,
} from './resources.ts';
import type { NoteStatus } from './states.ts';
import type { NoteView, PayableView } from './visible.ts';

export type PresentContext = Pick<Context, 'db' | 'asOf' | 'chain'>;

/** Overdue is derived, from the due date and the date of the moment the answer is true at. */
export function wordOf(payable: Payable, today: string): PayableWord {
  return isOverdue(payable, today) ? 'overdue' : payable.status;
}

/** Payables, each as far as its view goes; `own` are the parties that a holder's view is for. */
export async function presentPayables(
  ctx: PresentContext, items: readonly { readonly payable: Payable; readonly view: PayableView }[], own: ReadonlySet<number>,
): Promise<z.input<typeof payableResource>[]> {
  const { db, asOf } = ctx;
  const today = dateAt(await momentOf(ctx));
  const ids = items.map(({ payable }) => payable.id);
  const names = await partyNames(db, items.flatMap(({ payable }) => [payable.obligor, payable.firstSupplier]), asOf);
  const documents = await documentsShown(ctx, ids);
  const issues = await transfersById(db, ids.map((id) => noteIdOf(id, 1n)), asOf);
  const units = await unitsByStatusOf(db, ids, asOf);

  return items.map(({ payable, view }) => {
    const common = {
      id: payable.id.toString(), view, currency: payable.currency, dueDate: payable.dueDate, status: wordOf(payable, today),
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
      offer: first?.outcome === 'open' && first.expiresAt !== null
        ? { to: referenceTo(payable.firstSupplier, names), expiresAt: instantOf(first.expiresAt) } : null,
      issued: { at: instantOf(payable.issuedAt), transaction: payable.issueTx },
    };
    return view === 'holder' ? issue : { ...issue, outstanding: totals.outstanding, units: statusTotals(units.get(payable.id) ?? {}) };
  });
}

/** One payable as far as `view` goes. */
export async function presentPayable(
  ctx: PresentContext, payable: Payable, view: PayableView, own: ReadonlySet<number>,
): Promise<z.input<typeof payableResource>> {
  const [shown] = await presentPayables(ctx, [{ payable, view }], own);
  return shown as z.input<typeof payableResource>;
}

type ShownDocument = Omit<z.input<typeof payableDocument>, 'amount'> & { readonly amount: string };

/** What a payable stands on; amounts only for those who may know what others were paid for. */
export async function presentDocuments(
  ctx: PresentContext, payable: bigint, withAmounts: boolean,
): Promise<z.input<typeof payableDocument>[]> {
  return documentsFor((await documentsShown(ctx, [payable])).get(payable) ?? [], withAmounts);
}

function documentsFor(documents: readonly ShownDocument[], withAmounts: boolean): z.input<typeof payableDocument>[] {
  return documents.map(({ amount, ...document }) => (withAmounts ? { ...document, amount } : document));
}

async function documentsShown({ db, asOf }: PresentContext, payables: readonly bigint[]): Promise<Map<bigint, ShownDocument[]>> {
  const uses = await documentsOf(db, payables, asOf);
  const summaries = await documentSummaries(db, [...uses.values()].flat().map(({ fingerprint }) => fingerprint), asOf);
  return new Map([...uses].map(([payable, documents]) => [payable, documents.map(({ fingerprint, amount }) => {
    const summary = summaries.get(fingerprint);
    return {
      fingerprint, kind: summary?.kind ?? null, number: summary?.number ?? null, issueDate: summary?.issueDate ?? null, amount: amount.toString(),
    };
  })]));
}

/** The face, by what has become of it. */
export function statusTotals(units: Partial<Record<NoteStatus, bigint>>): z.input<typeof unitsByStatus> {
  const text = (status: NoteStatus): string => (units[status] ?? 0n).toString();
  return { offered: text('offered'), held: text('held'), settled: text('settled'), void: text('void') };
}

/** Notes, each as far as its view goes. */
export async function presentNotes(
  ctx: PresentContext, notes: readonly { readonly note: Note; readonly view: NoteView }[],
): Promise<z.input<typeof noteResource>[]> {
  const { db, asOf } = ctx;
  const moment = await momentOf(ctx);
  const payables = await payablesById(db, notes.map(({ note }) => note.payable), asOf);
  const transfers = await transfersById(db, notes.flatMap(({ note }) => [note.id, note.titleNote]), asOf);
  const holds = await holdsOn(db, notes.map(({ note }) => note.id), asOf);
  const names = await partyNames(db, [
    ...notes.map(({ note }) => note.holder),
    ...[...payables.values()].map(({ obligor }) => obligor),
    ...[...transfers.values()].flatMap(({ from, to }) => [from, to]),
    ...[...holds.values()].map(({ executor }) => executor),
  ], asOf);
  return notes.map(({ note, view }) => {
    const payable = known(payables.get(note.payable), note);
    const own = transfers.get(note.id);
    const title = transfers.get(note.titleNote);
    const hold = holds.get(note.id);
    const present = (transfer: Transfer) => presentTransfer(transfer, payable.currency, names);
    return {
      id: note.id.toString(),
      payable: note.payable.toString(),
      currency: payable.currency,
      amount: note.units.toString(),
      free: freeUnits(note, payable, hold, moment).toString(),
      units: { start: note.start.toString(), end: note.end.toString() },
      status: note.status,
      holder: referenceTo(note.holder, names),
      obligor: referenceTo(payable.obligor, names),
      tier: note.tier,
      heldSince: instantOf(note.since),
      maturity: payable.maturity,
      dueDate: payable.dueDate,
      payableStatus: wordOf(payable, dateAt(moment)),
      ...(view === 'full' && { parent: note.parent === null ? null : note.parent.toString() }),
      // How its holder came by it is none of the business of whom it is offered to.
      title: view !== 'recipient' && title?.outcome === 'accepted' ? present(title) : null,
      offer: own?.outcome === 'open' ? present(own) : null,
      hold: hold ? presentHold(hold, names, moment) : null,
      returnReference: note.returnReference,
    };
  });
}

/** The transfers of notes that share a currency, which their payable has. */
export async function presentTransfers(
  { db, asOf }: PresentContext, transfers: readonly Transfer[], currency: string,
): Promise<z.input<typeof transferResource>[]> {
  const names = await partyNames(db, transfers.flatMap(({ from, to }) => [from, to]), asOf);
  return transfers.map((transfer) => presentTransfer(transfer, currency, names));
}

/** What of a note its holder may move now. */
export function freeUnits(note: Note, payable: Payable, hold: Hold | undefined, moment: bigint): bigint {
  if (note.status !== 'held' || payable.status !== 'active' || dateAt(moment) >= payable.maturity) return 0n;
  const held = hold && moment < hold.expiresAt ? hold.units : 0n;
  return held < note.units ? note.units - held : 0n;
}

function presentTransfer(transfer: Transfer, currency: string, names: ReadonlyMap<number, string>): z.input<typeof transferResource> {
  return {
    note: transfer.note.toString(),
    payable: transfer.payable.toString(),
    currency,
    amount: transfer.amount.toString(),
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

function presentHold(hold: Hold, names: ReadonlyMap<number, string>, moment: bigint): z.input<typeof holdResource> {
  return {
    amount: hold.units.toString(),
    expiresAt: instantOf(hold.expiresAt),
    order: referenceText(hold.order as Hex),
    by: referenceTo(hold.executor, names),
    inForce: moment < hold.expiresAt,
  };
}

function known(payable: Payable | undefined, note: Note): Payable {
  if (!payable) throw new Error(`note ${note.id} is of no payable`);
  return payable;
}
