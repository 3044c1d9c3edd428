// SPDX-License-Identifier: Apache-2.0
import { expect } from 'chai';
import { encodeBytes32String, ZeroAddress, ZeroHash } from 'ethers';
import { describe, it } from 'mocha';
import { dayNumber, addDays } from '../../../server/values/dates.ts';
import {
  CNY,
  ethers,
  ISSUE_DATE,
  ledgerInUse,
  MATURITY,
  mint,
  networkHelpers,
  noteId,
  orderFor,
  secondsOf,
} from '../ledger.ts';

const FACE = 100_000n;
const WINDOW_SECONDS = 3 * 86_400;
const CUT = { remainder: 0n, lastIndex: 0 };
const [first, second, third] = [noteId(1n, 1n), noteId(1n, 2n), noteId(1n, 3n)];

const ref = encodeBytes32String;

/** An order of the obligor to the first supplier, ready to be issued, and the money to pay it with. */
async function readyToIssue() {
  const ledger = await ledgerInUse();
  const { obligor, supplier1: supplier, bank } = ledger;
  const order = await orderFor(ledger, { obligor, supplier, face: FACE });
  await mint(ledger, bank, obligor, FACE);
  return { ...ledger, order, notes: ledger.at('ReceivableLedger'), settlement: ledger.at('Settlement') };
}

async function issued() {
  const ledger = await networkHelpers.loadFixture(readyToIssue);
  await ledger.at('Issuance', ledger.obligor).issue(ledger.order);
  return ledger;
}

async function held() {
  const ledger = await networkHelpers.loadFixture(issued);
  await ledger.at('ReceivableLedger', ledger.supplier1).accept(first);
  return ledger;
}

/** 30,000 of the first note at the second supplier, which had accepted beforehand; 20,000 offered to the third. */
async function passedDown() {
  const ledger = await networkHelpers.loadFixture(held);
  const { at, supplier1, supplier2, supplier3 } = ledger;
  await at('PartyRegistry', supplier2).setStandingAcceptance(supplier1.party, true);
  const shares = [
    { to: supplier2.party, amount: 30_000n },
    { to: supplier3.party, amount: 20_000n },
  ];
  const transfer = at('ReceivableLedger', supplier1).transfer(first, ref('invoice 7'), shares);
  return { ...ledger, transfer: await transfer };
}

