import type { Hex } from 'viem';
import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contracts.ts';
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put } from '../store/versioned.ts';
import { payableIdOf } from '../values/ids.ts';
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

type Args = LedgerEvent['args'];

/** A cover's terms as the event carries them. */
interface StoredTerms {
  readonly insured: number;
  readonly payableId: number;
  readonly obligor: number;
  readonly currency: Hex;
  readonly from: number;
  readonly until: number;
  readonly layers: readonly {
    readonly deductible: bigint;
    readonly cap: bigint;
    readonly carriers: readonly { readonly party: number; readonly share: number }[];
  }[];
  readonly ref: Hex;
}

/** Covers, what was claimed under them and who bears what of it, as `LossCovers` announces it. */
export const coverProjection: Projection = {
  name: 'covers',
  tables: coverTables,
  on: {
    'LossCovers.CoverProposed': async (tx, { args, block }) => {
      const [cover, terms] = [coverIn(args), args['terms'] as StoredTerms];
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
          terms_hash: args['termsHash'] as string,
          proposed_by: partyIn(args, 'by'),
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
          await put(
            tx,
            coverCarriersTable,
            { cover, layer, place },
            { party: BigInt(party), share: BigInt(share) },
            block.number,
          );
        }
      }
    },
    'LossCovers.CoverConsented': (tx, { args, block }) =>
      put(
        tx,
        coverConsentsTable,
        { cover: coverIn(args), carrier: partyIn(args, 'carrier') },
        { consented_by: partyIn(args, 'by'), consented_at: BigInt(block.timestamp) },
        block.number,
      ),
    'LossCovers.CoverInForce': (tx, { args, block }) =>
      patch(
        tx,
        coversTable,
        { id: coverIn(args) },
        { stage: 'in-force', decided_at: BigInt(block.timestamp) },
        block.number,
      ),
    'LossCovers.CoverCancelled': (tx, { args, block }) =>
      patch(
        tx,
        coversTable,
        { id: coverIn(args) },
        { stage: 'cancelled', decided_at: BigInt(block.timestamp), cancel_cause: referenceText(args['cause'] as Hex) },
        block.number,
      ),

    'LossCovers.LossClaimed': async (tx, { args, block }) => {
      const [cover, note, account, units] = [
        coverIn(args),
        args['note'] as bigint,
        args['account'] as bigint,
        args['units'] as bigint,
      ];
      await put(
        tx,
        coverClaimsTable,
        { cover, note },
        {
          account,
          payable_id: payableIdOf(note),
          holder: partyIn(args, 'holder'),
          units,
          cause: referenceText(args['cause'] as Hex) ?? '',
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
          below: args['below'] as bigint,
          loss: (before?.loss ?? 0n) + units,
          recovered: before?.recovered ?? 0n,
          payee: partyIn(args, 'holder'),
        },
        block.number,
      );
    },
    'LossCovers.ShareBorne': (tx, { args, block }) => {
      const amount = args['amount'] as bigint;
      const isCarrier = partyIn(args, 'carrier') !== 0n;
      return changePart(
        tx,
        args,
        ({ borne, owed }) => ({ borne: borne + amount, owed: isCarrier ? owed + amount : owed }),
        block.number,
      );
    },
    'LossCovers.SharePaid': (tx, { args, block }) => {
      const amount = args['amount'] as bigint;
      return changePart(tx, args, ({ owed, paid }) => ({ owed: owed - amount, paid: paid + amount }), block.number);
    },
    'LossCovers.LossRecovered': (tx, { args, block }) => changeAccount(tx, args, args['units'] as bigint, block.number),
    'LossCovers.ShareRecovered': (tx, { args, block }) => changePart(tx, args, changeBack(args, -1n), block.number),
    'LossCovers.RecoveryReturned': (tx, { args, block }) =>
      changeAccount(tx, args, -(args['units'] as bigint), block.number),
    'LossCovers.ShareRestored': (tx, { args, block }) => changePart(tx, args, changeBack(args, 1n), block.number),
  },
};

async function changeAccount(tx: Transaction, args: Args, recovered: bigint, block: bigint): Promise<void> {
  const key = { cover: coverIn(args), account: args['account'] as bigint };
  const before = known<CoverAccountsTable>(await current(tx, coverAccountsTable, key), key);
  await patch(
    tx,
    coverAccountsTable,
    key,
    { loss: before.loss - recovered, recovered: before.recovered + recovered },
    block,
  );
}

type Amounts = Pick<CoverPartsTable, 'borne' | 'owed' | 'paid' | 'refunded'>;

async function changePart(
  tx: Transaction,
  args: Args,
  change: (before: Amounts) => Partial<Amounts>,
  block: bigint,
): Promise<void> {
  const key = {
    cover: coverIn(args),
    account: args['account'] as bigint,
    layer: args['layer'] as number,
    carrier: partyIn(args, 'carrier'),
  };
  const { borne, owed, paid, refunded } = (await current(tx, coverPartsTable, key)) ?? {
    borne: 0n,
    owed: 0n,
    paid: 0n,
    refunded: 0n,
  };
  const before = { borne, owed, paid, refunded };
  await put(tx, coverPartsTable, key, { ...before, ...change(before) }, block);
}

/** A recovery lowers what is borne and owed and is cash where it was paid; its return does the opposite. The insured's own is no cash. */
function changeBack(args: Args, sign: 1n | -1n): (before: Amounts) => Partial<Amounts> {
  const [refund, release] = [args['refunded'] as bigint, args['released'] as bigint];
  const isCarrier = partyIn(args, 'carrier') !== 0n;
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

function coverIn(args: Args): bigint {
  return args['cover'] as bigint;
}

function partyIn(args: Args, name: string): bigint {
  return BigInt(args[name] as number);
}

/** 0 stands for nobody, or any. */
function someone(number: number): bigint | null {
  return number === 0 ? null : BigInt(number);
}
