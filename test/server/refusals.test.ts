// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { assert } from 'chai';
import { before, describe, it } from 'mocha';
import { capabilities } from '../../server/capabilities.ts';
import { Contracts, loadArtifacts } from '../../server/ledger/contracts.ts';
import type { Refusal } from '../../server/values/errors.ts';
import { INTERNAL_ERRORS, joinRefusals, refusalCode, type RefusalOf } from '../../server/refusals.ts';

const declared: readonly Refusal[] = capabilities.flatMap(({ refusals }) => refusals);

describe('the refusals of contracts and gateway', () => {
  let contracts: Contracts;
  let refusalOf: RefusalOf;

  before(async () => {
    contracts = new Contracts(await loadArtifacts(path.resolve(import.meta.dirname, '../../artifacts/contracts')));
    refusalOf = joinRefusals(contracts, declared, INTERNAL_ERRORS);
  });

  it('an error of a contract and its code are twins', () => {
    assert.strictEqual(refusalCode('TermTooLong'), 'TERM_TOO_LONG');
    assert.strictEqual(refusalCode('ERC20InsufficientBalance'), 'ERC20_INSUFFICIENT_BALANCE');
    assert.strictEqual(refusalCode('NotAMover'), 'NOT_A_MOVER');
  });

  it('a contract error without a refusal stops the gateway from starting', () => {
    const without = declared.filter(({ code }) => code !== 'TERM_TOO_LONG');
    assert.throws(() => joinRefusals(contracts, without, INTERNAL_ERRORS), /TermTooLong/);
  });

  it('every sentence names only values that its error carries', () => {
    const byCode = new Map(declared.map((refusal) => [refusal.code, refusal]));
    let compared = 0;
    for (const { name, inputs } of contracts.errors()) {
      const refusal = byCode.get(refusalCode(name));
      if (!refusal) continue;
      const carried = new Set(inputs.map((input) => input.name));
      for (const [, value] of refusal.sentence.matchAll(/\{(\w+)\}/g))
        assert.isOk(carried.has(value), `${name} carries no {${value}}`);
      compared += 1;
    }
    assert.isOk(compared > 60, `only ${compared} errors were compared`);
  });

  it('every refusal names a rule, and every rule has its text', () => {
    for (const { name, refusals, rules } of capabilities) {
      for (const { code, rule } of refusals)
        assert.isOk(rules[rule], `${name}: ${code} names the rule ${rule}, which has no text`);
    }
  });

  it('values are told in words: dates, codes, states, roles, moments', () => {
    const term = refusalOf('TermTooLong', { ruleSet: 1n, maturity: 20_700n, latest: 20_600n });
    assert.deepEqual(term.values, { ruleSet: '1', maturity: '2026-09-04', latest: '2026-05-27' });
    assert.match(term.message, /2026-09-04/);
    assert.strictEqual(refusalOf('NoteNotHeld', { note: 16_777_217n, status: 1n }).values['status'], 'offered');
    assert.deepEqual(refusalOf('RoleMissing', { party: 3n, held: 16n, needed: 8n }).values['needed'], ['obligor']);
    assert.strictEqual(refusalOf('CashUnknown', { currency: '0x434e59' }).values['currency'], 'CNY');
    assert.strictEqual(
      refusalOf('OfferHasExpired', { note: 1n, expiresAt: 0n }).values['expiresAt'],
      '1970-01-01T00:00:00.000Z',
    );
    const order = (bytes: string) => `0x${bytes.padEnd(64, '0')}`;
    const frozen = refusalOf('NoteUnderHold', {
      note: 1n,
      units: 5n,
      expiresAt: 86_400n,
      order: order(Buffer.from('粤金执2026-142').toString('hex')),
    });
    assert.strictEqual(
      frozen.message,
      '5 units of note 1 are under the hold of order 粤金执2026-142 until 1970-01-02T00:00:00.000Z.',
    );
    const pledged = refusalOf('NoteUnderHold', {
      note: 1n,
      units: 5n,
      expiresAt: 2n ** 40n - 1n,
      order: `0x${'7'.padStart(64, '0')}`,
    });
    assert.strictEqual(pledged.message, '5 units of note 1 are under the hold of order 7 until further notice.');
  });

  it('an error nobody declared tells a caller nothing of the inside', () => {
    const unknown = refusalOf('SomethingElse', { secret: 1n });
    assert.strictEqual(unknown.code, 'REASON_NOT_GIVEN');
    assert.notMatch(JSON.stringify(unknown.values), /secret/);
  });
});
