// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { isShownTo, looksForItself, ownParties, visibilityOf } from '../access/visibility.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import type { Made } from '../http/route.ts';
import { amount, amountOrZero, currency, hash32, instant, ledgerDateText, numberedId } from '../values/schemas.ts';
import { type CoverId, NOBODY, noteId, type PartyId, payableId } from '../values/ids.ts';
import { instantOf } from '../ledger/block-time.ts';
import { referenceShown } from '../values/references.ts';
import { cashAmount } from '../settlement/schemas.ts';
import { sharePpm } from './commands.ts';
import { type Account, accountsOf, type Cover, coverById, partiesIn } from './queries.ts';
import { COVER_STAGES } from './tables.ts';

export const coverId = numberedId('CoverId', 63, 'Number of a cover.', '5');

export const coverParams = z.strictObject({ id: coverId });

export const coverStage = z
  .enum(COVER_STAGES)
  .meta({ id: 'CoverStage', description: 'In force once every carrier has consented.' });

const layer = z
  .strictObject({
    deductible: amountOrZero,
    cap: amount,
    carriers: z.array(z.strictObject({ carrier: partyReference, share: sharePpm, consented: z.boolean() })),
  })
  .meta({ id: 'CoverLayer' });

export const coverResource = z
  .strictObject({
    id: coverId,
    insured: partyReference
      .nullable()
      .meta({ description: 'Null where every holder of notes of the payable is insured.' }),
    payable: payableId.nullable().meta({ description: 'Null for any payable.' }),
    obligor: partyReference.nullable().meta({ description: 'Null for any obligor.' }),
    currency,
    from: ledgerDateText,
    until: ledgerDateText,
    layers: z.array(layer).meta({ description: 'In the order in which they bear losses.' }),
    reference: referenceShown,
    termsHash: hash32.meta({ description: 'What a carrier names when it consents.' }),
    proposedBy: partyReference,
    stage: coverStage,
    proposedAt: instant,
    decidedAt: instant.nullable(),
    cancelCause: referenceShown,
  })
  .meta({ id: 'Cover', description: 'A policy or a guarantee, in layers.' });

const part = z.strictObject({
  carrier: partyReference.nullable().meta({ description: 'Null for the insured itself.' }),
  borne: amountOrZero.meta({ description: 'What it bears, net of recoveries.' }),
  owed: amountOrZero.meta({ description: 'Of that, what is not paid yet.' }),
  paid: cashAmount.meta({ description: 'Paid in total.' }),
  refunded: cashAmount.meta({ description: 'Refunded in total.' }),
});

export const accountResource = z
  .strictObject({
    claims: z.array(
      z.strictObject({
        note: noteId,
        payable: payableId,
        holder: partyReference,
        amount,
        cause: referenceShown,
        claimedAt: instant,
      }),
    ),
    claimed: cashAmount,
    recovered: cashAmount,
    loss: cashAmount.meta({ description: 'Claimed and not recovered.' }),
    below: cashAmount.meta({ description: 'Losses that others claimed before, above which it begins in the layers.' }),
    layers: z.array(z.strictObject({ borne: amountOrZero, parts: z.array(part) })),
    notBorne: cashAmount.meta({ description: 'The part of the loss below, between and above the layers.' }),
  })
  .meta({
    id: 'CoverAccount',
    description: "One loss as the cover sees it: all of a named insured's, or that of one note.",
  });

export const coverDetail = coverResource
  .extend({
    accounts: z.array(accountResource).meta({ description: 'Where every holder is insured, a holder sees its own.' }),
  })
  .meta({ id: 'CoverDetail', description: 'A cover, and how its waterfall stands.' });

type Reading = Pick<Context, 'db' | 'asOf'>;

