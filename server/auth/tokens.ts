// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { DeeptierError } from '../values/errors.ts';
import { authRefusals } from './refusals.ts';
import { deriveSecret } from './secrets.ts';

/** Whom a token speaks for, and at which epoch of that user; a change of the user ends all tokens of older epochs. */
export interface TokenSubject {
  readonly userId: string;
  readonly epoch: number;
}

export interface Tokens {
  issue(subject: TokenSubject): Promise<{ readonly token: string; readonly expiresAt: Date }>;
  /** Throws `TOKEN_INVALID` for anything this gateway did not sign for itself, or that has expired. */
  verify(token: string): Promise<TokenSubject>;
}

export interface TokenOptions {
  /** At least 32 bytes; the signing key is derived from it. */
  readonly secret: Uint8Array;
  readonly issuer?: string;
  readonly audience?: string;
  readonly lifetimeSeconds?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

// The type and the one algorithm are pinned: a token made for something else, or by no key at all, is not read.
const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';

/** Access tokens of this gateway (RFC 9068 in shape, signed with HS256). */
export function openTokens({
  secret,
  issuer = 'deeptier',
  audience = 'deeptier',
  lifetimeSeconds = 900,
  now = Date.now,
}: TokenOptions): Tokens {
  const key = deriveSecret(secret, 'access-tokens');

  return {
    async issue({ userId, epoch }) {
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = issuedAt + lifetimeSeconds;
      const token = await new SignJWT({ epoch })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(key);
      return { token, expiresAt: new Date(expiresAt * 1000) };
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer,
          audience,
          requiredClaims: ['sub', 'exp', 'iat', 'jti', 'epoch'],
          currentDate: new Date(now()),
        });
        if (typeof payload.sub !== 'string' || !Number.isSafeInteger(payload['epoch'])) {
          throw new errors.JWTInvalid('a claim has the wrong type');
        }
        return { userId: payload.sub, epoch: payload['epoch'] as number };
      } catch (cause) {
        if (!(cause instanceof errors.JOSEError)) throw cause;
        throw new DeeptierError(authRefusals.TOKEN_INVALID, {}, { cause });
      }
    },
  };
}
