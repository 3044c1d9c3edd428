// SPDX-License-Identifier: Apache-2.0
/** What the calendar says of a day; the index of each is its number in `IRuleBook.DayKind`. */
export const DAY_KINDS = ['by-weekday', 'holiday', 'working-day'] as const;

export type DayKind = (typeof DAY_KINDS)[number];
