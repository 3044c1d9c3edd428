import { BANK_CHECKERS, BANK_MAKERS, MEMBERS, MEMBER_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { partyNames } from '../parties/queries.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { idFrom, type IdText, NOBODY, noteId, numbered, partyId, type PartyId } from '../values/ids.ts';
import { fixedText } from '../values/fixed-text.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, type Done, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { address, currency, instant } from '../values/schemas.ts';
import { instantOf } from '../ledger/block-time.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import {
  cashPaymentBody,
  inheritanceBody,
  inheritCash,
  issueBody,
  issueCash,
  openCash,
  payCash,
  redeemCash,
  redemptionBody,
} from './commands.ts';
import { accountOf, type Cash, cashCurrencies, cashIn, type StatementEntry, statementOf } from './queries.ts';
import { settlementRefusals } from './refusals.ts';
import { cashAmount, paymentId } from './schemas.ts';
import { eventsOf } from '../ledger/contract-types.ts';
import { CASH_KINDS, CASH_PURPOSES, type CashKind, type CashPurpose } from './tables.ts';

const currencyParams = z.strictObject({ currency });
const someParty = partyId
  .optional()
  .meta({ description: 'Whose; your own if absent. Another one for a regulator, or for who succeeded it.' });
const kind = z
  .enum(CASH_KINDS)
  .meta({ id: 'CashKind', description: 'Why cash moved; `transfer` is a plain ERC-20 transfer.' });

const cash = z
  .strictObject({
    currency,
    bank: partyReference,
    address: address.meta({ description: 'Of the ERC-20 that keeps it.' }),
    decimals: z.int().meta({ description: 'Of the minor unit.', example: 2 }),
    circulating: cashAmount
      .nullable()
      .meta({ description: 'Issued and not redeemed; shown to its bank and to a regulator.' }),
  })
  .meta({ id: 'SettlementCash' });

const movement = z
  .strictObject({
    currency,
    kind,
    from: partyReference.nullable().meta({ description: 'None where the bank issued it.' }),
    to: partyReference.nullable().meta({ description: 'None where the bank redeemed it.' }),
    amount: cashAmount,
    reference: referenceShown,
    movedAt: instant,
  })
  .meta({ id: 'CashMovement' });

const balance = z
  .strictObject({
    party: partyReference,
    currency,
    balance: cashAmount,
    reserved: cashAmount.meta({
      description:
        'Of it, set aside for what the party agreed to, such as a loan for a directed use; it leaves the account in no other way.',
    }),
    available: cashAmount.meta({ description: 'The rest: what the party can pay with.' }),
  })
  .meta({ id: 'CashBalance' });

const entry = z
  .strictObject({
    id: z.string().meta({ description: 'Lasting; block and log.', example: '1024-7' }),
    movedAt: instant,
    direction: z.enum(['in', 'out']),
    kind,
    counterparty: partyReference
      .nullable()
      .meta({ description: 'None of an issue or a redemption, nor of what you paid to the holders of your payables.' }),
    amount: cashAmount,
    balance: cashAmount.meta({ description: 'Afterwards.' }),
    reference: referenceShown,
    payment: paymentId.nullable(),
    note: noteId.nullable().meta({ description: 'The note you were paid.' }),
  })
  .meta({ id: 'StatementEntry' });

const {
  CASH_ALREADY_OPEN,
  CASH_IS_RESERVED,
  CASH_NOT_YOURS,
  CASH_UNKNOWN,
  ERC20_INSUFFICIENT_BALANCE,
  NOT_THE_BANK,
  NOT_THE_SUCCESSOR,
} = settlementRefusals;
const { ADMISSION_EXPIRED, PARTY_IS_SUCCEEDED, PARTY_IS_SUSPENDED, PARTY_UNKNOWN, ROLE_MISSING } = partyRefusals;
const PAYEE_REFUSALS = [PARTY_UNKNOWN, PARTY_IS_SUSPENDED, PARTY_IS_SUCCEEDED, ADMISSION_EXPIRED];

