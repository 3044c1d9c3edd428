// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { partyReference } from '../parties/schemas.ts';
import { amount, amountOrZero, blockNumber, currency, hash32, instant, ledgerDateText } from '../values/schemas.ts';
import { noteId, payableId } from '../values/ids.ts';
import { referenceShown } from '../values/references.ts';
import { type HopKind, HOPS, NOTE_STATUSES } from './states.ts';

/** `overdue` is an active payable after its due date, and `defaulted` one from its default date on. */
export const PAYABLE_WORDS = ['offered', 'active', 'overdue', 'defaulted', 'settled', 'void'] as const;

export type PayableWord = (typeof PAYABLE_WORDS)[number];

export const payableWord = z
  .enum(PAYABLE_WORDS)
  .meta({ description: '`overdue` from the day after the due date, `defaulted` from the default date on.' });

export const noteWord = z.enum(NOTE_STATUSES);

/** A document that a payable stands on; what of it the payable uses only where that may be known. */
export const payableDocument = z
  .strictObject({
    fingerprint: hash32,
    kind: z.string().nullable(),
    number: z.string().nullable(),
    issueDate: z.string().nullable(),
    amount: amount.optional(),
  })
  .meta({
    id: 'PayableDocument',
    description: 'A document that a payable stands on; null is what another gateway keeps.',
  });

export const unitsByStatus = z
  .strictObject({ offered: amountOrZero, held: amountOrZero, settled: amountOrZero, void: amountOrZero })
  .meta({ id: 'UnitsByStatus', description: 'The face, by what has become of it.' });

export const payableResource = z
  .strictObject({
    id: payableId,
    view: z
      .enum(['full', 'obligor', 'holder', 'payment'])
      .meta({
        description:
          'How much of it is shown: all of it, what its obligor, what a holder of its notes, or what a settlement bank may know.',
      }),
    currency: z.string(),
    dueDate: ledgerDateText.meta({ description: 'The maturity, or the business day after it.' }),
    defaultDate: ledgerDateText.meta({
      description: 'The first day of default, if it is not paid before; by the rule set of the issue date.',
    }),
    status: payableWord,
    face: amount.optional(),
    outstanding: amountOrZero.optional(),
    obligor: partyReference.optional(),
    firstSupplier: partyReference.optional(),
    issueDate: ledgerDateText.optional(),
    maturity: ledgerDateText.optional(),
    ruleSet: z.int().optional(),
    reference: referenceShown.optional(),
    units: unitsByStatus.optional(),
    documents: z.array(payableDocument).optional(),
    offer: z
      .strictObject({ to: partyReference, expiresAt: instant })
      .nullable()
      .optional()
      .meta({ description: 'While the first supplier has not accepted.' }),
    issued: z.strictObject({ at: instant, transaction: hash32 }).optional(),
  })
  .meta({ id: 'Payable', description: 'A promise to pay, as far as the caller may know it.' });

const hopKind = z
  .enum(HOPS)
  .meta({
    description:
      'The `issue` and each `transfer` are one tier; a `financing`, by which a financier took it or it came back from one, moves no tier.',
  });

/** A piece that was cut from a note for another party, or the issue itself. */
export const transferResource = z
  .strictObject({
    note: noteId,
    payable: payableId,
    currency: z.string(),
    amount,
    hop: hopKind,
    tier: z.int().meta({ description: 'Commercial hops from the obligor to the recipient.' }),
    from: partyReference,
    to: partyReference,
    reference: referenceShown,
    madeAt: instant,
    expiresAt: instant.nullable().meta({ description: 'Null where a standing acceptance covered it, or a financing.' }),
    outcome: z.enum(['open', 'accepted', 'rejected', 'withdrawn', 'expired']),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'NoteTransfer', description: 'A piece of a note that was offered, given or sold to another party.' });

export const holdResource = z
  .strictObject({
    purpose: z.enum(['pledge', 'freeze']),
    amount: amount.meta({ description: 'When the hold was put on it.' }),
    by: partyReference.meta({ description: 'Who releases it or carries it out.' }),
    beneficiary: partyReference
      .nullable()
      .meta({ description: 'Who receives the note when the hold is carried out; null for nobody.' }),
    order: referenceShown.meta({ description: 'The reference of the order behind it, or the number of the loan.' }),
    since: instant,
    expiresAt: instant.nullable().meta({ description: 'Null where only a release ends it.' }),
    inForce: z.boolean(),
  })
  .meta({ id: 'NoteHold', description: 'What of a note is held back, for whom, by which order, until when.' });

