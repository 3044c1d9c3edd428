// SPDX-License-Identifier: Apache-2.0
import { BANK_MAKERS, MEMBER_MAKERS } from '../access/who.ts';
import type { z } from 'zod';
import { partyRefusals } from '../parties/refusals.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, type Done, type Made, type Route } from '../http/route.ts';
import { eventsOf } from '../ledger/contract-types.ts';
import {
  cashPaymentBody,
  inheritanceBody,
  inheritCash,
  issueBody,
  issueCash,
  payCash,
  redeemCash,
  redemptionBody,
} from './commands.ts';
import { movementResource, presentMovement } from './cash-resource.ts';
import { settlementRefusals } from './refusals.ts';
import { currencyParams } from './schemas.ts';
import { CASH_PURPOSES, type CashKind, type CashPurpose } from './tables.ts';

const { CASH_IS_RESERVED, CASH_UNKNOWN, ERC20_INSUFFICIENT_BALANCE, NOT_THE_BANK, NOT_THE_SUCCESSOR } =
  settlementRefusals;
const { ADMISSION_EXPIRED, PARTY_IS_SUCCEEDED, PARTY_IS_SUSPENDED, PARTY_UNKNOWN, ROLE_MISSING } = partyRefusals;
const PAYEE_REFUSALS = [PARTY_UNKNOWN, PARTY_IS_SUSPENDED, PARTY_IS_SUCCEEDED, ADMISSION_EXPIRED];

/** What moves settlement cash: deposits and redemptions by its bank, payments and successions of parties. */
export const movementRoutes: readonly Route[] = [
  commandRoute({
    method: 'post',
    path: '/v1/cash/{currency}/issues',
    summary: 'Issue settlement cash for a deposit',
    access: BANK_MAKERS,
    params: currencyParams,
    body: issueBody,
    status: 201,
    response: movementResource,
    refusals: [CASH_UNKNOWN, NOT_THE_BANK, ROLE_MISSING, ...PAYEE_REFUSALS],
    prepare: async (_ctx, { params, body }) => ({ calls: [issueCash(params.currency, body)] }),
    respond: respondMovement('issue'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/cash/{currency}/redemptions',
    summary: 'Redeem returned deposits',
    // A bank that lost the role still owes its depositors: the ledger says whose bank it is.
    access: MEMBER_MAKERS,
    params: currencyParams,
    body: redemptionBody,
    status: 201,
    response: movementResource,
    refusals: [CASH_UNKNOWN, NOT_THE_BANK, ERC20_INSUFFICIENT_BALANCE, CASH_IS_RESERVED],
    prepare: async (_ctx, { params, body }) => ({ calls: [redeemCash(params.currency, body)] }),
    respond: respondMovement('redemption'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/cash/{currency}/payments',
    summary: 'Pay another party in settlement cash',
    access: MEMBER_MAKERS,
    params: currencyParams,
    body: cashPaymentBody,
    status: 201,
    response: movementResource,
    refusals: [CASH_UNKNOWN, ERC20_INSUFFICIENT_BALANCE, CASH_IS_RESERVED, ...PAYEE_REFUSALS],
    prepare: async (_ctx, { params, body }) => ({ calls: [payCash(params.currency, body)] }),
    respond: respondMovement('payment'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/cash/{currency}/inheritances',
    summary: "Transfer a predecessor's cash to your account",
    description: 'Reserved cash stays in its account until it is drawn or released.',
    access: MEMBER_MAKERS,
    params: currencyParams,
    body: inheritanceBody,
    status: 201,
    response: movementResource,
    refusals: [CASH_UNKNOWN, NOT_THE_SUCCESSOR, PARTY_UNKNOWN],
    prepare: async (_ctx, { params, body }) => ({ calls: [inheritCash(params.currency, body)] }),
    respond: respondMovement('inheritance'),
  }),
];

/** Answers with what the book announced. */
function respondMovement(purpose: CashPurpose & CashKind) {
  return async (ctx: Context, { events }: Done): Promise<Made<z.input<typeof movementResource>>> => {
    const event = eventsOf(events, 'CashBook.CashMoved').find(
      ({ args }) => CASH_PURPOSES[Number(args.purpose)]?.name === purpose,
    );
    if (!event) throw new Error(`the cash book announced no ${purpose}`);
    return { body: await presentMovement(ctx, purpose, event) };
  };
}
