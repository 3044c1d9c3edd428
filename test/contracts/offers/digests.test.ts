// SPDX-License-Identifier: Apache-2.0
import { expect } from 'chai';
import { hexlify, type ParamType, TypedDataEncoder, type TypedDataDomain, Wallet, ZeroHash } from 'ethers';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { QUOTE } from '../../../server/discounting/terms.ts';
import { LOAN_OFFER } from '../../../server/loans/terms.ts';
import { ethers, FOR_GOOD, heldNote, ledgerInUse, mint, networkHelpers, noteId } from '../ledger.ts';
import { runs } from '../../depth.ts';
import { loanOfferOf, quoteOf } from '../terms.ts';

type Terms = Record<string, unknown>;

const ANY_COST = 0xffffffff;
const FACE = 100_000n;

/** A financier with money whose key is a wallet's, and a supplier with a note to sell. */
async function walletOfAFinancier() {
  const ledger = await ledgerInUse();
  const { at, bank, obligor, supplier1, financier } = ledger;
  const wallet = new Wallet(`0x${'07'.repeat(32)}`);
  await at('PartyRegistry', financier).rotateKey(wallet.address);
  await mint(ledger, bank, financier, FACE);
  const note = await heldNote(ledger, { obligor, supplier: supplier1, face: FACE });
  const book = at('OfferBook');
  const [, name, version, chainId, verifyingContract, salt, extensions] = await book.eip712Domain();
  const domain: TypedDataDomain = { name, version, chainId, verifyingContract };
  return { ...ledger, wallet, note, book, domain, salt, extensions, cash: await ledger.cash() };
}

type State = Awaited<ReturnType<typeof walletOfAFinancier>>;

