// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { type BaseContract, concat } from 'ethers';
import { before, describe, it } from 'mocha';
import { maskOf } from '../../server/values/roles.ts';
import { EVERY_BUSINESS, everythingUnderWay, type Refusal } from './callers.ts';
import { ethers, networkHelpers, writesOf } from './ledger.ts';

type State = Awaited<ReturnType<typeof everythingUnderWay>>;

describe('Who may call what', () => {
  let state: State;

  before(async () => {
    state = await networkHelpers.loadFixture(everythingUnderWay);
  });

  it('is said here of every function that changes state', () => {
    const functions = [...state.contracts].flatMap(([name, contract]) =>
      writesOf(contract).map((title) => `${name}.${title}`),
    );
    expect(Object.keys(state.rows)).to.have.members(functions);
  });

  it('is said in docs/contracts.md of every function that changes state, and of none that is not there', () => {
    const documented = functionsInDocs();
    expect([...documented.keys()], 'contracts').to.include.members(
      [...state.contracts.keys()].filter((name) => writesOf(contractOf(state, name)).length > 0),
    );
    for (const [name, { said, beside }] of documented) {
      const writes = writesOf(contractOf(state, name));
      expect(said, `functions of ${name}`).to.include.members(writes);
      const there = [name, ...beside].flatMap((each) => writesOf(contractOf(state, each)));
      expect(there, `functions of ${name}, or of ${beside.join()}`).to.include.members(said);
    }
  });

  it('a key that signs for nobody does nothing but what anybody may', async () => {
    const outcomes = outcomesFor(state, 'stranger');
    expect(await differences(state, state.stranger.address, outcomes)).to.deep.equal([]);
  });

  it('and gains nothing by writing a party’s key behind its call, as the forwarder does', async () => {
    for (const { key } of [state.operator, state.regulator, state.supplier1]) {
      const outcomes = outcomesFor(state, 'stranger');
      expect(await differences(state, state.stranger.address, outcomes, key.address)).to.deep.equal([]);
    }
  });

  it('a party that may do any business has no part in what is others’', async () => {
    const outcomes = outcomesFor(state, 'bystander');
    expect(outcomes.length, 'functions').to.be.greaterThan(80);
    expect(await differences(state, state.bystander.key.address, outcomes)).to.deep.equal([]);
  });

  it('an instruction reaches nothing that is for the ledger’s own contracts', async () => {
    const forwarder = String(state.at('InstructionForwarder').target);
    const outcomes = Object.entries(state.rows).flatMap(([row, { by }]): Outcome[] =>
      by !== 'itself' && 'contracts' in by ? [[row, [by.error, forwarder]]] : [],
    );
    expect(outcomes.length, 'functions').to.be.greaterThan(30);
    for (const { key } of [state.operator, state.bystander])
      expect(await differences(state, forwarder, outcomes, key.address)).to.deep.equal([]);
  });

  it('of the ledger’s own contracts each lets in those that it is deployed with, and no other', async () => {
    for (const [row, { by }] of Object.entries(state.rows)) {
      if (by === 'itself' || !('contracts' in by)) continue;
      const letIn: string[] = [];
      for (const [name, { target }] of state.contracts) {
        const from = String(target);
        const isRefused = await differences(state, from, [[row, [by.error, from]]]);
        if (isRefused.length > 0) letIn.push(name);
      }
      expect(letIn, row).to.have.members([...by.contracts]);
    }
  });
});

type Outcome = readonly [row: string, outcome: Refusal | 'done'];

/** What comes of every row for one caller; not of those in which a bystander acts for itself. */
function outcomesFor({ rows, stranger, bystander }: State, who: 'stranger' | 'bystander'): Outcome[] {
  const key = who === 'stranger' ? stranger.address : bystander.key.address;
  return Object.entries(rows).flatMap(([row, { by }]): Outcome[] => {
    if (by !== 'itself' && 'contracts' in by) return [[row, [by.error, key]]];
    if (by !== 'itself' && 'anybody' in by) return [[row, by.anybody]];
    if (who === 'stranger') return [[row, ['KeyUnknown', key]]];
    if (by === 'itself') return [];
    if ('others' in by) return [[row, by.others]];
    return [[row, ['RoleMissing', bystander.party, BigInt(maskOf(EVERY_BUSINESS)), BigInt(maskOf([by.role]))]]];
  });
}

/** Where the functions, called from an address, answer otherwise than is expected; `behind` stands after their arguments. */
async function differences(
  { rows, contracts, refusals }: State,
  from: string,
  outcomes: readonly Outcome[],
  behind = '0x',
): Promise<string[]> {
  const found: string[] = [];
  for (const [row, outcome] of outcomes) {
    const [name = '', title = ''] = row.split('.');
    const contract = contractOf({ contracts }, name);
    const data = concat([contract.interface.encodeFunctionData(title, rows[row]?.args), behind]);
    const called = ethers.provider.call({ from, to: contract, data });
    try {
      if (outcome === 'done') await called;
      else {
        const [error, ...args] = outcome;
        await expect(called)
          .to.be.revertedWithCustomError(refusals, error)
          .withArgs(...args);
      }
    } catch (error) {
      found.push(`${row}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return found;
}

function contractOf({ contracts }: Pick<State, 'contracts'>, name: string): BaseContract {
  const contract = contracts.get(name);
  if (!contract) throw new Error(`there is no contract ${name}`);
  return contract;
}

/** What the table "Who may do what" names of each contract; where it speaks of several at once, with those beside it. */
function functionsInDocs(): Map<string, { said: string[]; beside: string[] }> {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/contracts.md'), 'utf8');
  const section = text.split('## Who may do what')[1]?.split('\n## ')[0] ?? '';
  const functions = new Map<string, { said: string[]; beside: string[] }>();
  let contracts: string[] = [];
  for (const line of section.split('\n').filter((each) => each.startsWith('| '))) {
    const [, contract = '', , may = ''] = line.split('|');
    const named = [...contract.matchAll(/`(?:\w+\/)?(\w+)`/g)].map(([, name = '']) => name);
    if (named.length > 0) contracts = named;
    for (const name of contracts) {
      const row = functions.get(name) ?? { said: [], beside: contracts.filter((other) => other !== name) };
      row.said.push(...[...may.matchAll(/`(\w+)`/g)].map(([, title = '']) => title));
      functions.set(name, row);
    }
  }
  return functions;
}