export const cashRoutes: readonly Route[] = [
  readRoute({
    path: '/v1/cash',
    capability: 'settlement',
    summary: 'Settlement cash: its currencies, banks and ERC-20 contracts',
    access: MEMBERS,
    lookUp: null,
    response: z.strictObject({ items: z.array(cash) }),
    refusals: [],
    async handle(ctx) {
      return { items: await cashViews(ctx, await cashCurrencies(ctx.db, ctx.asOf)) };
    },
  }),
  readRoute({
    path: '/v1/cash/{currency}/balance',
    capability: 'settlement',
    summary: 'What a party has',
    access: MEMBERS,
    lookUp: { one: 'cash balance' },
    params: currencyParams,
    query: z.strictObject({ party: someParty }),
    response: balance,
    refusals: [CASH_UNKNOWN, CASH_NOT_YOURS],
    async handle(ctx, { params, query }) {
      const party = await partyToShow(ctx, params.currency, query.party, 'cash balance');
      const { balance: all, reserved } = await accountOf(ctx.db, params.currency, party, ctx.asOf);
      return {
        party: referenceTo(party, await partyNames(ctx.db, [party], ctx.asOf)),
        currency: params.currency,
        balance: all.toString(),
        reserved: reserved.toString(),
        available: (all - reserved).toString(),
      };
    },
  }),
  readRoute({
    path: '/v1/cash/{currency}/statement',
    capability: 'settlement',
    summary: 'What came in and went out, newest first',
    description: 'What an obligor paid to the holders of one payable in one block is one entry, without their names.',
    access: MEMBERS,
    lookUp: { one: 'cash statement' },
    params: currencyParams,
    query: z.strictObject({ party: someParty, ...pageQuery }),
    response: pageOf(entry),
    refusals: [CASH_UNKNOWN, CASH_NOT_YOURS],
    async handle(ctx, { params, query }) {
      const party = await partyToShow(ctx, params.currency, query.party, 'cash statement');
      const rows = await statementOf(ctx.db, params.currency, party, ctx.asOf, ctx.page);
      const names = await partyNames(
        ctx.db,
        rows.flatMap(({ counterparty }) => counterparty ?? []),
        ctx.asOf,
      );
      return ctx.page.of(
        rows,
        (row) => [row.block.toString(), String(row.log)],
        (row) => entryView(row, names),
      );
    },
  }),
  commandRoute({
    method: 'post',
    path: '/v1/cash/{currency}',
    capability: 'settlement',
    summary: 'Open settlement cash in a currency, as its bank',
    access: BANK_CHECKERS,
    params: currencyParams,
    status: 201,
    response: cash,
    refusals: [CASH_ALREADY_OPEN],
    prepare: async (_ctx, { params }) => ({ calls: [openCash(params.currency)] }),
    async respond(ctx, _outcome, { params }) {
      const opened = await cashIn(ctx.db, params.currency, ctx.asOf);
      const [body] = await cashViews(ctx, opened ? [opened] : []);
      if (!body) throw new Error(`cash in ${params.currency} was opened and is not there`);
      return { body, location: '/v1/cash' };
    },
  }),
  commandRoute({
    method: 'post',
    path: '/v1/cash/{currency}/issues',
    capability: 'settlement',
    summary: 'Put a deposit on the ledger',
    access: BANK_MAKERS,
    params: currencyParams,
    body: issueBody,
    status: 201,
    response: movement,
    refusals: [CASH_UNKNOWN, NOT_THE_BANK, ROLE_MISSING, ...PAYEE_REFUSALS],
    prepare: async (_ctx, { params, body }) => ({ calls: [issueCash(params.currency, body)] }),
    respond: respondMovement('issue'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/cash/{currency}/redemptions',
    capability: 'settlement',
    summary: 'Take off the ledger what was given back to the bank',
    // A bank that lost the role still owes its depositors: the ledger says whose bank it is.
    access: MEMBER_MAKERS,
    params: currencyParams,
    body: redemptionBody,
    status: 201,
    response: movement,
    refusals: [CASH_UNKNOWN, NOT_THE_BANK, ERC20_INSUFFICIENT_BALANCE, CASH_IS_RESERVED],
    prepare: async (_ctx, { params, body }) => ({ calls: [redeemCash(params.currency, body)] }),
    respond: respondMovement('redemption'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/cash/{currency}/payments',
    capability: 'settlement',
    summary: 'Pay another party',
    access: MEMBER_MAKERS,
    params: currencyParams,
    body: cashPaymentBody,
    status: 201,
    response: movement,
    refusals: [CASH_UNKNOWN, ERC20_INSUFFICIENT_BALANCE, CASH_IS_RESERVED, ...PAYEE_REFUSALS],
    prepare: async (_ctx, { params, body }) => ({ calls: [payCash(params.currency, body)] }),
    respond: respondMovement('payment'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/cash/{currency}/inheritances',
    capability: 'settlement',
    summary: 'Take over what a party had that yours succeeded',
    description: 'What is reserved stays where it is until it is drawn or given free.',
    access: MEMBER_MAKERS,
    params: currencyParams,
    body: inheritanceBody,
    status: 201,
    response: movement,
    refusals: [CASH_UNKNOWN, NOT_THE_SUCCESSOR, PARTY_UNKNOWN],
    prepare: async (_ctx, { params, body }) => ({ calls: [inheritCash(params.currency, body)] }),
    respond: respondMovement('inheritance'),
  }),
];

/** The party asked for, if the caller may see what it has. */
async function partyToShow(
  ctx: Context,
  code: string,
  asked: IdText<'PartyId'> | undefined,
  what: string,
): Promise<PartyId> {
  if (!(await cashIn(ctx.db, code, ctx.asOf))) throw new DeeptierError(CASH_UNKNOWN, { currency: code });
  const party = asked === undefined ? ctx.caller.party : idFrom(asked);
  if (party === ctx.caller.party) {
    ctx.shows('own');
    return party;
  }
  const visibility = await visibilityOf(ctx);
  if (visibility.kind === 'granted' || (visibility.kind === 'own' && !visibility.parties.has(party))) {
    throw new DeeptierError(CASH_NOT_YOURS, { party: String(party) });
  }
  ctx.shows({ kind: what, subject: `${party} ${code}`, parties: [party] });
  return party;
}

async function cashViews(ctx: Context, items: readonly Cash[]): Promise<z.input<typeof cash>[]> {
  const names = await partyNames(
    ctx.db,
    items.map(({ bank }) => bank),
    ctx.asOf,
  );
  const visibility = await visibilityOf(ctx);
  const seesTotals = (bank: PartyId): boolean =>
    visibility.kind === 'all' || (visibility.kind === 'own' && visibility.parties.has(bank));
  return items.map((item) => ({
    currency: item.currency,
    bank: referenceTo(item.bank, names),
    address: item.address,
    decimals: item.decimals,
    circulating: seesTotals(item.bank) ? (item.issued - item.redeemed).toString() : null,
  }));
}

function entryView(row: StatementEntry, names: ReadonlyMap<PartyId, string>): z.input<typeof entry> {
  return {
    id: `${row.block}-${row.log}`,
    movedAt: instantOf(row.movedAt),
    direction: row.direction,
    kind: row.kind,
    counterparty: row.counterparty === null ? null : referenceTo(row.counterparty, names),
    amount: row.amount.toString(),
    balance: row.balance.toString(),
    reference: row.reference === null ? null : referenceText(row.reference),
    payment: row.payment?.toString() ?? null,
    note: row.note?.toString() ?? null,
  };
}

/** Answers with what the book announced. */
function respondMovement(purpose: CashPurpose & CashKind) {
  return async (ctx: Context, { events }: Done): Promise<{ body: z.input<typeof movement> }> => {
    const event = eventsOf(events, 'CashBook.CashMoved').find(
      ({ args }) => CASH_PURPOSES[Number(args.purpose)]?.name === purpose,
    );
    if (!event) throw new Error(`the cash book announced no ${purpose}`);
    const { args, block } = event;
    const [payer, payee] = [numbered<PartyId>(args.from), args.to];
    const names = await partyNames(ctx.db, [payer, payee].filter(isParty), ctx.asOf);
    return {
      body: {
        currency: fixedText(args.currency),
        kind: purpose,
        from: isParty(payer) ? referenceTo(payer, names) : null,
        to: isParty(payee) ? referenceTo(payee, names) : null,
        amount: args.amount.toString(),
        reference: referenceText(args.ref),
        movedAt: instantOf(BigInt(block.timestamp)),
      },
    };
  };
}

/** 0 stands for nobody: the bank itself, which issues and redeems. */
function isParty(party: PartyId): boolean {
  return party !== NOBODY;
}
