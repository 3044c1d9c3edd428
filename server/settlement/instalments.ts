// SPDX-License-Identifier: Apache-2.0
import type { NoteId, PartyId, PayableId } from '../values/ids.ts';
import type { Hex } from '../values/hex.ts';
import { codeBytes3 } from '../values/fixed-text.ts';
import { call, type Call } from '../ledger/contract-types.ts';
import { allot, type Cut, type ShareHolder } from './allotment.ts';

/** What is to be paid: minor units of the payable's currency, and a reference of 32 bytes. */
export interface PaymentOrder {
  readonly payable: PayableId;
  readonly currency: string;
  readonly amount: bigint;
  readonly reference: Hex;
}

/** A live note that is to be paid. */
export interface DueNote extends ShareHolder {
  /** Whether others may be paid before its holder: it was financed, or is under a hold. */
  readonly hasClaims: boolean;
}

/** A paid note that is to be owed again. */
export interface PaidUnits {
  readonly id: NoteId;
  readonly hasClaims: boolean;
}

// Measured: a note costs at most 122,000 gas to pay and 8,300 to check, and 18,000 to reopen. What is asked for on top is for
// holders that were succeeded, and for how a note may lie by then. Whether somebody comes before the holder is asked of every
// note that is paid late; where it may be so, that payment and the books of the claim cost as much again as several notes.
const CALL_GAS = 400_000n;
const PAY_GAS = 150_000n;
const LATE_GAS = 50_000n;
const CLAIMS_GAS = 500_000n;
const MEASURE_GAS = 12_000n;
const REOPEN_GAS = 60_000n;
/** What the notes of one instruction may ask for together: no instruction comes near INSTRUCTION_GAS_LIMIT. */
const NOTES_GAS = 15_000_000n;
/** A node lends a rehearsal the gas of one block, and asks for less than is asked for here. */
const REHEARSAL_GAS = 53_000_000n;

/** Whether all calls fit into one rehearsal. */
export function fitsRehearsal(calls: readonly Call[]): boolean {
  return calls.reduce((sum, { gas = 0n }) => sum + gas, 0n) <= REHEARSAL_GAS;
}

const NO_CUT: Cut = { remainder: 0n, lastIndex: 0 };

/** The order alone, without a note: the ledger's refusals of the order itself are the refusals of this call. */
export function orderAlone(functionName: 'pay' | 'confirm', order: PaymentOrder): Call {
  return call('Settlement', functionName, orderArgument(order, NO_CUT), []);
}

/**
 * The instructions of one payment, in order. All that is owed is paid note by note; a part is checked against every live
 * note first, and then paid. They name the payable, not the payment, whose number is not known before the first one ran.
 *
 * @param notes all live notes of the payable, in ascending order
 * @param isLate whether the due date is past
 */
export function paymentCalls(
  functionName: 'pay' | 'confirm',
  order: PaymentOrder,
  notes: readonly DueNote[],
  isLate: boolean,
): Call[] {
  const { cut, shares } = allot(notes, order.amount);
  const isWhole = notes.every(({ units }, place) => shares[place] === units);
  const payGas = ({ hasClaims }: DueNote): bigint => PAY_GAS + (isLate ? LATE_GAS : 0n) + (hasClaims ? CLAIMS_GAS : 0n);
  const measureGas = (): bigint => MEASURE_GAS;
  const begin = (first: readonly DueNote[], gasOf: (note: DueNote) => bigint): Call => ({
    ...call(
      'Settlement',
      functionName,
      orderArgument(order, cut),
      first.map(({ id }) => id),
    ),
    gas: callGas(first, gasOf),
  });
  const proceed =
    (gasOf: (note: DueNote) => bigint) =>
    (some: readonly DueNote[]): Call => ({
      ...call(
        'Settlement',
        'proceed',
        order.payable,
        some.map(({ id }) => id),
      ),
      gas: callGas(some, gasOf),
    });

  if (isWhole) {
    const [first = [], ...others] = chunksOf(notes, payGas);
    return [begin(first, payGas), ...others.map(proceed(payGas))];
  }
  const bothGas = (note: DueNote): bigint => MEASURE_GAS + payGas(note);
  if (chunksOf(notes, bothGas).length === 1) return [begin(notes, bothGas)];
  const served = notes.filter((_note, place) => shares[place] !== 0n);
  return [
    begin([], measureGas),
    ...chunksOf(notes, measureGas).map(proceed(measureGas)),
    ...chunksOf(served, payGas).map(proceed(payGas)),
  ];
}

/** The instructions that reopen what an outside payment had settled. */
export function returnCalls(bank: PartyId, reference: Hex, reason: Hex, notes: readonly PaidUnits[]): Call[] {
  const gasOf = ({ hasClaims }: PaidUnits): bigint => REOPEN_GAS + (hasClaims ? CLAIMS_GAS : 0n);
  const chunks = notes.length === 0 ? [[]] : chunksOf(notes, gasOf);
  return chunks.map((some) => ({
    ...call(
      'Settlement',
      'returnPayment',
      bank,
      reference,
      reason,
      some.map(({ id }) => id),
    ),
    gas: callGas(some, gasOf),
  }));
}

function orderArgument({ payable, currency, amount, reference }: PaymentOrder, cut: Cut) {
  return { payableId: payable, currency: codeBytes3(currency), amount, ref: reference, cut };
}

function callGas<T>(items: readonly T[], gasOf: (item: T) => bigint): bigint {
  return items.reduce((sum, item) => sum + gasOf(item), CALL_GAS);
}

/** As many items at once, in order, as together ask for no more than one instruction may. */
function chunksOf<T>(items: readonly T[], gasOf: (item: T) => bigint): T[][] {
  const chunks: T[][] = [];
  let left = 0n;
  for (const item of items) {
    const gas = gasOf(item);
    if (chunks.length === 0 || gas > left) {
      chunks.push([]);
      left = NOTES_GAS;
    }
    chunks.at(-1)?.push(item);
    left -= gas;
  }
  return chunks;
}
