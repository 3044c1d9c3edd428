// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { codeBytes3 } from '../../../server/values/fixed-text.ts';
import { dayNumber, ledgerDate } from '../../../server/values/dates.ts';
import { indexOf, noteIdOf, numbered, type PayableId } from '../../../server/values/ids.ts';
import { hopOf, walkOf } from '../../../server/receivables/path.ts';
import { exposuresOf } from '../../../server/receivables/exposures.ts';
import { freezesOn, pledgesOn } from '../../../server/receivables/holds.ts';
import {
  documentsOf,
  isOverdue,
  liveNotesOf,
  type Note,
  notesOf,
  payableById,
} from '../../../server/receivables/queries.ts';
import { transfersById } from '../../../server/receivables/transfers.ts';
import { NOTE_STATUSES, PAYABLE_STATUSES } from '../../../server/receivables/states.ts';
import { ledgerDateAt } from '../../../server/values/ledger-date.ts';
import type { TestLedger } from '../harness.ts';
import { type AnswerOf, call, type Call } from '../../../server/ledger/contract-types.ts';
import { digits } from '../digits.ts';

const FREEZE = 1;
const PLEDGE = 2;
const UNTIL_RELEASED = 2 ** 40 - 1;
const NO_ORDER = `0x${'0'.repeat(64)}`;

/**
 * Compares every payable, note, offer, hold and exposure in the tables with what the ledger's own views say, field by field,
 * at the newest block; and checks that the notes of each payable partition its face.
 * @returns how many payables and notes were compared
 */
export async function assertMirror(ledger: TestLedger): Promise<{ payables: number; notes: number }> {
  assert.isOk(await ledger.projector.catchUp(30_000), 'the projector does not catch up');
  const block = ledger.projector.checkpoint()?.number as bigint;
  const view = viewer(ledger, block);
  const today = ledgerDateAt(ledger.projector.checkpoint()?.timestamp ?? 0);
  const count = Number(await view(call('ReceivableLedger', 'payableCount')));
  const counted = await ledger.db
    .selectFrom('payables')
    .select('id')
    .where('to_block', 'is', null)
    .orderBy('id')
    .execute();
  assert.deepEqual(
    counted.map(({ id }) => id),
    Array.from({ length: count }, (_, index) => BigInt(index + 1)),
  );

  let notes = 0;
  const owed = new Map<string, bigint>();
  for (let index = 1; index <= count; index += 1) {
    const id = numbered<PayableId>(index);
    const payable = await payableById(ledger.db, id, 'latest');
    assert.isOk(payable);
    const terms = await view(call('ReceivableLedger', 'terms', id));
    const progress = await view(call('ReceivableLedger', 'progress', id));
    assert.deepEqual(
      digits({
        obligor: payable.obligor,
        currency: codeBytes3(payable.currency),
        face: payable.face,
        maturity: dayNumber(ledgerDate(payable.maturity)),
        ruleSet: payable.ruleSet,
        status: PAYABLE_STATUSES.indexOf(payable.status) + 1,
        firstSupplier: payable.firstSupplier,
        issueDate: dayNumber(ledgerDate(payable.issueDate)),
        dueDate: dayNumber(ledgerDate(payable.dueDate)),
        settled: payable.settled,
        voided: payable.voided,
      }),
      pick(digits({ ...terms, ...progress }) as Record<string, unknown>, [
        'obligor',
        'currency',
        'face',
        'maturity',
        'ruleSet',
        'status',
        'firstSupplier',
        'issueDate',
        'dueDate',
        'settled',
        'voided',
      ]),
      `payable ${id}`,
    );
    const { defaultDays } = await view(call('RuleBook', 'ruleSet', payable.ruleSet));
    assert.strictEqual(
      dayNumber(ledgerDate(payable.defaultDate)),
      Number(progress.dueDate + defaultDays + 1n),
      `default of payable ${id}`,
    );
    assert.strictEqual(
      payable.outstanding,
      await view(call('ReceivableLedger', 'liveUnits', id)),
      `what is owed of payable ${id}`,
    );
    assert.strictEqual(
      isOverdue(payable, today),
      await view(call('ReceivableLedger', 'isOverdue', id)),
      `whether payable ${id} is overdue`,
    );
    assert.deepEqual(
      (await documentsOf(ledger.db, [id], 'latest')).get(id),
      await view(call('ReceivableLedger', 'documentsOf', id)),
    );

    const rows = await notesOf(ledger.db, id, 'latest');
    assert.deepEqual(
      rows.map((note) => indexOf(note.id)).sort(ascending),
      Array.from({ length: Number(terms.noteCount) }, (_, index) => BigInt(index + 1)),
    );
    await assertNotes(ledger, block, rows);
    assertPartition(rows, payable.face);
    assert.deepEqual(
      await liveNotesOf(ledger.db, id, 'latest'),
      rows
        .filter(({ status }) => status === 'held' || status === 'offered')
        .sort((a, b) => ascending(a.id, b.id))
        .map(({ id: note, units, holder, status, underHold, financings }) => ({
          id: note,
          units,
          holder,
          status,
          underHold,
          financings,
        })),
    );
    notes += rows.length;
    const key = `${payable.obligor} ${payable.currency}`;
    owed.set(key, (owed.get(key) ?? 0n) + payable.outstanding);
  }

  const obligors = await ledger.db.selectFrom('exposures').select('obligor').distinct().execute();
  for (const { obligor } of obligors) {
    for (const { currency, limit, outstanding } of await exposuresOf(ledger.db, obligor, 'latest')) {
      assert.deepEqual(
        { limit, outstanding },
        await view(call('Issuance', 'exposure', obligor, codeBytes3(currency))),
        `exposure of party ${obligor} in ${currency}`,
      );
      assert.strictEqual(
        outstanding,
        owed.get(`${obligor} ${currency}`) ?? 0n,
        `what party ${obligor} owes in ${currency}`,
      );
    }
  }
  return { payables: count, notes };
}

