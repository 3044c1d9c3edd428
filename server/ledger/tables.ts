import { deploymentSteps } from './deploy.ts';
import { journalSteps } from './chain/journal.ts';
import { serviceAccountSteps } from './instructions/service-account.ts';
import { instructionSteps } from './instructions/tables.ts';
import { projectorSteps } from './projector/tables.ts';
import type { SchemaStep } from '../store/database.ts';

/** The tables of chain, instructions and projector. */
export const ledgerSteps: readonly SchemaStep[] = [
  ...journalSteps,
  ...deploymentSteps,
  ...projectorSteps,
  ...serviceAccountSteps,
  ...instructionSteps,
];
