// SPDX-License-Identifier: Apache-2.0
import type { JsonFragmentType } from 'ethers';
import type { Values } from './ledger/decode.ts';
import { rolesOf } from './values/roles.ts';
import { fixedText } from './values/fixed-text.ts';
import type { Contracts } from './ledger/contracts.ts';
import { dateOfDayNumber } from './values/dates.ts';
import { DeeptierError, type Refusal, type RefusalValues } from './values/errors.ts';
import { httpRefusals } from './http/refusals.ts';
import { orderText } from './values/references.ts';

type Value = RefusalValues[string];

/** What a contract's error is to a caller: the refusal of the same name, with the error's values in words. */
export type RefusalOf = (name: string, args: Values) => DeeptierError;

/** `TermTooLong` → `TERM_TOO_LONG`; `ERC20InsufficientBalance` → `ERC20_INSUFFICIENT_BALANCE`. */
export function refusalCode(errorName: string): string {
  return errorName.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toUpperCase();
}

/** Words for the members of the contracts' enumerations, in their order. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  NoteStatus: ['none', 'offered', 'held', 'spent', 'settled', 'void'],
  PayableStatus: ['none', 'offered', 'active', 'settled', 'void'],
  CoverStage: ['none', 'proposed', 'in force', 'cancelled'],
  GrantScope: ['payable', 'party', 'all'],
};

/** The errors whose named values are masks of roles. */
const ROLE_MASKS: Readonly<Record<string, readonly string[]>> = {
  RoleMissing: ['held', 'needed'],
  RolesIncompatible: ['roles'],
};

/** Values of 32 bytes that hold a short text; others are fingerprints. */
const REFERENCES = new Set(['ref', 'reason']);

/**
 * Joins the contracts' errors with the refusals the capabilities declare.
 * @throws when an error of a contract has no refusal, so that no refusal is ever without a code and a rule
 */
export function joinRefusals(
  contracts: Contracts,
  declared: readonly Refusal[],
  ignored: readonly string[],
): RefusalOf {
  const byCode = new Map(declared.map((refusal) => [refusal.code, refusal]));
  const inputsOf = new Map(contracts.errors().map(({ name, inputs }) => [name, inputs]));
  const missing = [...inputsOf.keys()].filter((name) => !ignored.includes(name) && !byCode.has(refusalCode(name)));
  if (missing.length > 0) throw new Error(`no refusal is declared for ${missing.sort().join(', ')}`);

  return (name, args) => {
    const refusal = byCode.get(refusalCode(name));
    if (!refusal)
      return new DeeptierError(
        httpRefusals.REASON_NOT_GIVEN,
        {},
        { details: `${name} ${JSON.stringify(args, plain)}` },
      );
    const inputs = inputsOf.get(name) ?? [];
    return new DeeptierError(
      refusal,
      Object.fromEntries(inputs.map((input) => [input.name ?? '', inWords(name, input, args[input.name ?? ''])])),
    );
  };
}

/** Errors of libraries that a caller of the ledger cannot meet: they would be faults of ours. */
export const INTERNAL_ERRORS: readonly string[] = [
  'StringsInsufficientHexLength',
  'StringsInvalidChar',
  'StringsInvalidAddressFormat',
  'InvalidShortString',
  'StringTooLong',
  'FailedCall',
  'InsufficientBalance',
  'ERC2771ForwarderInvalidSigner',
  'ERC2771ForwarderMismatchedValue',
  'ERC2771ForwarderExpiredRequest',
  'ERC2771UntrustfulTarget',
  'ERC2771ForwarderNoRefundReceiver',
  'InvalidAccountNonce',
  'ERC721IncorrectOwner',
  'ERC721InsufficientApproval',
  'ERC721InvalidApprover',
  'ERC721InvalidOperator',
  'ERC721InvalidReceiver',
  'ERC721InvalidSender',
];

/** The end of what only a release ends. */
const NEVER = 2 ** 40 - 1;

function inWords(error: string, input: JsonFragmentType, value: unknown): Value {
  if (ROLE_MASKS[error]?.includes(input.name ?? '')) return rolesOf(Number(value));
  const type = (input.internalType ?? input.type ?? '').replace(/^(?:enum|struct|contract) /, '');
  if (type === 'Day') return dateOfDayNumber(Number(value));
  const words = WORDS[type];
  if (words) return words[Number(value)] ?? String(value);
  if (input.name === 'order' && input.type === 'bytes32') return orderText(String(value)) ?? '';
  if (input.type === 'bytes3' || (REFERENCES.has(input.name ?? '') && input.type === 'bytes32'))
    return fixedText(String(value));
  if (input.type === 'uint40' && input.name === 'expiresAt')
    return Number(value) === NEVER ? 'further notice' : new Date(Number(value) * 1000).toISOString();
  if (typeof value === 'bigint' || typeof value === 'number') return value.toString();
  return typeof value === 'string' || typeof value === 'boolean' ? value : JSON.stringify(value, plain);
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
