// SPDX-License-Identifier: Apache-2.0
import { toBeHex, ZeroHash } from 'ethers';
import { findBlock } from '../../server/ledger/chain/block.ts';
import { call } from '../../server/ledger/contract-types.ts';
import { codeBytes3 } from '../../server/values/fixed-text.ts';
import { type BareLedger, deployLedger, type Member } from './bare-ledger.ts';

const REQUESTS = 32;
const SELLERS = 4;
const QUOTES = 10;
/** EIP-7825, less what the forwarder and its batch take of it. */
const LIMIT = 16_400_000;

const CNY = codeBytes3('CNY');
const FACE = 1_000_000n;
const PLENTY = 10n ** 12n;

/** What the largest round costs on the EVM, without the forwarder: as many pairs as it takes, each quote another financier's. */
export async function benchRound(): Promise<void> {
  const filled = await gasOfRound(PLENTY);
  const unfilled = await gasOfRound(1n); // every quote is tried, and nobody can pay
  console.log(`\ngas of a round of ${REQUESTS} requests and ${QUOTES} quotes`);
  console.log(`all of them filled          ${String(filled).padStart(11)}`);
  console.log(`none, each with its reason  ${String(unfilled).padStart(11)}`);
  console.log(`what we hold ourselves to   ${`≤ ${LIMIT}`.padStart(11)}`);
  if (filled > LIMIT || unfilled > LIMIT) process.exitCode = 1;
}

async function gasOfRound(cash: bigint): Promise<bigint> {
  const ledger = await deployLedger();
  const { send, admit, operator, read, provider } = ledger;
  const bank = await admit('settlement-bank');
  const obligor = await admit('obligor');
  const sellers = await membersOf(ledger, 'supplier', SELLERS);
  const financiers = await membersOf(ledger, 'financier', QUOTES);
  await send(operator, call('Issuance', 'setLimit', obligor.party, CNY, PLENTY));
  await send(bank.key, call('CashBook', 'open', CNY, 2));
  const today = Number(await read(call('RuleBook', 'today')));
  const block = await findBlock(provider, 'latest');
  if (!block) throw new Error('the chain has no block');
  const expiresAt = block.timestamp + 86_400n;

  const quotes = [];
  for (const [index, { party, key }] of financiers.entries()) {
    await send(bank.key, call('CashBook', 'mint', CNY, party, cash, ZeroHash));
    await send(key, call('Concentration', 'declareRiskAssets', CNY, PLENTY));
    // Each buys four requests' worth, so that all of them sell.
    const quote = {
      financier: party,
      currency: CNY,
      obligors: [obligor.party],
      group: ZeroHash,
      sellers: [],
      minDays: 0,
      maxDays: 365,
      minUnits: 1n,
      rate: 30_000 + index,
      dayCount: 0,
      method: 0,
      flatFee: 0n,
      feeRate: 0,
      feeTo: 0,
      recourse: false,
      capacity: 4n * FACE,
      expiresAt,
      lots: ZeroHash,
      salt: 0n,
    };
    await send(key, call('Discounting', 'publish', quote, ZeroHash));
    quotes.push(quote);
  }
  for (let index = 1; index <= REQUESTS; index += 1) {
    const seller = sellers[index % SELLERS] as Member;
    const fingerprint = toBeHex(index, 32);
    await send(obligor.key, call('DocumentRegistry', 'register', fingerprint, obligor.party, CNY, FACE));
    await send(
      obligor.key,
      call('Issuance', 'issue', {
        supplier: seller.party,
        currency: CNY,
        face: FACE,
        maturity: today + 100,
        documents: [{ fingerprint, amount: FACE }],
        ref: ZeroHash,
      }),
    );
    const note = (BigInt(index) << 24n) | 1n;
    await send(seller.key, call('ReceivableLedger', 'accept', note));
    await send(
      seller.key,
      call('SaleRounds', 'placeRequest', { note, units: FACE }, 1_000_000, false, expiresAt, ZeroHash),
    );
  }
  return send((sellers[0] as Member).key, call('SaleRounds', 'matchRound', obligor.party, CNY, quotes));
}

async function membersOf({ admit }: BareLedger, role: 'supplier' | 'financier', count: number): Promise<Member[]> {
  const members: Member[] = [];
  for (let index = 0; index < count; index += 1) members.push(await admit(role));
  return members;
}
