// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

export const authRefusals = defineRefusals({
  TOKEN_MISSING: {
    rule: 'AUTH-1',
    status: 401,
    sentence: 'This route requires an access token in the header "Authorization: Bearer …".',
  },
  TOKEN_INVALID: {
    rule: 'AUTH-2',
    status: 401,
    sentence: 'The access token is invalid, has expired or was withdrawn; sign in again.',
  },
  SESSION_REFUSED: { rule: 'AUTH-3', status: 401, sentence: 'The user name or the password is wrong.' },
  USER_LOCKED: {
    rule: 'AUTH-4',
    status: 429,
    sentence: 'Too many failed attempts to sign in under this name; it is locked until {until}.',
  },
  ACCESS_DENIED: {
    rule: 'AUTH-5',
    status: 403,
    sentence:
      'This route is open to parties in the role {partyRoles} and their users in the role {userRoles}; your user does not qualify.',
  },
  USERNAME_TAKEN: { rule: 'AUTH-6', status: 409, sentence: 'There is already a user named {username}.' },
  USERNAME_MALFORMED: {
    rule: 'AUTH-7',
    status: 422,
    sentence: 'A user name has 3 to 64 characters: letters a to z, digits, and . _ @ + - between them.',
  },
  PASSWORD_UNSUITABLE: {
    rule: 'AUTH-8',
    status: 422,
    sentence: 'A password has {minimum} to {maximum} characters and does not contain the user name.',
  },
  USER_UNKNOWN: { rule: 'AUTH-9', status: 404, sentence: 'There is no such user.' },
});

/** The rules behind `authRefusals`, in plain words. */
export const authRules: Readonly<Record<string, string>> = {
  'AUTH-1':
    'Everything that is not public requires a bearer token; tokens are read from the Authorization header only.',
  'AUTH-2':
    'A token is signed with HS256, names this gateway as issuer and audience, lives for minutes, and ends when its user is changed or disabled.',
  'AUTH-3': 'Signing in takes the same work and gives the same answer whether or not the user exists.',
  'AUTH-4': 'After repeated failures a user name is locked for some minutes, whether or not it exists.',
  'AUTH-5':
    'Access is denied unless it is allowed: a route names the roles of parties and of their users that may call it.',
  'AUTH-6': 'User names are unique across all parties; upper and lower case are the same.',
  'AUTH-7': 'User names are plain ASCII, so that no two of them look alike.',
  'AUTH-8': 'Passwords are long rather than complicated.',
  'AUTH-9': 'A user is known only to its own party.',
};
