// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { concat, id, recoverAddress, SigningKey, TypedDataEncoder, Wallet } from 'ethers';
import { describe, it } from 'mocha';
import { instructionDigest, typedInstruction } from '../../../server/ledger/instructions/forward-request.ts';
import { addressOf, asHex } from '../../../server/values/hex.ts';
import { itWith } from '../../it-with.ts';
import { deployLedger, networkHelpers, secondsOf, FOR_GOOD, ethers } from '../ledger.ts';

const VECTOR = path.resolve(import.meta.dirname, '../../../../shared/data/eip712/mail_vector.json');

/** An instruction of the operator's, which sets how long its own admission lasts, signed as the gateway shows it. */
async function signedInstruction() {
  const ledger = await deployLedger();
  const { at, operator } = ledger;
  const wallet = new Wallet(`0x${'07'.repeat(32)}`);
  await at('PartyRegistry', operator).rotateKey(wallet.address);
  const forwarder = at('InstructionForwarder', await ledger.freshKey());
  const domain = {
    chainId: Number((await ethers.provider.getNetwork()).chainId),
    forwarder: addressOf(String(forwarder.target)),
  };
  const request = {
    signer: addressOf(wallet.address),
    target: addressOf(String(at('PartyRegistry').target)),
    gas: 200_000n,
    nonce: 0n,
    deadline: secondsOf(FOR_GOOD),
    data: asHex(at('PartyRegistry').interface.encodeFunctionData('changeValidity', [operator.party, 40_000])),
  };
  const { domain: typed, primaryType, fields, message } = typedInstruction(domain, request);
  const signature = await wallet.signTypedData(typed, { [primaryType]: [...fields] }, message);
  const { signer: from, target: to, gas, deadline, data } = request;
  const call = { from, to, value: 0n, gas, deadline, data, signature };
  return { ...ledger, wallet, forwarder, domain, request, call };
}

describe('What a party’s key signs to instruct the ledger', () => {
  it('is what the forwarder verifies, and no field of it can be another', async () => {
    const { forwarder, call } = await networkHelpers.loadFixture(signedInstruction);
    expect(await forwarder.verify(call)).to.equal(true);
    const others = {
      from: forwarder.target,
      to: forwarder.target,
      value: 1n,
      gas: call.gas + 1n,
      deadline: call.deadline + 1,
      data: concat([call.data, '0x00']),
    };
    for (const [field, other] of Object.entries(others))
      expect(await forwarder.verify({ ...call, [field]: other }), field).to.equal(false);
  });

  it('is signed with the key’s own signature over the digest that the gateway keeps', async () => {
    const { wallet, domain, request, call } = await networkHelpers.loadFixture(signedInstruction);
    expect(recoverAddress(instructionDigest(domain, request), call.signature)).to.equal(wallet.address);
  });

  it('is for this forwarder on this chain', async () => {
    const { forwarder, domain } = await networkHelpers.loadFixture(signedInstruction);
    const [, name, version, chainId, verifyingContract] = await forwarder.eip712Domain();
    expect({ name, version, chainId, verifyingContract }).to.deep.equal({
      name: 'Deeptier',
      version: '1',
      chainId: BigInt(domain.chainId),
      verifyingContract: domain.forwarder,
    });
  });

  it('is done by whoever relays it, once', async () => {
    const { at, forwarder, call, operator } = await networkHelpers.loadFixture(signedInstruction);
    await expect(forwarder.execute(call))
      .to.emit(at('PartyRegistry'), 'ValidityChanged')
      .withArgs(operator.party, 40_000n)
      .and.to.emit(forwarder, 'ExecutedForwardRequest')
      .withArgs(call.from, 0n, true);
    await expect(forwarder.execute(call)).to.be.revertedWithCustomError(forwarder, 'ERC2771ForwarderInvalidSigner');
  });

  itWith(
    !existsSync(VECTOR) && `there is no ${path.basename(VECTOR)} beside the project`,
    'is encoded by what encodes ERC-712’s own example as the standard prints it',
    () => {
      const vector = JSON.parse(readFileSync(VECTOR, 'utf8'));
      const types = {
        Person: [
          { name: 'name', type: 'string' },
          { name: 'wallet', type: 'address' },
        ],
        Mail: [
          { name: 'from', type: 'Person' },
          { name: 'to', type: 'Person' },
          { name: 'contents', type: 'string' },
        ],
      };
      expect(TypedDataEncoder.hashDomain(vector.domain)).to.equal(vector.domainSeparator);
      expect(TypedDataEncoder.hashStruct('Mail', types, vector.message)).to.equal(vector.structHash);
      const digest = TypedDataEncoder.hash(vector.domain, types, vector.message);
      expect(digest).to.equal(vector.digest);
      const { r, s, v } = new SigningKey(id('cow')).sign(digest);
      expect({ r, s, v }).to.deep.equal({ r: vector.r, s: vector.s, v: vector.v });
      expect(recoverAddress(digest, vector)).to.equal(vector.signer);
    },
  );
});
