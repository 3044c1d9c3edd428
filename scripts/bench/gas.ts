// SPDX-License-Identifier: Apache-2.0
import { toBeHex, ZeroHash } from 'ethers';
import { call } from '../../server/ledger/contract-types.ts';
import { asHex } from '../../server/values/hex.ts';
import { codeBytes3 } from '../../server/values/fixed-text.ts';
import { deployLedger, type Member } from './bare-ledger.ts';

/** How many notes are cut in one transaction of the batch. */
const BATCH = 100;
const LIMITS = { alone: 70_000, batch: 30_500 };

/**
 * What one hop costs on the EVM, without the forwarder: a transfer of part of a note to a recipient that accepted
 * beforehand, alone and a hundred to different recipients in one transaction; beside the reference ERC-3525.
 */
export async function benchGas(): Promise<void> {
  const { operator, read, create, send, sendData, admit } = await deployLedger();
  const debtor = await admit('obligor');
  const holder = await admit('supplier');
  const recipients: Member[] = [];
  for (let index = 0; index < BATCH + 2; index += 1) {
    const recipient = await admit('supplier');
    recipients.push(recipient);
    await send(recipient.key, call('PartyRegistry', 'setStandingAcceptance', 0, true));
  }

  const CNY = codeBytes3('CNY');
  const face = 10n ** 11n;
  await send(operator, call('Issuance', 'setLimit', debtor.party, CNY, face));
  await send(debtor.key, call('DocumentRegistry', 'register', toBeHex(1, 32), debtor.party, CNY, face));
  const today = Number(await read(call('RuleBook', 'today')));
  await send(
    debtor.key,
    call('Issuance', 'issue', {
      supplier: holder.party,
      currency: CNY,
      face,
      maturity: today + 100,
      documents: [{ fingerprint: toBeHex(1, 32), amount: face }],
      ref: ZeroHash,
    }),
  );
  const note = (1n << 24n) | 1n;
  await send(holder.key, call('ReceivableLedger', 'accept', note));
  const transfer = (to: readonly { readonly party: number }[]): Promise<bigint> =>
    send(
      holder.key,
      call(
        'ReceivableLedger',
        'transfer',
        note,
        ZeroHash,
        to.map(({ party }) => ({ to: party, amount: 1_000n })),
      ),
    );
  const ours = {
    alone: await transfer(recipients.slice(0, 1)),
    batch: (await transfer(recipients.slice(2))) / BigInt(BATCH),
  };

  const reference = await create('Erc3525Reference');
  const token = 1_000_000n; // the reference numbers what it cuts from 1 on
  const referenceCall = (name: string, ...args: readonly unknown[]) =>
    asHex(reference.interface.encodeFunctionData(name, args));
  await sendData(holder.key, reference.address, referenceCall('mint', holder.key, token, 1n, face));
  const transferOne = referenceCall('transferFrom(uint256,address,uint256)', token, recipients[0]?.key, 1_000n);
  const alone = await sendData(holder.key, reference.address, transferOne);
  // A batch of the reference does not fit under one transaction's gas cap: it is measured in quarters.
  let batch = 0n;
  for (let quarter = 0; quarter < 4; quarter += 1) {
    const keys = recipients.slice(2 + (quarter * BATCH) / 4, 2 + ((quarter + 1) * BATCH) / 4).map(({ key }) => key);
    batch += await sendData(holder.key, reference.address, referenceCall('transferToMany', token, keys, 1_000n));
  }
  const theirs = { alone, batch: batch / BigInt(BATCH) };

  console.log(`\ngas per hop                     alone   in a batch of ${BATCH}`);
  console.log(`a Deeptier note             ${String(ours.alone).padStart(9)}   ${String(ours.batch).padStart(9)}`);
  console.log(`ERC-3525 reference          ${String(theirs.alone).padStart(9)}   ${String(theirs.batch).padStart(9)}`);
  console.log(`ratio                       ${ratio(theirs.alone, ours.alone)}   ${ratio(theirs.batch, ours.batch)}`);
  console.log(`what we hold ourselves to   ${`≤ ${LIMITS.alone}`.padStart(9)}   ${`≤ ${LIMITS.batch}`.padStart(9)}`);
  if (ours.alone > LIMITS.alone || ours.batch > LIMITS.batch) process.exitCode = 1;
}

function ratio(theirs: bigint, ours: bigint): string {
  return (Number(theirs) / Number(ours)).toFixed(2).padStart(9);
}
