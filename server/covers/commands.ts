// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { dateOnLedger } from '../parties/schemas.ts';
import { type CoverId, idFrom, NOBODY, noteId, type NoteId, partyId, type PartyId, payableId } from '../values/ids.ts';
import { codeBytes3, textBytes32 } from '../values/fixed-text.ts';
import { dayNumber, ledgerDate } from '../values/dates.ts';
import { amount, amountOrZero, currency, decimalPattern, hash32 } from '../values/schemas.ts';
import { call, type Call } from '../ledger/contract-types.ts';
import { referenceField } from '../values/references.ts';
import { causeField } from '../recourse/commands.ts';
import { WHOLE } from './waterfall.ts';

const BOOK = 'CoverBook';
const ACCOUNTS = 'LossAccounts';
/** As many as the ledger takes. */
const MOST = 8;

export const sharePpm = z
  .string()
  .regex(decimalPattern('1', WHOLE), `must be whole parts per million from 1 to ${WHOLE}, as a string`)
  .meta({
    description:
      'Share of what the layer bears, in parts per million: "600000" is 60 %. The insured bears what the carriers leave of the whole.',
    example: '600000',
  });

const deductible = amountOrZero
  .default('0')
  .meta({
    description: 'First part of the loss that reaches the layer, borne by the insured itself; "0" if absent.',
    example: '1000000',
  });
const cap = amount.meta({ description: 'The most that the layer bears after its deductible.', example: '5000000' });

const layerBody = z
  .strictObject({
    deductible,
    cap,
    carriers: z
      .array(z.strictObject({ party: partyId, share: sharePpm }))
      .min(1)
      .max(MOST)
      .meta({ description: 'Guarantors, insurers or financiers.' }),
  })
  .meta({ id: 'CoverLayerBody' });

export const coverBody = z
  .strictObject({
    insured: partyId
      .optional()
      .meta({
        description: 'The party whose losses are covered; if absent, every holder of notes of the payable named.',
      }),
    payable: payableId.optional().meta({ description: 'The payable that is covered; any if absent.' }),
    obligor: partyId.optional().meta({ description: 'The obligor whose default is covered; any if absent.' }),
    currency,
    from: dateOnLedger.meta({ description: 'First due date of the payables it covers.' }),
    until: dateOnLedger.meta({ description: 'Last due date of the payables it covers.' }),
    layers: z.array(layerBody).min(1).max(MOST).meta({ description: 'In the order in which they bear losses.' }),
    reference: referenceField("The policy's number.", 'POL-2026-118').optional(),
  })
  .meta({ id: 'CoverBody' });

export const consentBody = z
  .strictObject({
    termsHash: hash32.meta({ description: 'Of the terms, as the cover shows it: you consent to these and no others.' }),
  })
  .meta({ id: 'CoverConsentBody' });

export const lossBody = z.strictObject({ note: noteId, cause: causeField }).meta({ id: 'LossClaimBody' });

export const sharesBody = z
  .strictObject({ note: noteId.meta({ description: 'The note whose loss was claimed.' }) })
  .meta({ id: 'SharePaymentBody' });

export const waterfallBody = z
  .strictObject({
    layers: z
      .array(
        z.strictObject({
          deductible,
          cap,
          carriers: z
            .array(z.strictObject({ name: z.string().min(1).max(100), share: sharePpm }))
            .min(1)
            .max(MOST),
        }),
      )
      .min(1)
      .max(MOST)
      .meta({ description: 'In the order in which they bear losses.' }),
    loss: amount,
    recovered: amountOrZero
      .default('0')
      .meta({ description: 'Part of the loss that is recovered afterwards; "0" if absent.', example: '2500000' }),
  })
  .meta({ id: 'WaterfallCalculationBody' });

export function propose(body: z.output<typeof coverBody>): Call {
  return call(BOOK, 'propose', {
    insured: body.insured === undefined ? NOBODY : idFrom(body.insured),
    payableId: body.payable === undefined ? 0n : idFrom(body.payable),
    obligor: body.obligor === undefined ? NOBODY : idFrom(body.obligor),
    currency: codeBytes3(body.currency),
    from: dayNumber(ledgerDate(body.from)),
    until: dayNumber(ledgerDate(body.until)),
    layers: body.layers.map((layer) => ({
      deductible: BigInt(layer.deductible),
      cap: BigInt(layer.cap),
      carriers: layer.carriers.map(({ party, share }) => ({ party: idFrom(party), share: Number(share) })),
    })),
    ref: textBytes32(body.reference),
  });
}

export function consentTo(cover: CoverId, carrier: PartyId, termsHash: string): Call {
  return call(BOOK, 'consent', cover, carrier, termsHash);
}

export function cancel(cover: CoverId, cause: string): Call {
  return call(BOOK, 'cancel', cover, textBytes32(cause));
}

export function claimLoss(cover: CoverId, { note, cause }: z.output<typeof lossBody>): Call {
  return call(ACCOUNTS, 'claimLoss', cover, idFrom(note), textBytes32(cause));
}

export function payShares(cover: CoverId, note: NoteId): Call {
  return call(ACCOUNTS, 'payShares', cover, note);
}
