// SPDX-License-Identifier: Apache-2.0
import { audit } from './audit/capability.ts';
import { covers } from './covers/capability.ts';
import { discounting } from './discounting/capability.ts';
import { documents } from './documents/capability.ts';
import { exposure } from './exposure/capability.ts';
import { loans } from './loans/capability.ts';
import { offers } from './offers/capability.ts';
import { parties } from './parties/capability.ts';
import { pricing } from './pricing/capability.ts';
import { receivables } from './receivables/capability.ts';
import { recourse } from './recourse/capability.ts';
import { rounds } from './rounds/capability.ts';
import { rules } from './rules/capability.ts';
import { settlement } from './settlement/capability.ts';
import type { Capability } from './capability.ts';

/** Every room there is: a new one is a folder and an entry here. */
export const capabilities: readonly Capability[] = [
  parties,
  rules,
  documents,
  receivables,
  settlement,
  pricing,
  offers,
  discounting,
  exposure,
  rounds,
  loans,
  recourse,
  covers,
  audit,
];