/** Asks the contracts' own views at a block. */
export function viewer(ledger: TestLedger, block: bigint): <C extends Call>(view: C) => Promise<AnswerOf<C>> {
  return (view) => ledger.read(view, block);
}

async function assertNotes(ledger: TestLedger, block: bigint, rows: readonly Note[]): Promise<void> {
  const view = viewer(ledger, block);
  const transfers = await transfersById(
    ledger.db,
    rows.map(({ id }) => id),
    'latest',
  );
  const freezes = await freezesOn(
    ledger.db,
    rows.map(({ id }) => id),
    'latest',
  );
  const pledges = await pledgesOn(
    ledger.db,
    rows.map(({ id }) => id),
    'latest',
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const row of rows) {
    const [note, offer, hold, path] = await Promise.all([
      view(call('ReceivableLedger', 'note', row.id)),
      view(call('ReceivableLedger', 'offer', row.id)),
      view(call('ReceivableLedger', 'holdOn', row.id)),
      view(call('DebtPaths', 'path', row.id)),
    ]);
    assert.deepEqual(
      digits({
        holder: row.holder,
        parent: row.parent === null ? 0 : Number(indexOf(row.parent)),
        start: row.start,
        end: row.end,
        since: Number(row.since),
        tier: row.tier,
        children: row.children,
        status: NOTE_STATUSES.indexOf(row.status) + 1,
        underHold: row.underHold,
        financings: row.financings,
      }),
      digits(note),
      `note ${row.id}`,
    );

    const transfer = transfers.get(row.id);
    const open = transfer?.outcome === 'open' ? transfer : undefined;
    assert.strictEqual(
      row.status === 'offered',
      open !== undefined,
      `note ${row.id} is offered while its transfer is open`,
    );
    assert.deepEqual(
      digits({
        to: open?.to ?? 0,
        from: open?.fromNote ? Number(indexOf(open.fromNote)) : 0,
        expiresAt: Number(open?.expiresAt ?? 0),
      }),
      digits(offer),
      `offer of note ${row.id}`,
    );
    const [freeze, pledge] = [freezes.get(row.id), pledges.get(row.id)];
    assert.strictEqual(
      row.underHold,
      freeze !== undefined || pledge !== undefined,
      `note ${row.id} is marked while there is a hold on it`,
    );
    assert.deepEqual(
      digits(
        pledge
          ? {
              executor: pledge.beneficiary,
              beneficiary: pledge.beneficiary,
              purpose: PLEDGE,
              expiresAt: UNTIL_RELEASED,
              units: pledge.units,
              order: pledge.order,
            }
          : {
              executor: freeze?.executor ?? 0,
              beneficiary: 0,
              purpose: freeze ? FREEZE : 0,
              expiresAt: Number(freeze?.expiresAt ?? 0),
              units: freeze?.units ?? 0n,
              order: freeze?.order ?? NO_ORDER,
            },
      ),
      digits(hold),
      `hold on note ${row.id}`,
    );

    const { ids } = path;
    const walk = await walkOf(ledger.db, row, 'latest');
    assert.deepEqual(
      walk.map(({ id }) => id),
      ids,
      `path of note ${row.id}`,
    );
    assert.strictEqual(
      ids.length,
      Math.max(1, row.tier + row.financings),
      `the walk of note ${row.id} is as long as its hops`,
    );
    const hops = walk.map((step, place) => hopOf(step, walk[place + 1]));
    assert.strictEqual(
      hops.filter((hop) => hop === 'financing').length,
      row.financings,
      `the financing hops of note ${row.id}`,
    );
    const title = (await transfersById(ledger.db, [row.titleNote], 'latest')).get(row.titleNote);
    assert.strictEqual(
      title?.hop,
      hopOf(row, row.parent === null ? undefined : byId.get(row.parent)),
      `how the holder of note ${row.id} came by it`,
    );
    if (row.parent !== null) assert.strictEqual(noteIdOf(row.payable, indexOf(row.parent)), row.parent);
  }
}

/** Live, settled and void units cover `[0, face)` without overlap or gap; spent notes have none. */
function assertPartition(rows: readonly Note[], face: bigint): void {
  let reached = 0n;
  for (const { id, start, end } of rows.filter(({ units }) => units > 0n).sort((a, b) => ascending(a.start, b.start))) {
    assert.strictEqual(start, reached, `note ${id} begins where the one before it ends`);
    reached = end;
  }
  assert.strictEqual(reached, face);
}

function pick(values: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
