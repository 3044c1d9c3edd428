// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { assert } from 'chai';
import { before, describe, it } from 'mocha';
import { computeAddress, SigningKey } from 'ethers';
import { type Account, signTransaction } from '../../../server/ledger/chain/transaction.ts';
import { Contracts, loadArtifacts } from '../../../server/ledger/contracts.ts';
import { batchCall, instructionDigest } from '../../../server/ledger/instructions/forward-request.ts';
import { type Address, asHex, type Hash, type Hex } from '../../../server/values/hex.ts';

/** What was signed and sent before: chains are replayed from such bytes, so they must never come out otherwise. */
interface Recorded {
  readonly privateKey: Hex;
  readonly address: Address;
  readonly forwarder: Address;
  readonly transactions: readonly {
    readonly chainId: number;
    readonly nonce: number;
    readonly to: Address | null;
    readonly data: Hex;
    readonly gas: string;
    readonly raw: Hex;
    readonly hash: Hash;
  }[];
  readonly instructions: readonly {
    readonly signer: Address;
    readonly target: Address;
    readonly gas: string;
    readonly nonce: string;
    readonly deadline: number;
    readonly data: Hex;
    readonly digest: Hash;
    readonly signature: Hex;
  }[];
  readonly batch: Hex;
}

describe('what goes to the chain, to the last byte as it was recorded', () => {
  let recorded: Recorded;
  let account: Account;

  before(async () => {
    const text = await fs.readFile(path.join(import.meta.dirname, 'recorded/raw.json'), 'utf8');
    recorded = JSON.parse(text) as Recorded;
    const key = new SigningKey(recorded.privateKey);
    account = { address: recorded.address, sign: async (digest) => asHex(key.sign(digest).serialized) };
    assert.strictEqual(computeAddress(key), recorded.address);
  });

  it('is a signed transaction', async () => {
    assert.lengthOf(recorded.transactions, 6);
    for (const { raw, hash, gas, ...request } of recorded.transactions)
      assert.deepEqual(await signTransaction(account, { ...request, gas: BigInt(gas) }), { raw, hash });
  });

  it("is a party's instruction: its digest, its signature, and the batch that carries it", async () => {
    const domain = { chainId: 31_415, forwarder: recorded.forwarder };
    const requests = recorded.instructions.map(({ gas, nonce, ...rest }) => ({
      ...rest,
      gas: BigInt(gas),
      nonce: BigInt(nonce),
    }));
    assert.lengthOf(requests, 2);
    for (const { digest, signature, ...request } of requests) {
      assert.strictEqual(instructionDigest(domain, request), digest);
      assert.strictEqual(await account.sign(digest), signature);
    }
    const artifacts = await loadArtifacts(path.resolve(import.meta.dirname, '../../../artifacts/contracts/common'));
    const batch = batchCall(requests, recorded.address);
    assert.strictEqual(new Contracts(artifacts).encodeData(batch), recorded.batch);
  });
});
