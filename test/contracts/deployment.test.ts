// SPDX-License-Identifier: Apache-2.0
import { expect } from 'chai';
import { type BaseContract, dataLength, getBytes, hexlify, type ParamType } from 'ethers';
import { before, describe, it } from 'mocha';
import { ethers, type Ledger, ledgerInUse, networkHelpers, writesOf } from './ledger.ts';

const MOST_BYTES = 22_000;

const CREATE = 0xf0;
/** What would let a contract become another one, or go away. */
const FORBIDDEN = new Map([
  [0xf2, 'CALLCODE'],
  [0xf4, 'DELEGATECALL'],
  [0xf5, 'CREATE2'],
  [0xff, 'SELFDESTRUCT'],
]);

/** The only addresses that are handed to a function: of keys, of accounts, of an instruction. None is a contract's to name. */
const ADDRESSES_TAKEN = [
  'InstructionForwarder.execute: request.from',
  'InstructionForwarder.execute: request.to',
  'InstructionForwarder.executeBatch: refundReceiver',
  'InstructionForwarder.executeBatch: requests.from',
  'InstructionForwarder.executeBatch: requests.to',
  'PartyRegistry.admit: admission.key',
  'PartyRegistry.confirmKeyRecovery: newKey',
  'PartyRegistry.proposeKeyRecovery: newKey',
  'PartyRegistry.rotateKey: newKey',
  'SettlementCash.approve: spender',
  'SettlementCash.transfer: to',
  'SettlementCash.transferFrom: from',
  'SettlementCash.transferFrom: to',
];

describe('The deployed ledger', () => {
  let ledger: Ledger;
  /** Every contract of the plan, and the cash that one of them made. */
  let all: readonly { readonly name: string; readonly contract: BaseContract }[];
  let codes: ReadonlyMap<string, string>;

  before(async () => {
    ledger = await networkHelpers.loadFixture(ledgerInUse);
    all = [
      ...ledger.names.map((name) => ({ name, contract: ledger.at(name) })),
      { name: 'SettlementCash', contract: await ledger.cash() },
    ];
    codes = new Map(
      await Promise.all(
        all.map(async ({ name, contract }) => [name, await ethers.provider.getCode(contract)] as const),
      ),
    );
  });

  it('is on the chain as it was compiled, contract by contract', async () => {
    for (const { name } of all) {
      const { deployedBytecode, immutableReferences = {} } = await ledger.compiled(name);
      const code = getBytes(codes.get(name) ?? '0x');
      for (const { start, length } of Object.values(immutableReferences).flat()) code.fill(0, start, start + length);
      expect(hexlify(code), name).to.equal(deployedBytecode);
    }
  });

  it('has in its code no address but those of its own contracts', async () => {
    const own = new Map(all.map(({ name, contract }) => [String(contract.target).toLowerCase(), name]));
    const named = new Set<string>();
    for (const { name } of all) {
      const code = getBytes(codes.get(name) ?? '0x');
      const { immutableReferences = {} } = await ledger.compiled(name);
      for (const { start, length } of Object.values(immutableReferences).flat()) {
        const word = Buffer.from(code.subarray(start, start + length)).toString('hex');
        if (!/^0{24}(?!0{16})/.test(word)) continue; // a number
        const target = own.get(`0x${word.slice(24)}`);
        expect(target, `${name} names 0x${word.slice(24)}`).not.to.equal(undefined);
        named.add(target ?? '');
      }
    }
    expect(named.size, 'contracts that others name').to.be.greaterThan(15);
  });

  it(`has no contract above ${MOST_BYTES} bytes`, () => {
    for (const [name, code] of codes) expect(dataLength(code), name).to.be.within(1, MOST_BYTES);
  });

  it('cannot be changed or taken away: no contract delegates a call or destroys itself', () => {
    const makers: string[] = [];
    for (const [name, code] of codes) {
      const used = opcodesOf(code);
      for (const [opcode, title] of FORBIDDEN) expect(used.has(opcode), `${name}: ${title}`).to.equal(false);
      if (used.has(CREATE)) makers.push(name);
    }
    expect(makers, 'contracts that make another').to.deep.equal(['CashBook']);
  });

  it('is read by opcode, and not by what an opcode pushes', () => {
    // PUSH1 f4, PUSH0, DELEGATECALL, PUSH2 ffff, CREATE, and the two bytes that say that no metadata follow
    expect([...opcodesOf('0x60f45ff461fffff00000')]).to.have.members([0x60, 0x5f, 0xf4, 0x61, 0xf0]);
  });

  it('has no owner, no switch and no setter of an address', () => {
    const taken: string[] = [];
    for (const { name, contract } of all) {
      contract.interface.forEachFunction(({ name: title, inputs }) => {
        expect(title, `${name}.${title}`).not.to.match(/^(owner|admin|implementation|paused)$/i);
        if (writesOf(contract).includes(title))
          taken.push(...addressesIn(inputs).map((place) => `${name}.${title}: ${place}`));
      });
    }
    expect(taken.sort()).to.deep.equal(ADDRESSES_TAKEN);
  });

  it('takes no ether', async () => {
    const [stranger] = await ethers.getSigners();
    if (!stranger) throw new Error('there are accounts');
    for (const { name, contract } of all) {
      await expect(stranger.sendTransaction({ to: contract, value: 1n }), name).to.revert(ethers);
    }
    const forwarder = ledger.at('InstructionForwarder', stranger);
    await expect(forwarder.executeBatch([], stranger.address, { value: 1n }))
      .to.be.revertedWithCustomError(forwarder, 'ERC2771ForwarderMismatchedValue')
      .withArgs(0n, 1n);
    for (const { name, contract } of all) expect(await ethers.provider.getBalance(contract), name).to.equal(0n);
  });
});

/** The opcodes in a contract's code, without its metadata, whose length its last two bytes say. */
function opcodesOf(code: string): Set<number> {
  const bytes = getBytes(code);
  const metadata = ((bytes.at(-2) ?? 0) << 8) | (bytes.at(-1) ?? 0);
  const opcodes = new Set<number>();
  for (let at = 0; at < bytes.length - metadata - 2; at += 1) {
    const opcode = bytes[at] ?? 0;
    opcodes.add(opcode);
    if (opcode >= 0x60 && opcode <= 0x7f) at += opcode - 0x5f; // PUSH1 to PUSH32
  }
  return opcodes;
}

/** Where there is an address in a function's parameters. */
function addressesIn(inputs: readonly ParamType[], before = ''): string[] {
  return inputs.flatMap((input) => {
    const item = input.arrayChildren ?? input;
    if (item.components) return addressesIn(item.components, `${before}${input.name}.`);
    return item.type === 'address' ? [`${before}${input.name}`] : [];
  });
}