describe('What the ledger announces, from the promise to its payment', () => {
  it('an issue: the promise with its dates and its document, offered to its supplier as the first note', async () => {
    const { at, notes, order, obligor, supplier1 } = await networkHelpers.loadFixture(readyToIssue);
    const issue = at('Issuance', obligor).issue(order);
    const until = (await networkHelpers.time.latest()) + WINDOW_SECONDS;
    const [document] = order.documents;
    const dates = [ISSUE_DATE, MATURITY, MATURITY, addDays(MATURITY, 31)].map((date) => BigInt(dayNumber(date)));
    await expect(issue)
      .to.emit(notes, 'PayableIssued')
      .withArgs(1n, obligor.party, supplier1.party, CNY, FACE, ...dates, 1n, order.ref)
      .and.to.emit(notes, 'PayableDocument')
      .withArgs(1n, document?.fingerprint, FACE, 1n)
      .and.to.emit(notes, 'Transfer')
      .withArgs(ZeroAddress, obligor.account, first)
      .and.to.emit(notes, 'NoteOffered')
      .withArgs(first, noteId(1n, 0n), supplier1.party, 0n, FACE, until)
      .and.to.emit(at('DocumentRegistry'), 'DocumentUsed')
      .withArgs(document?.fingerprint, 1n, FACE, FACE);
  });

  it('its acceptance: the promise stands, and the note goes from the obligor’s account to the supplier’s', async () => {
    const { at, notes, obligor, supplier1 } = await networkHelpers.loadFixture(issued);
    await expect(at('ReceivableLedger', supplier1).accept(first))
      .to.emit(notes, 'PayableActivated')
      .withArgs(1n)
      .and.to.emit(notes, 'Transfer')
      .withArgs(obligor.account, supplier1.account, first)
      .and.to.emit(notes, 'NoteAccepted')
      .withArgs(first, supplier1.party, 1n);
  });

  it('a transfer to two: who accepted beforehand holds its piece at once, the other is offered what lies before it', async () => {
    const { notes, transfer, supplier1, supplier2, supplier3 } = await networkHelpers.loadFixture(passedDown);
    const block = await ethers.provider.getBlock(transfer.blockNumber ?? 'latest');
    const now = BigInt(block?.timestamp ?? 0);
    // holder, parent, start, end, since, tier, children, hold and financings, status; see PackedNote
    const packed =
      (supplier2.party << 224n) |
      (1n << 200n) |
      (70_000n << 136n) |
      (100_000n << 72n) |
      (now << 32n) |
      (2n << 24n) |
      2n;
    await expect(transfer)
      .to.emit(notes, 'NoteTransferred')
      .withArgs(second, packed)
      .and.to.emit(notes, 'Transfer')
      .withArgs(ZeroAddress, supplier2.account, second)
      .and.to.emit(notes, 'NoteOffered')
      .withArgs(third, first, supplier3.party, 50_000n, 70_000n, now + BigInt(WINDOW_SECONDS))
      .and.to.emit(notes, 'TransferReferenced')
      .withArgs(first, 2n, 3n, ref('invoice 7'));
    await expect(transfer, 'the offered piece is still the sender’s')
      .to.emit(notes, 'Transfer')
      .withArgs(ZeroAddress, supplier1.account, third);
  });

  it('the end of an offer: rejected, or withdrawn, or expired', async () => {
    for (const [by, how, place] of [
      ['supplier3', 'reject', 0n],
      ['supplier1', 'withdraw', 1n],
      ['stranger', 'expire', 2n],
    ] as const) {
      const ledger = await networkHelpers.loadFixture(passedDown);
      if (how === 'expire') await networkHelpers.time.increase(WINDOW_SECONDS);
      const caller = by === 'stranger' ? await ledger.freshKey() : ledger[by];
      await expect(ledger.at('ReceivableLedger', caller)[how](third), how)
        .to.emit(ledger.notes, 'OfferEnded')
        .withArgs(third, place);
    }
  });

  it('a return: units go back to the obligor, and no longer count', async () => {
    const { at, notes, supplier1, obligor } = await networkHelpers.loadFixture(held);
    await expect(at('ReceivableLedger', supplier1).returnToObligor(first, 1_000n, ref('goods sent back')))
      .to.emit(notes, 'NoteReturned')
      .withArgs(second, first, 99_000n, 100_000n, ref('goods sent back'));
    expect(await at('Issuance').exposure(obligor.party, CNY)).to.deep.equal([10n ** 12n, 99_000n]);
  });

  it('the payment: each holder is paid for its units, in one step with its note, until nothing is owed', async () => {
    const ledger = await networkHelpers.loadFixture(passedDown);
    const { at, notes, settlement, obligor, supplier1, supplier2, supplier3 } = ledger;
    const cash = await ledger.cash();
    await networkHelpers.time.increaseTo(secondsOf(MATURITY));
    const order = { payableId: 1n, currency: CNY, amount: FACE, ref: ref('pay'), cut: CUT };
    const pay = at('Settlement', obligor).pay(order, [first, second, third]);
    const paid = [
      { note: first, payee: supplier1, start: 0n, end: 50_000n },
      { note: second, payee: supplier2, start: 70_000n, end: 100_000n },
      { note: third, payee: supplier1, start: 50_000n, end: 70_000n }, // the offer has lapsed
    ];
    await expect(pay)
      .to.emit(settlement, 'PaymentOrdered')
      .withArgs(1n, 1n, obligor.party, FACE, FACE, false, ref('pay'))
      .and.to.emit(notes, 'OfferEnded')
      .withArgs(third, 2n);
    for (const { note, payee, start, end } of paid)
      await expect(pay, `note ${note}`)
        .to.emit(notes, 'NoteSettled')
        .withArgs(note, note, start, end)
        .and.to.emit(settlement, 'NotePaid')
        .withArgs(1n, note, payee.party, note, end - start, 0n)
        .and.to.emit(at('CashBook'), 'CashMoved')
        .withArgs(CNY, obligor.party, payee.party, end - start, 6n, 1n, note, ref('pay'))
        .and.to.emit(cash, 'Transfer')
        .withArgs(obligor.account, payee.account, end - start)
        .and.to.emit(notes, 'Transfer')
        .withArgs(payee.account, ZeroAddress, note);
    await expect(pay)
      .to.emit(notes, 'PayableClosed')
      .withArgs(1n, 3n)
      .and.to.emit(settlement, 'PaymentCompleted')
      .withArgs(1n);
    await expect(pay).to.changeTokenBalances(
      ethers,
      cash,
      [obligor, supplier1, supplier2, supplier3, settlement, notes].map((who) =>
        'account' in who ? who.account : who,
      ),
      [-FACE, 70_000n, 30_000n, 0n, 0n, 0n],
    );
  });

  it('nothing besides: each step announces so many events and no more', async () => {
    const ledger = await networkHelpers.loadFixture(readyToIssue);
    const { at, order, obligor, supplier1, supplier2 } = ledger;
    const logs = async (sent: Promise<{ wait(): Promise<{ logs: readonly unknown[] } | null> }>): Promise<number> =>
      (await (await sent).wait())?.logs.length ?? 0;
    const share = [{ to: supplier2.party, amount: 30_000n }];
    const transfer = () => logs(at('ReceivableLedger', supplier1).transfer(first, ZeroHash, share));
    expect(await logs(at('Issuance', obligor).issue(order)), 'issue').to.equal(5);
    expect(await logs(at('ReceivableLedger', supplier1).accept(first)), 'accept').to.equal(3);
    expect(await transfer(), 'offer').to.equal(2);
    expect(await logs(at('ReceivableLedger', supplier2).accept(second)), 'accept').to.equal(2);
    await at('PartyRegistry', supplier2).setStandingAcceptance(supplier1.party, true);
    expect(await transfer(), 'hop').to.equal(2);
  });

  it('of what is refused, nothing: the transaction is in a block, without an event and without a trace in the books', async () => {
    const ledger = await networkHelpers.loadFixture(passedDown);
    const { at, notes, bank, operator, obligor, order, supplier1, supplier2, supplier3 } = ledger;
    await at('PartyRegistry', operator).suspend(supplier3.party, 'test');
    const tooMuch = [
      { to: supplier2.party, amount: 30_000n },
      { to: supplier2.party, amount: 20_001n },
    ];
    const payment = { payableId: 1n, currency: CNY, amount: FACE, ref: ZeroHash, cut: CUT };
    const books = async () => [
      await notes.terms(1n),
      await notes.progress(1n),
      await notes.note(first),
      await notes.offer(third),
      await notes.payableCount(),
      await (await ledger.cash()).totalSupply(),
      await at('DocumentRegistry').residual(order.documents[0]?.fingerprint ?? ZeroHash),
    ];
    const before = await books();
    for (const [send, error, by] of [
      [() => at('Issuance', obligor).issue(order), 'DocumentResidualExceeded', 'DocumentRegistry'],
      [
        () => at('ReceivableLedger', supplier1).transfer(first, ZeroHash, tooMuch),
        'AmountExceedsNote',
        'ReceivableLedger',
      ],
      [() => at('ReceivableLedger', supplier2).accept(third), 'NotTheRecipient', 'ReceivableLedger'],
      [() => at('Settlement', obligor).pay(payment, [first, second, third]), 'NotYetDue', 'Settlement'],
      [() => at('CashBook', bank).mint(CNY, supplier3.party, 1n, ZeroHash), 'PartyIsSuspended', 'PartyRegistry'],
    ] as const) {
      await expect(send()).to.be.revertedWithCustomError(at(by), error);
      const block = await ethers.provider.getBlock('latest');
      const receipt = await ethers.provider.getTransactionReceipt(block?.transactions[0] ?? ZeroHash);
      expect(receipt?.status, error).to.equal(0);
      expect(receipt?.logs, error).to.deep.equal([]);
    }
    expect(await books()).to.deep.equal(before);
  });
});
