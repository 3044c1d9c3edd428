// SPDX-License-Identifier: Apache-2.0
import { deploymentMigrations } from './deploy.ts';
import { journalMigrations } from './chain/journal.ts';
import { serviceAccountMigrations } from './instructions/service-account.ts';
import { instructionMigrations } from './instructions/tables.ts';
import type { Migration } from '../store/migrations.ts';

/** The tables of chain and instructions; those of the projector are made of the chain. */
export const ledgerMigrations: readonly Migration[] = [
  ...journalMigrations,
  ...deploymentMigrations,
  ...serviceAccountMigrations,
  ...instructionMigrations,
];
