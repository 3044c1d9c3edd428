// SPDX-License-Identifier: Apache-2.0
import { expect } from 'chai';
import { encodeBytes32String, Interface, ZeroAddress, ZeroHash } from 'ethers';
import { before, describe, it } from 'mocha';
import { accountOf, CNY, heldNote, ledgerInUse, MATURITY, mint, networkHelpers, noteId, secondsOf } from '../ledger.ts';

/** The standards' own functions, as they print them; an interface's id is the selectors of its functions, one over another. */
const STANDARDS = {
  'ERC-165': ['function supportsInterface(bytes4 interfaceID) view returns (bool)'],
  'ERC-721': [
    'function balanceOf(address owner) view returns (uint256)',
    'function ownerOf(uint256 tokenId) view returns (address)',
    'function safeTransferFrom(address from, address to, uint256 tokenId, bytes data)',
    'function safeTransferFrom(address from, address to, uint256 tokenId)',
    'function transferFrom(address from, address to, uint256 tokenId)',
    'function approve(address approved, uint256 tokenId)',
    'function setApprovalForAll(address operator, bool approved)',
    'function getApproved(uint256 tokenId) view returns (address)',
    'function isApprovedForAll(address owner, address operator) view returns (bool)',
  ],
  'ERC-721 metadata': [
    'function name() view returns (string)',
    'function symbol() view returns (string)',
    'function tokenURI(uint256 tokenId) view returns (string)',
  ],
  'ERC-5192': ['function locked(uint256 tokenId) view returns (bool)'],
};

/** A ledger on which a note was made, cut, offered, refused, returned and paid in every way there is. */
async function notesOfEveryKind() {
  const ledger = await ledgerInUse();
  const { at, bank, obligor, supplier1, supplier2, supplier3, financier } = ledger;
  const parties = [obligor, supplier1, supplier2, supplier3, financier];
  await mint(ledger, bank, obligor, 100_000n);
  const first = await heldNote(ledger, { obligor, supplier: supplier1, face: 100_000n });
  const notes = at('ReceivableLedger');
  const give = (from: typeof obligor, note: bigint, to: typeof obligor, amount: bigint) =>
    at('ReceivableLedger', from).transfer(note, ZeroHash, [{ to: to.party, amount }]);
  await at('PartyRegistry', supplier2).setStandingAcceptance(0, true);
  await give(supplier1, first, supplier2, 40_000n); // 2
  await give(supplier1, first, supplier3, 10_000n); // 3
  await at('ReceivableLedger', supplier3).accept(noteId(1n, 3n));
  await give(supplier1, first, supplier3, 5_000n); // 4
  await at('ReceivableLedger', supplier3).reject(noteId(1n, 4n));
  await give(supplier3, noteId(1n, 3n), supplier2, 10_000n); // 5: nothing is left of 3
  await at('ReceivableLedger', supplier2).returnToObligor(
    noteId(1n, 5n),
    1_000n,
    encodeBytes32String('goods sent back'),
  ); // 6
  await give(supplier2, noteId(1n, 2n), supplier3, 2_000n); // 7, which is still offered
  await networkHelpers.time.increaseTo(secondsOf(MATURITY));
  const payment = {
    payableId: 1n,
    currency: CNY,
    amount: 99_000n,
    ref: ZeroHash,
    cut: { remainder: 0n, lastIndex: 0 },
  };
  await at('Settlement', obligor).pay(payment, [first, noteId(1n, 2n)]); // the others are still owed
  return { ...ledger, notes, parties };
}

describe('Notes as wallets see them', () => {
  let state: Awaited<ReturnType<typeof notesOfEveryKind>>;

  before(async () => {
    state = await networkHelpers.loadFixture(notesOfEveryKind);
  });

  for (const [standard, functions] of Object.entries(STANDARDS))
    it(`are of ${standard}, by its id and with its functions`, async () => {
      const abi = new Interface(functions);
      let interfaceId = 0;
      abi.forEachFunction((each) => {
        interfaceId ^= Number(each.selector);
        const ours = state.notes.interface.getFunction(each.selector as 'name');
        expect(ours.format('sighash')).to.equal(each.format('sighash'));
        expect(ours.outputs.map(({ type }) => type)).to.deep.equal(each.outputs.map(({ type }) => type));
      });
      const bytes4 = `0x${(interfaceId >>> 0).toString(16).padStart(8, '0')}`;
      expect(await state.notes.supportsInterface(bytes4), bytes4).to.equal(true);
    });

  it('have nothing that moves one: of what changes state in ERC-721, nothing does here', () => {
    const moving = new Interface(STANDARDS['ERC-721']).fragments.filter(
      (each) => 'stateMutability' in each && each.stateMutability === 'nonpayable',
    );
    expect(moving.length).to.equal(5);
    for (const each of moving)
      expect(state.notes.interface.getFunction(each.format() as 'approve').stateMutability, each.format()).to.equal(
        'pure',
      );
  });

  it('are owned by whom the Transfer events say, from the first block to the last', async () => {
    const owners = new Map<bigint, string>();
    for (const { args } of await state.notes.queryFilter(state.notes.filters.Transfer())) {
      expect(args.from, `the owner of ${args.tokenId} before`).to.equal(owners.get(args.tokenId) ?? ZeroAddress);
      owners.set(args.tokenId, args.to);
    }
    const live: bigint[] = [];
    const { noteCount } = await state.notes.terms(1n);
    for (let index = 1n; index <= noteCount; index += 1n) {
      const token = noteId(1n, index);
      const owner = owners.get(token) ?? ZeroAddress; // what is cut off to be extinguished never was a token
      if (owner === ZeroAddress) {
        await expect(state.notes.ownerOf(token), `note ${index}`)
          .to.be.revertedWithCustomError(state.notes, 'ERC721NonexistentToken')
          .withArgs(token);
        continue;
      }
      live.push(token);
      expect(await state.notes.ownerOf(token), `note ${index}`).to.equal(owner);
      expect(await state.notes.locked(token), `note ${index}`).to.equal(true);
    }
    expect(live, 'a rejected note, one cut, one offered').to.deep.equal([4n, 5n, 7n].map((index) => noteId(1n, index)));
    expect(noteCount, 'notes').to.equal(7n);
    for (const { account, party } of state.parties) {
      expect(account).to.equal(accountOf(party));
      const owned = live.filter((token) => owners.get(token) === account);
      expect(await state.notes.balanceOf(account), `balance of ${party}`).to.equal(BigInt(owned.length));
    }
  });

  it('say what they are in words of the ledger', async () => {
    const [, base64 = ''] = (await state.notes.tokenURI(noteId(1n, 5n))).split('base64,');
    const { name, attributes } = JSON.parse(Buffer.from(base64, 'base64').toString()) as {
      name: string;
      attributes: { trait_type: string; value: string }[];
    };
    expect(name).to.equal('Deeptier Note 1-5');
    expect(Object.fromEntries(attributes.map(({ trait_type, value }) => [trait_type, value]))).to.include({
      currency: 'CNY',
      amount: '9000',
      tier: '3',
      maturity: MATURITY,
      status: 'held',
    });
  });
});