export const noteResource = z
  .strictObject({
    id: noteId,
    payable: payableId,
    currency: z.string(),
    amount: amountOrZero,
    free: amountOrZero.meta({ description: 'What of it its holder may transfer or return now.' }),
    units: z.strictObject({ start: amountOrZero, end: amountOrZero }).meta({ description: 'Its stretch of the face.' }),
    status: noteWord,
    holder: partyReference,
    obligor: partyReference,
    tier: z.int().meta({ description: 'Commercial hops from the obligor.' }),
    financings: z.int().meta({ description: 'Financing hops on its path, which move no tier.' }),
    heldSince: instant,
    maturity: ledgerDateText,
    dueDate: ledgerDateText,
    payableStatus: payableWord,
    parent: noteId
      .nullable()
      .optional()
      .meta({ description: 'The note it was transferred from; shown to whom the whole tree is open.' }),
    title: transferResource.nullable().meta({ description: 'The transfer or sale that gave its holder the title.' }),
    offer: transferResource.nullable().meta({ description: 'While it is offered.' }),
    holds: z
      .array(holdResource)
      .meta({ description: 'A pledge, which holds all of it, before a freeze; each ends for itself.' }),
    returnReference: referenceShown,
  })
  .meta({ id: 'Note', description: "A stretch of a payable's units with one holder." });

/** A note with what its holder cut from it for others. */
export const noteDetail = noteResource
  .extend({ given: z.array(transferResource) })
  .meta({ id: 'NoteDetail', description: 'A note, and the pieces that were cut from it for others.' });

const hop = z
  .strictObject({
    hop: hopKind,
    tier: z.int(),
    note: noteId.nullable(),
    from: partyReference.nullable(),
    to: partyReference.nullable(),
    units: z.strictObject({ start: amountOrZero, end: amountOrZero }).nullable(),
    offeredAt: instant.nullable(),
    titleAt: instant,
    operation: z.strictObject({ transaction: hash32, block: blockNumber }).nullable(),
    redacted: z
      .boolean()
      .meta({ description: 'Whether parties, note and units are withheld, as none of the caller’s business.' }),
  })
  .meta({ id: 'Hop', description: 'One step of the chain: who passed the claim to whom, how and when.' });

export const pathResource = z
  .strictObject({
    note: noteId,
    payable: payableId,
    currency,
    obligor: partyReference,
    maturity: ledgerDateText,
    dueDate: ledgerDateText,
    source: z.enum(['projection', 'state']),
    hops: z
      .array(hop)
      .meta({
        description:
          "From the note itself back to the first supplier's; as many as its tier and its financings together.",
      }),
    documents: z.array(payableDocument),
  })
  .meta({ id: 'NotePath', description: 'The chain of debts behind a note, back to the promise.' });

export type Hop = z.input<typeof hop>;

/** A note of the tree, with those that were transferred from it. */
export interface TreeNode {
  note: string;
  holder: z.input<typeof partyReference>;
  hop: HopKind;
  tier: number;
  amount: string;
  units: { start: string; end: string };
  status: (typeof NOTE_STATUSES)[number];
  heldSince: string;
  pledgedTo: z.input<typeof partyReference> | null;
  children: TreeNode[];
}

const treeNode: z.ZodType<TreeNode, TreeNode> = z
  .strictObject({
    note: noteId,
    holder: partyReference,
    hop: hopKind,
    tier: z.int(),
    amount: amountOrZero,
    units: z.strictObject({ start: amountOrZero, end: amountOrZero }),
    status: noteWord,
    heldSince: instant,
    pledgedTo: partyReference.nullable(),
    get children() {
      return z.array(treeNode);
    },
  })
  .meta({ id: 'TreeNode', description: 'A note, with the notes that were transferred or sold from it.' });

export const treeResource = z
  .strictObject({
    payable: payableId,
    view: z.enum(['full', 'obligor']),
    currency: z.string(),
    face: amount,
    obligor: partyReference,
    firstSupplier: partyReference,
    status: payableWord,
    byStatus: unitsByStatus,
    byTier: z.array(z.strictObject({ tier: z.int(), amount })).optional(),
    byHolder: z.array(z.strictObject({ holder: partyReference, amount })).optional(),
    notes: z
      .array(treeNode)
      .optional()
      .meta({ description: 'Notes of the first supplier, and what stands beside them; the others below.' }),
  })
  .meta({
    id: 'PayableTree',
    description: 'A payable with everything below it; each of the totals adds up to the face.',
  });

export const debtorsResource = z
  .strictObject({
    holder: partyReference,
    debtors: z.array(
      z.strictObject({
        debtor: partyReference,
        currency: z.string(),
        amount: amountOrZero.meta({ description: 'What the party holds of it.' }),
        overdue: amountOrZero.meta({ description: 'Of that, what was due and is not paid, in default or not yet.' }),
        defaulted: amountOrZero.meta({ description: 'Of that, what is in default.' }),
        pledged: amountOrZero.meta({ description: 'What others hold of it and pledged to the party.' }),
        notes: z.int().meta({ description: 'Of both.' }),
        nearestDueDate: ledgerDateText,
        byTier: z.array(z.strictObject({ tier: z.int(), amount })).meta({ description: 'What it holds.' }),
      }),
    ),
  })
  .meta({
    id: 'Debtors',
    description: 'The ultimate debtors behind what a party holds or has as a pledge, by debtor and currency.',
  });

export const limitResource = z
  .strictObject({
    obligor: partyReference,
    currency: z.string(),
    limit: z.string(),
    outstanding: z.string(),
    available: z.string(),
  })
  .meta({ id: 'ObligorLimit', description: 'How much an obligor may owe in a currency, and owes; minor units.' });
