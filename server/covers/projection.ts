// SPDX-License-Identifier: Apache-2.0
import { fixedText } from '../values/fixed-text.ts';
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put } from '../store/versioned.ts';
import { type CoverId, NOBODY, type NoteId, type PartyId, payableIdOf } from '../values/ids.ts';
import { referenceText } from '../values/references.ts';
import {
  coverAccountsTable,
  type CoverAccountsTable,
  coverCarriersTable,
  coverClaimsTable,
  coverConsentsTable,
  coverLayersTable,
  coverPartsTable,
  type CoverPartsTable,
  coversTable,
  coverTables,
} from './tables.ts';

/** Covers, what was claimed under them and who bears what of it, as `CoverBook` and `LossAccounts` announce it. */
export const coverProjection: Projection = {
  name: 'covers',
  tables: coverTables,
  on: {
    'CoverBook.CoverProposed': async (tx, { args, block }) => {
      const [cover, terms] = [args.cover, args.terms];
      await put(
        tx,
        coversTable,
        { id: cover },
        {
          insured: someone(terms.insured),
          payable_id: someone(terms.payableId),
          obligor: someone(terms.obligor),
          currency: fixedText(terms.currency),
          from_date: dateOfDayNumber(terms.from),
          until_date: dateOfDayNumber(terms.until),
          reference: referenceText(terms.ref),
          terms_hash: args.termsHash,
          proposed_by: args.by,
          stage: 'proposed',
          proposed_at: BigInt(block.timestamp),
          decided_at: null,
          cancel_cause: null,
        },
        block.number,
      );
      for (const [layer, { deductible, cap, carriers }] of terms.layers.entries()) {
        await put(tx, coverLayersTable, { cover, layer }, { deductible, cap }, block.number);
        for (const [place, { party, share }] of carriers.entries()) {
          await put(tx, coverCarriersTable, { cover, layer, place }, { party, share }, block.number);
        }
      }
    },
    'CoverBook.CoverConsented': (tx, { args, block }) =>
      put(
        tx,
        coverConsentsTable,
        { cover: args.cover, carrier: args.carrier },
        { consented_by: args.by, consented_at: BigInt(block.timestamp) },
        block.number,
      ),
    'CoverBook.CoverInForce': (tx, { args, block }) =>
      patch(
        tx,
        coversTable,
        { id: args.cover },
        { stage: 'in-force', decided_at: BigInt(block.timestamp) },
        block.number,
      ),
    'CoverBook.CoverCancelled': (tx, { args, block }) =>
      patch(
        tx,
        coversTable,
        { id: args.cover },
        { stage: 'cancelled', decided_at: BigInt(block.timestamp), cancel_cause: referenceText(args.cause) },
        block.number,
      ),

    'LossAccounts.LossClaimed': async (tx, { args, block }) => {
      const [cover, note, account, units] = [args.cover, args.note, args.account, args.units];
      await put(
        tx,
        coverClaimsTable,
        { cover, note },
        {
          account,
          payable_id: payableIdOf(note),
          holder: args.holder,
          units,
          cause: referenceText(args.cause) ?? '',
          claimed_at: BigInt(block.timestamp),
        },
        block.number,
      );
      const before = await current(tx, coverAccountsTable, { cover, account });
      await put(
        tx,
        coverAccountsTable,
        { cover, account },
        {
          below: args.below,
          loss: (before?.loss ?? 0n) + units,
          recovered: before?.recovered ?? 0n,
          payee: args.holder,
        },
        block.number,
      );
    },
    'LossAccounts.ShareBorne': (tx, { args, block }) => {
      const amount = args.amount;
      const isCarrier = args.carrier !== NOBODY;
      return changePart(
        tx,
        args,
        ({ borne, owed }) => ({ borne: borne + amount, owed: isCarrier ? owed + amount : owed }),
        block.number,
      );
    },
    'LossAccounts.SharePaid': (tx, { args, block }) => {
      const amount = args.amount;
      return changePart(tx, args, ({ owed, paid }) => ({ owed: owed - amount, paid: paid + amount }), block.number);
    },
    'LossAccounts.LossRecovered': (tx, { args, block }) => changeAccount(tx, args, args.units, block.number),
    'LossAccounts.ShareRecovered': (tx, { args, block }) => changePart(tx, args, changeBack(args, -1n), block.number),
    'LossAccounts.RecoveryReturned': (tx, { args, block }) => changeAccount(tx, args, -args.units, block.number),
    'LossAccounts.ShareRestored': (tx, { args, block }) => changePart(tx, args, changeBack(args, 1n), block.number),
  },
};

interface AccountKey {
  readonly cover: CoverId;
  readonly account: NoteId;
}

async function changeAccount(
  tx: Transaction,
  { cover, account }: AccountKey,
  recovered: bigint,
  block: bigint,
): Promise<void> {
  const key = { cover, account };
  const before = known<CoverAccountsTable>(await current(tx, coverAccountsTable, key), key);
  await patch(
    tx,
    coverAccountsTable,
    key,
    { loss: before.loss - recovered, recovered: before.recovered + recovered },
    block,
  );
}

interface PartKey extends AccountKey {
  readonly layer: bigint;
  readonly carrier: PartyId;
}

type Amounts = Pick<CoverPartsTable, 'borne' | 'owed' | 'paid' | 'refunded'>;

async function changePart(
  tx: Transaction,
  { cover, account, layer, carrier }: PartKey,
  change: (before: Amounts) => Partial<Amounts>,
  block: bigint,
): Promise<void> {
  const key = { cover, account, layer: Number(layer), carrier };
  const { borne, owed, paid, refunded } = (await current(tx, coverPartsTable, key)) ?? {
    borne: 0n,
    owed: 0n,
    paid: 0n,
    refunded: 0n,
  };
  const before = { borne, owed, paid, refunded };
  await put(tx, coverPartsTable, key, { ...before, ...change(before) }, block);
}

interface Recovered {
  readonly carrier: PartyId;
  readonly refunded: bigint;
  readonly released: bigint;
}

/** A recovery lowers what is borne and owed and is cash where it was paid; its return does the opposite. The insured's own is no cash. */
function changeBack(
  { carrier, refunded: refund, released: release }: Recovered,
  sign: 1n | -1n,
): (before: Amounts) => Partial<Amounts> {
  const isCarrier = carrier !== NOBODY;
  return ({ borne, owed, refunded }) => ({
    borne: borne + sign * (refund + release),
    owed: owed + sign * release,
    refunded: isCarrier ? refunded - sign * refund : refunded,
  });
}

function known<T>(row: T | undefined, key: object): T {
  if (!row)
    throw new Error(
      `the ledger speaks of the unknown account ${JSON.stringify(key, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))}`,
    );
  return row;
}

/** 0 stands for nobody, or any. */
function someone<N extends bigint>(number: N): N | null {
  return number === 0n ? null : number;
}