describe('What a financier signs', () => {
  let state: State;

  before(async () => {
    state = await networkHelpers.loadFixture(walletOfAFinancier);
  });

  it('is for this book on this chain', async () => {
    const { chainId } = await ethers.provider.getNetwork();
    expect(state.domain).to.deep.equal({
      name: 'Deeptier Offers',
      version: '1',
      chainId,
      verifyingContract: state.book.target,
    });
    expect([state.salt, [...state.extensions]]).to.deep.equal([ZeroHash, []]);
  });

  for (const [contract, struct, order] of [
    ['Discounting', 'Quote', QUOTE.order],
    ['LoanOffers', 'LoanOffer', LOAN_OFFER.order],
  ] as const) {
    describe(`of a ${struct}`, () => {
      /** The struct's fields as the contract's ABI has them. */
      const fields = (): readonly ParamType[] =>
        state.at(contract).interface.getFunction('hashOf')?.inputs[0]?.components ?? [];
      const types = () => ({ [struct]: fields().map(({ name, type }) => ({ name, type })) });

      it('are the fields of the contract, in their order, and the gateway shows the same', () => {
        expect(order.primaryType).to.equal(struct);
        expect(order.fields).to.deep.equal(types()[struct]);
        expect(fields().length).to.equal(19);
      });

      it('is hashed by the contract as EIP-712 has it, whatever the terms', async () => {
        const { at, book, domain } = state;
        await fc.assert(
          fc.asyncProperty(termsOf(fields()), async (terms) => {
            const hash = await at(contract).hashOf(terms as never);
            expect(hash).to.equal(TypedDataEncoder.hashStruct(struct, types(), terms));
            expect(await book.digestOf(hash)).to.equal(TypedDataEncoder.hash(domain, types(), terms));
          }),
          { numRuns: runs(100, 5_000) },
        );
      });

      it('is another thing in every field', async () => {
        const base = struct === 'Quote' ? quoteOf(state.financier, FOR_GOOD) : loanOfferOf(state.financier, FOR_GOOD);
        const hashes = new Set([await state.at(contract).hashOf(base as never)]);
        for (const { name, type } of fields()) {
          const other = { ...base, [name]: otherThan((base as Terms)[name], type) };
          hashes.add(await state.at(contract).hashOf(other as never));
        }
        expect(hashes.size).to.equal(fields().length + 1);
      });
    });
  }

  it('with a wallet that knows no more than the fields sells the notes, and the money moves', async () => {
    const { at, wallet, note, domain, cash, financier, supplier1 } =
      await networkHelpers.loadFixture(walletOfAFinancier);
    const quote = quoteOf(financier, FOR_GOOD);
    const signature = await wallet.signTypedData(domain, { Quote: [...QUOTE.order.fields] }, quote);
    const sale = at('Discounting', supplier1).sell(quote, signature, [{ note, units: FACE }], ANY_COST, ZeroHash);
    const hash = await at('Discounting').hashOf(quote);
    const discount = (FACE * 4n * 179n) / (100n * 360n) + 1n; // 1,988.89, to the whole unit
    const received = FACE - discount;
    await expect(sale)
      .to.emit(at('Discounting'), 'NotesSold')
      .withArgs(
        1n,
        supplier1.party,
        financier.party,
        hash,
        quote.currency,
        false,
        FACE,
        discount,
        0n,
        received,
        financier.party,
        ZeroHash,
      )
      .and.to.emit(at('OfferBook'), 'OfferUsed')
      .withArgs(hash, FACE, FACE);
    await expect(sale).to.changeTokenBalances(
      ethers,
      cash,
      [financier.account, supplier1.account],
      [-received, received],
    );
    expect(await at('ReceivableLedger').ownerOf(noteId(1n, 2n))).to.equal(financier.account);
  });

  it('for another book, another chain or by another key sells nothing', async () => {
    const { at, wallet, note, domain, cash, financier, supplier1 } =
      await networkHelpers.loadFixture(walletOfAFinancier);
    const quote = quoteOf(financier, FOR_GOOD);
    const types = { Quote: [...QUOTE.order.fields] };
    const stranger = new Wallet(`0x${'08'.repeat(32)}`);
    const signatures = {
      'another chain': await wallet.signTypedData({ ...domain, chainId: 1n }, types, quote),
      'another book': await wallet.signTypedData({ ...domain, verifyingContract: supplier1.account }, types, quote),
      'another key': await stranger.signTypedData(domain, types, quote),
      'other terms': await wallet.signTypedData(domain, types, { ...quote, rate: quote.rate + 1 }),
      'no signature': '0x',
    };
    const hash = await at('Discounting').hashOf(quote);
    for (const [what, signature] of Object.entries(signatures)) {
      const sale = at('Discounting', supplier1).sell(quote, signature, [{ note, units: FACE }], ANY_COST, ZeroHash);
      await expect(sale, what)
        .to.be.revertedWithCustomError(at('OfferBook'), 'OfferNotSigned')
        .withArgs(hash, financier.party);
    }
    expect(await cash.balanceOf(financier.account)).to.equal(FACE);
  });
});

/** Any terms that a struct of these fields can hold. */
function termsOf(fields: readonly ParamType[]): fc.Arbitrary<Terms> {
  return fc.record(Object.fromEntries(fields.map(({ name, type }) => [name, anyOf(type)])));
}

function anyOf(type: string): fc.Arbitrary<unknown> {
  if (type === 'bool') return fc.boolean();
  if (type === 'uint32[]') return fc.array(fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }), { maxLength: 5 });
  const bytes = /^bytes(\d+)$/.exec(type)?.[1];
  if (bytes !== undefined)
    return fc.uint8Array({ minLength: Number(bytes), maxLength: Number(bytes) }).map((each) => hexlify(each));
  const bits = /^uint(\d+)$/.exec(type)?.[1];
  if (bits === undefined) throw new Error(`the terms have a ${type}`);
  // the only numbers of 8 bits are places in enumerations, which the contract checks; each has two at least
  return fc.bigInt({ min: 0n, max: bits === '8' ? 1n : 2n ** BigInt(bits) - 1n });
}

function otherThan(value: unknown, type: string): unknown {
  if (type === 'bool') return value !== true;
  if (type === 'uint32[]') return [1n];
  if (type.startsWith('bytes')) return `0x${'11'.repeat(Number(type.slice(5)))}`;
  return BigInt(value as bigint | number) + 1n;
}
