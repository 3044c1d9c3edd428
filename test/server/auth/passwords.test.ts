import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_PASSWORD_COST, hashPassword, verifyPassword } from '../../../server/auth/passwords.ts';
import { deriveSecret } from '../../../server/auth/secrets.ts';

const CHEAP = { ln: 8, r: 8, p: 1 };

describe('passwords', () => {
  test('are kept as scrypt hashes with a salt of their own, and found again', async () => {
    const [one, two] = await Promise.all([hashPassword('correct horse', CHEAP), hashPassword('correct horse', CHEAP)]);
    assert.notEqual(one, two);
    assert.ok(!one.includes('correct'));
    assert.ok(await verifyPassword('correct horse', one));
    assert.ok(await verifyPassword('correct horse', two));
    for (const wrong of ['', 'correct hors', 'correct horse ', 'Correct horse'])
      assert.ok(!(await verifyPassword(wrong, one)), wrong);
  });

  test('are the same however a keyboard composes them', async () => {
    assert.ok(await verifyPassword('Mu\u0308ller-Stra\u00dfe', await hashPassword('M\u00fcller-Stra\u00dfe', CHEAP)));
  });

  test('cost what the storage guidance asks for, by default', async () => {
    const stored = await hashPassword('correct horse');
    assert.match(stored, /^\$scrypt\$ln=15,r=8,p=3\$/);
    assert.deepEqual(DEFAULT_PASSWORD_COST, { ln: 15, r: 8, p: 3 });
    assert.ok(await verifyPassword('correct horse', stored));
  });

  test('in an unknown form are an error, not a mismatch', async () => {
    await assert.rejects(verifyPassword('a', 'plain text'), /not in the expected form/);
  });
});

test('derived secrets differ by purpose and by secret, and a short secret is refused', () => {
  const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  assert.deepEqual(deriveSecret(one, 'a'), deriveSecret(one, 'a'));
  assert.notDeepEqual(deriveSecret(one, 'a'), deriveSecret(one, 'b'));
  assert.notDeepEqual(deriveSecret(one, 'a'), deriveSecret(two, 'a'));
  assert.throws(() => deriveSecret(new Uint8Array(31), 'a'), /at least 32 bytes/);
});
