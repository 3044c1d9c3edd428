// SPDX-License-Identifier: Apache-2.0
import { expect } from 'chai';
import { ZeroHash } from 'ethers';
import { before, describe, it } from 'mocha';
import { heldNote, ledgerInUse, type Member, networkHelpers, noteId } from '../ledger.ts';

/** How many notes are cut in one transaction. */
const BATCH = 100;
/** Gas of a hop: alone, and each of a hundred. Gas depends on no machine: where a limit is passed, the contracts became dearer. */
const ALONE = 70_000n;
const IN_BATCH = 30_500n;

/** A note to cut, and recipients that accept beforehand what anyone transfers to them. */
async function manyRecipients() {
  const ledger = await ledgerInUse();
  const { at, admit, obligor, supplier1 } = ledger;
  const note = await heldNote(ledger, { obligor, supplier: supplier1, face: 10n ** 9n });
  const recipients: Member[] = [];
  for (let count = 0; count < BATCH; count += 1) {
    const recipient = await admit('supplier');
    await at('PartyRegistry', recipient).setStandingAcceptance(0, true);
    recipients.push(recipient);
  }
  const [one] = recipients;
  if (!one) throw new Error('there are recipients');
  /** The gas of one transaction that transfers something to each. */
  const transfer = async (to: readonly Member[]): Promise<bigint> => {
    const shares = to.map(({ party }) => ({ to: party, amount: 1_000n }));
    const sent = await at('ReceivableLedger', supplier1).transfer(note, ZeroHash, shares);
    return (await sent.wait())?.gasUsed ?? 0n;
  };
  return { ...ledger, note, recipients, one, transfer };
}

describe('The gas of a hop', () => {
  let state: Awaited<ReturnType<typeof manyRecipients>>;

  before(async () => {
    state = await networkHelpers.loadFixture(manyRecipients);
  });

  it(`is at most ${ALONE} alone`, async () => {
    expect(await state.transfer([state.one])).to.be.within(21_000n, ALONE);
    expect((await state.at('ReceivableLedger').note(noteId(1n, 2n))).holder).to.equal(state.one.party);
  });

  it(`is at most ${IN_BATCH} in a transaction of ${BATCH}`, async () => {
    const gas = await state.transfer(state.recipients);
    expect(gas / BigInt(BATCH)).to.be.within(1n, IN_BATCH);
    expect((await state.at('ReceivableLedger').terms(1n)).noteCount).to.equal(BigInt(BATCH + 2));
  });

  it('does not grow with what was cut from the note before, nor with the payables there are', async () => {
    const { obligor, supplier2 } = state;
    await state.transfer([state.one]); // whatever a first one writes where there was nothing
    const before = await state.transfer([state.one]);
    await state.transfer(state.recipients.slice(0, 50));
    for (let count = 0; count < 5; count += 1) {
      await heldNote(state, { obligor, supplier: supplier2, face: 1_000n });
    }
    expect(await state.transfer([state.one])).to.equal(before);
  });
});
