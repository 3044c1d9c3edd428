// SPDX-License-Identifier: Apache-2.0
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import type { Identifiers } from '../../../server/ledger/identifiers.ts';

const PROJECT = path.resolve(import.meta.dirname, '../../..');

/** What Solidity calls the type of each; where the contracts have a plain size for it, that. Complete, or this does not compile. */
const TYPES: Readonly<Record<keyof Identifiers, 'NoteId' | 'PayableId' | 'PartyId' | 'uint64'>> = {
  account: 'NoteId',
  back: 'NoteId',
  child: 'NoteId',
  fromNote: 'NoteId',
  hop: 'NoteId',
  note: 'NoteId',
  origin: 'NoteId',
  pledged: 'NoteId',
  settledNote: 'NoteId',
  taken: 'NoteId',
  payableId: 'PayableId',
  auditor: 'PartyId',
  bank: 'PartyId',
  beneficiary: 'PartyId',
  borrower: 'PartyId',
  borrowers: 'PartyId',
  buyer: 'PartyId',
  by: 'PartyId',
  carrier: 'PartyId',
  debtor: 'PartyId',
  endorser: 'PartyId',
  feeTo: 'PartyId',
  financier: 'PartyId',
  firstSupplier: 'PartyId',
  grantor: 'PartyId',
  holder: 'PartyId',
  insured: 'PartyId',
  lender: 'PartyId',
  obligor: 'PartyId',
  obligors: 'PartyId',
  party: 'PartyId',
  payee: 'PartyId',
  payees: 'PartyId',
  payer: 'PartyId',
  predecessor: 'PartyId',
  proposedBy: 'PartyId',
  recipient: 'PartyId',
  registrar: 'PartyId',
  seller: 'PartyId',
  sellers: 'PartyId',
  sender: 'PartyId',
  successor: 'PartyId',
  supplier: 'PartyId',
  to: 'PartyId',
  cover: 'uint64',
  grantId: 'uint64',
  loan: 'uint64',
  payment: 'uint64',
  request: 'uint64',
  round: 'uint64',
  sale: 'uint64',
};

/** A hold keeps it in the bits of a word, beside what it is for. */
const PACKED = new Set(['Hold.beneficiary']);
/** Different things in different places: who reads them says which. */
const AMBIGUOUS = ['id', 'ids', ''];

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly internalType?: string;
  readonly components?: readonly Parameter[];
}

interface Entry {
  readonly type: string;
  readonly name?: string;
  readonly inputs?: readonly Parameter[];
  readonly outputs?: readonly Parameter[];
}

/** Every whole number that the contracts announce or answer: where it stands, its name, and the type Solidity has for it. */
function* numbersOfContracts(): Generator<{ where: string; name: string; type: string }> {
  for (const file of globSync('artifacts/contracts/*/*.sol/*.json', { cwd: PROJECT })) {
    const { contractName, abi } = JSON.parse(readFileSync(path.join(PROJECT, file), 'utf8')) as {
      contractName: string;
      abi: readonly Entry[];
    };
    for (const { type, name, inputs = [], outputs = [] } of abi) {
      if (type === 'event') yield* numbersIn(`${contractName}.${name}`, inputs);
      if (type === 'function') yield* numbersIn(`${contractName}.${name}`, outputs);
    }
  }
}

function* numbersIn(
  where: string,
  parameters: readonly Parameter[],
  struct = '',
): Generator<{ where: string; name: string; type: string }> {
  for (const { name, type, internalType = type, components } of parameters) {
    const plain = internalType.replace(/(\[\d*\])+$/, '');
    if (components) yield* numbersIn(where, components, plain.replace(/^struct (?:\w+\.)?/, ''));
    else if (type.startsWith('uint') && !PACKED.has(`${struct}.${name}`)) yield { where, name, type: plain };
  }
}

describe('the names of identifiers in the contracts', () => {
  const found = [...numbersOfContracts()];

  it('each means one thing, the one that its type here says', () => {
    const wrong = found.filter(({ name, type }) => name in TYPES && TYPES[name as keyof Identifiers] !== type);
    assert.deepEqual(
      wrong.map(({ where, name, type }) => `${where}: ${name} is ${type}`),
      [],
    );
  });

  it('each is there: none is left of what the contracts had once', () => {
    const names = new Set(found.map(({ name }) => name));
    assert.deepEqual(
      Object.keys(TYPES).filter((name) => !names.has(name)),
      [],
    );
  });

  it('all are known: whatever Solidity calls a note, a payable or a party, has a type here', () => {
    const plain = found.filter(
      ({ name, type }) =>
        ['NoteId', 'PayableId', 'PartyId'].includes(type) && !(name in TYPES) && !AMBIGUOUS.includes(name),
    );
    assert.deepEqual([...new Set(plain.map(({ where, name }) => `${where}: ${name}`))], []);
  });
});