export async function presentCovers(
  { db, asOf }: Reading,
  covers: readonly Cover[],
): Promise<z.input<typeof coverResource>[]> {
  const names = await partyNames(
    db,
    covers.flatMap(({ insured, obligor, proposedBy, layers }) => [
      ...(insured === null ? [] : [insured]),
      ...(obligor === null ? [] : [obligor]),
      proposedBy,
      ...layers.flatMap(({ carriers }) => carriers.map(({ party }) => party)),
    ]),
    asOf,
  );
  const some = (party: PartyId | null) => (party === null ? null : referenceTo(party, names));
  return covers.map((cover) => ({
    id: cover.id.toString(),
    insured: some(cover.insured),
    payable: cover.payable === null ? null : cover.payable.toString(),
    obligor: some(cover.obligor),
    currency: cover.currency,
    from: cover.from,
    until: cover.until,
    layers: cover.layers.map(({ deductible, cap, carriers }) => ({
      deductible: deductible.toString(),
      cap: cap.toString(),
      carriers: carriers.map(({ party, share }) => ({
        carrier: referenceTo(party, names),
        share: share.toString(),
        consented: cover.consented.has(party),
      })),
    })),
    reference: cover.reference,
    termsHash: cover.termsHash,
    proposedBy: referenceTo(cover.proposedBy, names),
    stage: cover.stage,
    proposedAt: instantOf(cover.proposedAt),
    decidedAt: cover.decidedAt === null ? null : instantOf(cover.decidedAt),
    cancelCause: cover.cancelCause,
  }));
}

export async function presentAccounts(
  { db, asOf }: Reading,
  cover: Cover,
  accounts: readonly Account[],
): Promise<z.input<typeof accountResource>[]> {
  const names = await partyNames(
    db,
    [
      ...accounts.flatMap(({ claims }) => claims.map(({ holder }) => holder)),
      ...cover.layers.flatMap(({ carriers }) => carriers.map(({ party }) => party)),
    ],
    asOf,
  );
  return accounts.map(({ claims, parts, loss, recovered, below }) => {
    const layers = cover.layers.map((_layer, place) => {
      const inLayer = parts.filter((one) => one.layer === place);
      return {
        borne: sum(inLayer.map(({ borne }) => borne)),
        parts: inLayer.map(({ carrier, borne, owed, paid, refunded }) => ({
          carrier: carrier === NOBODY ? null : referenceTo(carrier, names),
          borne: borne.toString(),
          owed: owed.toString(),
          paid: paid.toString(),
          refunded: refunded.toString(),
        })),
      };
    });
    return {
      claims: claims.map(({ note, payable, holder, units, cause, claimedAt }) => ({
        note: note.toString(),
        payable: payable.toString(),
        holder: referenceTo(holder, names),
        amount: units.toString(),
        cause,
        claimedAt: instantOf(claimedAt),
      })),
      claimed: (loss + recovered).toString(),
      recovered: recovered.toString(),
      loss: loss.toString(),
      below: below.toString(),
      layers: layers.map(({ borne, parts: of }) => ({ borne: borne.toString(), parts: of })),
      notBorne: (loss - sum(layers.map(({ borne }) => borne))).toString(),
    };
  });
}

/** A cover with its accounts: whoever is insured among others sees its own losses alone, everybody else who sees the cover all. */
export async function presentDetail(ctx: Context, cover: Cover): Promise<z.input<typeof coverDetail>> {
  const visibility = await visibilityOf(ctx);
  const accounts = await accountsOf(ctx.db, cover.id, ctx.asOf);
  const seesEach = !looksForItself(visibility) || isShownTo(visibility, { parties: partiesIn(cover) });
  const seen = accounts.filter(({ payee }) => seesEach || ownParties(visibility).has(payee));
  const [shown] = await presentCovers(ctx, [cover]);
  return { ...(shown as z.input<typeof coverResource>), accounts: await presentAccounts(ctx, cover, seen) };
}

/** Answers with a cover after an order about it. */
export async function respondCover(ctx: Context, id: CoverId): Promise<Made<z.input<typeof coverDetail>>> {
  const cover = await coverById(ctx.db, id, ctx.asOf);
  if (!cover) throw new Error(`cover ${id} is not in the tables`);
  return { body: await presentDetail(ctx, cover), location: `/v1/covers/${id}` };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, one) => total + one, 0n);
}
