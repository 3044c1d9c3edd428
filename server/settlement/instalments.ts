import type { Hex } from 'viem';
import { codeBytes3 } from '../platform/chain/codec.ts';
import type { Call } from '../platform/instructions/desk.ts';
import { allot, type Cut, type ShareHolder } from './allotment.ts';

/** What is to be paid: minor units of the payable's currency, and a reference of 32 bytes. */
export interface PaymentOrder {
  readonly payable: bigint;
  readonly currency: string;
  readonly amount: bigint;
  readonly reference: Hex;
}

// Measured: a note costs at most 122,000 gas to pay and 8,300 to check, and 18,000 to reopen. What is asked for on top is for
// holders that were succeeded, and for how a note may lie by then. No instruction comes near INSTRUCTION_GAS_LIMIT.
const CALL_GAS = 400_000n;
const PAY_GAS = 150_000n;
const MEASURE_GAS = 12_000n;
const REOPEN_GAS = 45_000n;
export const NOTES_PAID_AT_ONCE = 100;
const NOTES_MEASURED_AND_PAID_AT_ONCE = 80;
const NOTES_MEASURED_AT_ONCE = 1_000;
const NOTES_REOPENED_AT_ONCE = 300;
/** A node lends a rehearsal the gas of one block: about as much as this many notes take. */
export const NOTES_REHEARSED = 350;

const NO_CUT: Cut = { remainder: 0n, lastIndex: 0 };

/** The order alone, without a note: the ledger's refusals of the order itself are the refusals of this call. */
export function orderAlone(functionName: 'pay' | 'confirm', order: PaymentOrder): Call {
  return { contract: 'Settlement', functionName, args: [orderArgument(order, NO_CUT), []] };
}

/**
 * The instructions of one payment, in order. All that is owed is paid note by note; a part is checked against every live
 * note first, and then paid. They name the payable, not the payment, whose number is not known before the first one ran.
 *
 * @param notes all live notes of the payable, in ascending order
 */
export function paymentCalls(functionName: 'pay' | 'confirm', order: PaymentOrder, notes: readonly ShareHolder[]): Call[] {
  const { cut, shares } = allot(notes, order.amount);
  const ids = notes.map(({ id }) => id);
  const isWhole = notes.every(({ units }, place) => shares[place] === units);
  const begin = (first: readonly bigint[], gas: bigint): Call => ({
    contract: 'Settlement', functionName, args: [orderArgument(order, cut), first], gas,
  });
  const proceed = (gasPerNote: bigint) => (some: readonly bigint[]): Call => ({
    contract: 'Settlement', functionName: 'proceed', args: [order.payable, some], gas: gasFor(some.length, gasPerNote),
  });

  if (isWhole) {
    const [first = [], ...others] = chunksOf(ids, NOTES_PAID_AT_ONCE);
    return [begin(first, gasFor(first.length, PAY_GAS)), ...others.map(proceed(PAY_GAS))];
  }
  if (ids.length <= NOTES_MEASURED_AND_PAID_AT_ONCE) return [begin(ids, gasFor(ids.length, MEASURE_GAS + PAY_GAS))];
  const served = ids.filter((_id, place) => shares[place] !== 0n);
  return [
    begin([], gasFor(0, 0n)),
    ...chunksOf(ids, NOTES_MEASURED_AT_ONCE).map(proceed(MEASURE_GAS)),
    ...chunksOf(served, NOTES_PAID_AT_ONCE).map(proceed(PAY_GAS)),
  ];
}

/** The instructions that reopen what an outside payment had settled. */
export function returnCalls(bank: number, reference: Hex, reason: Hex, notes: readonly bigint[]): Call[] {
  const chunks = notes.length === 0 ? [[]] : chunksOf(notes, NOTES_REOPENED_AT_ONCE);
  return chunks.map((some) => ({
    contract: 'Settlement', functionName: 'returnPayment', args: [bank, reference, reason, some], gas: gasFor(some.length, REOPEN_GAS),
  }));
}

function orderArgument({ payable, currency, amount, reference }: PaymentOrder, cut: Cut): object {
  return { payableId: payable, currency: codeBytes3(currency), amount, ref: reference, cut };
}

function gasFor(notes: number, gasPerNote: bigint): bigint {
  return CALL_GAS + BigInt(notes) * gasPerNote;
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, place) => items.slice(place * size, (place + 1) * size));
}
