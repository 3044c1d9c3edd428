import { defineRefusals } from '../../values/errors.ts';

export const instructionRefusals = defineRefusals({
  INSTRUCTION_QUEUE_FULL: {
    rule: 'PLT-INS-1',
    status: 503,
    sentence: 'More than {limit} instructions wait to be carried out; try again later.',
  },
  SIGNER_UNKNOWN: {
    rule: 'PLT-INS-2',
    status: 503,
    sentence: 'The key {signer} is not one that this gateway can sign with.',
  },
  INSTRUCTION_TOO_LARGE: {
    rule: 'PLT-INS-3',
    status: 413,
    sentence:
      'The instruction may use {gas} gas, and the most that fits into a transaction is {limit}; do it in smaller parts.',
  },
});

/** The rules behind `instructionRefusals`, in plain words. */
export const instructionRules: Readonly<Record<string, string>> = {
  'PLT-INS-1': 'A bounded number of instructions wait at a time, so that no party keeps the others waiting without end.',
  'PLT-INS-2': 'The gateway signs with the keys that it holds, and with no other.',
  'PLT-INS-3': 'An instruction fits into one transaction of the ledger.',
};
