// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { describe, it } from 'mocha';
import { DEFAULT_PASSWORD_COST, hashPassword, verifyPassword } from '../../../server/auth/passwords.ts';
import { deriveSecret } from '../../../server/auth/secrets.ts';

const CHEAP = { ln: 8, r: 8, p: 1 };

describe('kept secrets', () => {
  describe('passwords', () => {
    it('are kept as scrypt hashes with a salt of their own, and found again', async () => {
      const [one, two] = await Promise.all([
        hashPassword('correct horse', CHEAP),
        hashPassword('correct horse', CHEAP),
      ]);
      assert.notStrictEqual(one, two);
      assert.isOk(!one.includes('correct'));
      assert.isOk(await verifyPassword('correct horse', one));
      assert.isOk(await verifyPassword('correct horse', two));
      for (const wrong of ['', 'correct hors', 'correct horse ', 'Correct horse'])
        assert.isOk(!(await verifyPassword(wrong, one)), wrong);
    });

    it('are the same however a keyboard composes them', async () => {
      assert.isOk(
        await verifyPassword('Mu\u0308ller-Stra\u00dfe', await hashPassword('M\u00fcller-Stra\u00dfe', CHEAP)),
      );
    });

    it('cost what the storage guidance asks for, by default', async () => {
      const stored = await hashPassword('correct horse');
      assert.match(stored, /^\$scrypt\$ln=15,r=8,p=3\$/);
      assert.deepEqual(DEFAULT_PASSWORD_COST, { ln: 15, r: 8, p: 3 });
      assert.isOk(await verifyPassword('correct horse', stored));
    });

    it('in an unknown form are an error, not a mismatch', async () => {
      await assert.isRejected(verifyPassword('a', 'plain text'), /not in the expected form/);
    });
  });

  it('derived secrets differ by purpose and by secret, and a short secret is refused', () => {
    const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    assert.deepEqual(deriveSecret(one, 'a'), deriveSecret(one, 'a'));
    assert.notDeepEqual(deriveSecret(one, 'a'), deriveSecret(one, 'b'));
    assert.notDeepEqual(deriveSecret(one, 'a'), deriveSecret(two, 'a'));
    assert.throws(() => deriveSecret(new Uint8Array(31), 'a'), /at least 32 bytes/);
  });
});
