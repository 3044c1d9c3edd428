// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** What the gateway refuses to calculate. */
export const pricingRefusals = defineRefusals({
  DISCOUNT_NOT_BEFORE_DUE_DATE: {
    rule: 'FIN-1',
    status: 422,
    sentence: 'A discount starts before the due date; this one starts on {from}, and the due date is {dueDate}.',
  },
  RATE_OUT_OF_BOUNDS: {
    rule: 'FIN-2',
    status: 422,
    sentence: 'A rate is from 0 to {maximum} ppm a year; this one is {rate}.',
  },
  DISCOUNT_ABOVE_FACE: {
    rule: 'FIN-3',
    status: 422,
    sentence: 'The discount would be {discount}, more than the face of {face}.',
  },
  PARTS_DIFFER_FROM_WHOLE: {
    rule: 'FIN-4',
    status: 422,
    sentence: 'The parts add up to {sum}; the whole is {amount}.',
  },
  FEES_ABOVE_PROCEEDS: {
    rule: 'FIN-5',
    status: 422,
    sentence: 'The fees are {fees}, more than the proceeds of {proceeds}.',
  },
});

/** The rules behind `pricingRefusals`, in plain words. */
export const pricingRules: Readonly<Record<string, string>> = {
  'FIN-1':
    'Only an amount that is not yet due is discounted: days count from the day of the discount to the due date, the first but not the last.',
  'FIN-2': 'Rates are per year, in parts per million, and none is above 100 %.',
  'FIN-3': 'A discount never exceeds the face.',
  'FIN-4': 'A whole is discounted once, and its parts share that discount to the unit.',
  'FIN-5': 'Discount and fees together never exceed the face.',
};
