// SPDX-License-Identifier: Apache-2.0
import { expect } from 'chai';
import { encodeBytes32String, ZeroAddress, ZeroHash } from 'ethers';
import { describe, it } from 'mocha';
import { CNY, ethers, ledgerInUse, mint, networkHelpers } from '../ledger.ts';

/** As `CashPurpose` in `ICashBook.sol`. */
const PURPOSE = { Transfer: 0n, AllowedTransfer: 1n, Issue: 2n, Redemption: 3n, Payment: 4n };

/** 1,000.00 at the first supplier. */
async function moneyAtASupplier() {
  const ledger = await ledgerInUse();
  await mint(ledger, ledger.bank, ledger.supplier1, 100_000n);
  return { ...ledger, book: ledger.at('CashBook'), token: await ledger.cash() };
}

describe('Settlement cash as an ERC-20', () => {
  it('is called by its currency and counts in its minor units', async () => {
    const { token } = await networkHelpers.loadFixture(moneyAtASupplier);
    expect([await token.name(), await token.symbol(), await token.decimals()]).to.deep.equal([
      'Deeptier settlement cash CNY',
      'dCNY',
      2n,
    ]);
  });

  it('comes from the bank and goes back to it: what was minted and not redeemed is all there is', async () => {
    const { at, bank, book, token, supplier1 } = await networkHelpers.loadFixture(moneyAtASupplier);
    const ref = encodeBytes32String('payout 1');
    const minted = at('CashBook', bank).mint(CNY, supplier1.party, 5n, ref);
    await expect(minted).to.changeTokenBalance(ethers, token, supplier1.account, 5n);
    await expect(minted)
      .to.emit(token, 'Transfer')
      .withArgs(ZeroAddress, supplier1.account, 5n)
      .and.to.emit(book, 'CashMoved')
      .withArgs(CNY, 0n, supplier1.party, 5n, PURPOSE.Issue, 0n, 0n, ref);
    await at('CashBook', supplier1).pay(CNY, bank.party, 30_000n, ref);
    const redeemed = at('CashBook', bank).redeem(CNY, 30_000n, ref);
    await expect(redeemed).to.changeTokenBalances(ethers, token, [bank.account, supplier1.account], [-30_000n, 0n]);
    await expect(redeemed)
      .to.emit(token, 'Transfer')
      .withArgs(bank.account, ZeroAddress, 30_000n)
      .and.to.emit(book, 'CashMoved')
      .withArgs(CNY, bank.party, 0n, 30_000n, PURPOSE.Redemption, 0n, 0n, ref);
    expect(await token.totalSupply()).to.equal(70_005n);
  });

  it('goes from account to account by the book or by the token, and both announce it in the same way', async () => {
    const { at, book, cash, token, supplier1, supplier2 } = await networkHelpers.loadFixture(moneyAtASupplier);
    const accounts = [supplier1.account, supplier2.account];
    const ref = encodeBytes32String('debt');
    for (const [moved, ...reason] of [
      [at('CashBook', supplier1).pay(CNY, supplier2.party, 700n, ref), PURPOSE.Payment, 0n, 0n, ref],
      [(await cash(supplier1)).transfer(supplier2.account, 700n), PURPOSE.Transfer, 0n, 0n, ZeroHash],
    ] as const) {
      await expect(moved).to.changeTokenBalances(ethers, token, accounts, [-700n, 700n]);
      await expect(moved)
        .to.emit(token, 'Transfer')
        .withArgs(...accounts, 700n)
        .and.to.emit(book, 'CashMoved')
        .withArgs(CNY, supplier1.party, supplier2.party, 700n, ...reason);
    }
  });

  it('is drawn by whom its party allowed to, as far as it did, and the book says who drew it', async () => {
    const { book, cash, token, supplier1, supplier2, supplier3 } = await networkHelpers.loadFixture(moneyAtASupplier);
    await expect((await cash(supplier1)).approve(supplier2.account, 500n))
      .to.emit(token, 'Approval')
      .withArgs(supplier1.account, supplier2.account, 500n);
    const bySupplier2 = await cash(supplier2);
    const drawn = bySupplier2.transferFrom(supplier1.account, supplier3.account, 200n);
    await expect(drawn).to.changeTokenBalances(
      ethers,
      token,
      [supplier1.account, supplier2.account, supplier3.account],
      [-200n, 0n, 200n],
    );
    await expect(drawn)
      .to.emit(book, 'CashMoved')
      .withArgs(CNY, supplier1.party, supplier3.party, 200n, PURPOSE.AllowedTransfer, supplier2.party, 0n, ZeroHash);
    expect(await token.allowance(supplier1.account, supplier2.account)).to.equal(300n);
    await expect(bySupplier2.transferFrom(supplier1.account, supplier3.account, 301n))
      .to.be.revertedWithCustomError(token, 'ERC20InsufficientAllowance')
      .withArgs(supplier2.account, 300n, 301n);
  });

  it('belongs to the party and not to its key: neither the money nor what it allowed changes with one', async () => {
    const { at, cash, token, freshKey, supplier1, supplier2 } = await networkHelpers.loadFixture(moneyAtASupplier);
    await (await cash(supplier1)).approve(supplier2.account, 500n);
    const key = await freshKey();
    await at('PartyRegistry', supplier1).rotateKey(key.address);
    await expect((await cash(supplier1)).transfer(supplier2.account, 1n))
      .to.be.revertedWithCustomError(at('PartyRegistry'), 'KeyUnknown')
      .withArgs(supplier1.key.address);
    await expect((await cash({ ...supplier1, key })).transfer(supplier2.account, 1n)).to.changeTokenBalances(
      ethers,
      token,
      [supplier1.account, supplier2.account, key],
      [-1n, 1n, 0n],
    );
    expect(await token.allowance(supplier1.account, supplier2.account)).to.equal(500n);
  });

  it('lies at nobody’s key and in no contract', async () => {
    const { cash, names, at, token, supplier1 } = await networkHelpers.loadFixture(moneyAtASupplier);
    const bySupplier1 = await cash(supplier1);
    for (const address of [supplier1.key.address, ZeroAddress, token.target, ...names.map((name) => at(name).target)])
      await expect(bySupplier1.transfer(address, 1n))
        .to.be.revertedWithCustomError(token, 'AccountUnknown')
        .withArgs(address);
  });
});
