// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { assert } from 'chai';

import type { PayableId } from '../../../server/values/ids.ts';
import { codeBytes3 } from '../../../server/values/fixed-text.ts';
import { dayNumber, ledgerDate } from '../../../server/values/dates.ts';
import type { Call } from '../../../server/ledger/contract-types.ts';
import { liveNotesOf } from '../../../server/receivables/queries.ts';
import type { Reply, TestLedger } from '../harness.ts';
import { eventOf } from '../../../server/ledger/contract-types.ts';

export const ZERO_WORD = `0x${'0'.repeat(64)}`;

/** Everybody who may be given a note accepts it beforehand. */
export async function acceptBeforehand(ledger: TestLedger, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await ledger.instruct(name, { contract: 'PartyRegistry', functionName: 'setStandingAcceptance', args: [0, true] });
  }
}

/** An accepted payable; gives its number. */
export async function issuePayable(
  ledger: TestLedger,
  order: {
    readonly face: bigint;
    readonly maturity: string;
    readonly supplier?: string;
    readonly obligor?: string;
    readonly currency?: string;
  },
): Promise<PayableId> {
  const { face, maturity, supplier = 'minghua', obligor = 'hengtai', currency = 'CNY' } = order;
  const fingerprint = `0x${randomBytes(32).toString('hex')}`;
  await ledger.instruct(supplier, {
    contract: 'DocumentRegistry',
    functionName: 'register',
    args: [fingerprint, ledger.party(obligor), codeBytes3(currency), face],
  });
  const outcome = await ledger.instruct(
    obligor,
    issueCall(ledger, { face, maturity, supplier, currency, fingerprint }),
  );
  const { payableId: id } = eventOf(outcome.events, 'ReceivableLedger.PayableIssued').args;
  await ledger.instruct(supplier, { contract: 'ReceivableLedger', functionName: 'accept', args: [noteOf(id, 1)] });
  return id;
}

export function issueCall(
  ledger: TestLedger,
  order: {
    readonly face: bigint;
    readonly maturity: string;
    readonly supplier: string;
    readonly currency: string;
    readonly fingerprint: string;
  },
): Call {
  return {
    contract: 'Issuance',
    functionName: 'issue',
    args: [
      {
        supplier: ledger.party(order.supplier),
        currency: codeBytes3(order.currency),
        face: order.face,
        maturity: dayNumber(ledgerDate(order.maturity)),
        documents: [{ fingerprint: order.fingerprint, amount: order.face }],
        ref: ZERO_WORD,
      },
    ],
  };
}

/** Cuts pieces of these amounts from a note, in turn for the recipients. */
export async function cut(
  ledger: TestLedger,
  from: string,
  note: bigint,
  to: readonly string[],
  amounts: readonly bigint[],
): Promise<void> {
  for (let first = 0; first < amounts.length; first += 100) {
    const shares = amounts
      .slice(first, first + 100)
      .map((amount, place) => ({ to: ledger.party(to[(first + place) % to.length] as string), amount }));
    await ledger.instruct(from, {
      contract: 'ReceivableLedger',
      functionName: 'transfer',
      args: [note, ZERO_WORD, shares],
    });
  }
}

export function noteOf(payable: bigint, index: number): bigint {
  return (payable << 24n) | BigInt(index);
}

/** What is owed, as the tables have it. */
export async function owedOn(ledger: TestLedger, payable: PayableId): Promise<bigint> {
  return (await liveNotesOf(ledger.db, payable, 'latest')).reduce((sum, { units }) => sum + units, 0n);
}

export async function balanceOf(ledger: TestLedger, name: string, currency = 'CNY'): Promise<bigint> {
  return BigInt(done(await ledger.as(`${name}.viewer`).get(`/v1/cash/${currency}/balance`)).balance as string);
}

export async function balancesOf(ledger: TestLedger, ...names: readonly string[]): Promise<bigint[]> {
  return Promise.all(names.map((name) => balanceOf(ledger, name)));
}

/** The body of an answer that must not be a refusal. */
export function done({ status, body }: Reply): Reply['body'] {
  assert.isOk(status === 200 || status === 201, `${status} ${JSON.stringify(body)}`);
  return body;
}

export function refused({ status, body }: Reply, expected: number, code: string): Reply['body'] {
  assert.deepEqual([status, body.code], [expected, code], JSON.stringify(body));
  return body;
}

/** Deposits by the bank of the consortium. */
export async function deposit(ledger: TestLedger, name: string, amount: bigint, currency = 'CNY'): Promise<void> {
  const body = { to: String(ledger.party(name)), amount: amount.toString(), reference: 'deposit' };
  done(await ledger.as('pearl.maker').post(`/v1/cash/${currency}/issues`, body));
}
