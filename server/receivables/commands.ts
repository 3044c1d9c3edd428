// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { dateOnLedger } from '../parties/schemas.ts';
import { idFrom, type NoteId, partyId, type PartyId } from '../values/ids.ts';
import { codeBytes3, textBytes32 } from '../values/fixed-text.ts';
import { dayNumber, ledgerDate } from '../values/dates.ts';
import { amountOrZero, currency, decimalPattern, hash32, instant, line, maximumOf } from '../values/schemas.ts';
import { call, type Call } from '../ledger/contract-types.ts';
import { referenceField } from '../values/references.ts';

const ISSUANCE = 'Issuance';
const LEDGER = 'ReceivableLedger';
/** Above what the ledger takes, which it says itself; only so that a body stays small. */
const MAX_ENTRIES = 500;

// Zero is let through: the ledger refuses it, by rule and code.
const amountAsked = amountOrZero;

export const issueBody = z.strictObject({
  supplier: partyId,
  currency,
  face: amountAsked,
  maturity: dateOnLedger,
  documents: z
    .array(z.strictObject({ fingerprint: hash32, amount: amountAsked }))
    .min(1)
    .max(MAX_ENTRIES),
  reference: referenceField('Your own reference: a contract, an order.', 'PO-2026-0317').optional(),
});

export const rejectDraftBody = z.strictObject({
  reason: line(500, 'Why it is not issued.', 'The order was cancelled.'),
});

export const transferBody = z.strictObject({
  shares: z
    .array(z.strictObject({ to: partyId, amount: amountAsked }))
    .min(1)
    .max(MAX_ENTRIES),
  reference: referenceField('Your own reference: the debt you pay with it.', 'INV-2026-114').optional(),
});

export const returnBody = z.strictObject({
  amount: amountAsked,
  reference: referenceField('Your own reference.', 'CREDIT-2026-9').optional(),
});

export const freezeBody = z.strictObject({
  amount: amountAsked,
  expiresAt: instant,
  order: referenceField('The order that the freeze rests on.', 'GD-2026-0142'),
});

/** A limit goes beyond what one payable may have: it covers many. */
export const limitBody = z.strictObject({
  limit: z
    .string()
    .regex(decimalPattern('0', maximumOf(128)), 'must be a whole number of minor units, as a string')
    .meta({ description: 'What the obligor may owe at most; minor units.', example: '100000000000' }),
});

export type IssueOrder = z.output<typeof issueBody>;

export function issue(
  order: Pick<IssueOrder, 'currency' | 'face' | 'maturity' | 'documents'> & {
    readonly supplier: PartyId;
    readonly reference?: string | undefined;
  },
): Call {
  return call(ISSUANCE, 'issue', {
    supplier: order.supplier,
    currency: codeBytes3(order.currency),
    face: BigInt(order.face),
    maturity: dayNumber(ledgerDate(order.maturity)),
    documents: order.documents.map(({ fingerprint, amount }) => ({ fingerprint, amount: BigInt(amount) })),
    ref: textBytes32(order.reference),
  });
}

export function transfer(note: NoteId, { shares, reference }: z.output<typeof transferBody>): Call {
  return call(
    LEDGER,
    'transfer',
    note,
    textBytes32(reference),
    shares.map(({ to, amount }) => ({ to: idFrom(to), amount: BigInt(amount) })),
  );
}

export function returnToObligor(note: NoteId, { amount, reference }: z.output<typeof returnBody>): Call {
  return call(LEDGER, 'returnToObligor', note, BigInt(amount), textBytes32(reference));
}

export function decideOffer(how: 'accept' | 'reject' | 'withdraw' | 'expire', note: NoteId): Call {
  return call(LEDGER, how, note);
}

export function freeze(note: NoteId, { amount, expiresAt, order }: z.output<typeof freezeBody>): Call {
  const seconds = Math.max(0, Math.floor(Date.parse(expiresAt) / 1000)); // whatever is past, the ledger refuses
  return call(LEDGER, 'freeze', note, BigInt(amount), seconds, textBytes32(order));
}

export function release(note: NoteId): Call {
  return call(LEDGER, 'release', note);
}

export function setLimit(obligor: PartyId, code: string, { limit }: z.output<typeof limitBody>): Call {
  return call(ISSUANCE, 'setLimit', obligor, codeBytes3(code), BigInt(limit));
}
