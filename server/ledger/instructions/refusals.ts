// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../../values/errors.ts';

export const instructionRefusals = defineRefusals({
  INSTRUCTION_QUEUE_FULL: {
    rule: 'PLT-INS-1',
    status: 503,
    sentence: 'More than {limit} instructions are waiting; try again later.',
  },
  SIGNER_UNKNOWN: { rule: 'PLT-INS-2', status: 503, sentence: 'This gateway cannot sign with the key {signer}.' },
  INSTRUCTION_TOO_LARGE: {
    rule: 'PLT-INS-3',
    status: 413,
    sentence:
      'The instruction may use {gas} gas, more than the {limit} that fit into a transaction; divide it into smaller parts.',
  },
});

/** The rules behind `instructionRefusals`, in plain words. */
export const instructionRules: Readonly<Record<string, string>> = {
  'PLT-INS-1': 'The number of waiting instructions is limited, so that no party delays the others indefinitely.',
  'PLT-INS-2': 'The gateway signs only with the keys that it holds.',
  'PLT-INS-3': 'An instruction fits into one transaction of the ledger.',
};
