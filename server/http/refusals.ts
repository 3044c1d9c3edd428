// SPDX-License-Identifier: Apache-2.0
import { type Refusal, defineRefusals } from '../values/errors.ts';
import { authRefusals, authRules } from '../auth/refusals.ts';

export const httpRefusals = defineRefusals({
  IDEMPOTENCY_KEY_MISSING: {
    rule: 'API-1',
    status: 400,
    sentence: 'A write requires the header Idempotency-Key, chosen by the caller and new for every intent.',
  },
  IDEMPOTENCY_KEY_MALFORMED: {
    rule: 'API-1',
    status: 400,
    sentence: 'An Idempotency-Key has 1 to {maximum} printable ASCII characters.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    rule: 'API-2',
    status: 409,
    sentence: 'This Idempotency-Key was used before for another request on {method} {route}.',
  },
  BODY_MALFORMED: { rule: 'API-3', status: 400, sentence: 'The body cannot be read: {fault}.' },
  BODY_TOO_LARGE: {
    rule: 'API-4',
    status: 413,
    sentence: 'The body is larger than the {maximum} bytes this route reads.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    rule: 'API-5',
    status: 415,
    sentence: 'This route reads bodies of the type {expected}, in UTF-8 and not compressed.',
  },
  INPUT_INVALID: {
    rule: 'API-6',
    status: 422,
    sentence: 'The request does not have the form described for this route; see errors.',
  },
  ROUTE_UNKNOWN: { rule: 'API-7', status: 404, sentence: 'There is no route at this address.' },
  METHOD_NOT_ALLOWED: { rule: 'API-7', status: 405, sentence: 'This address answers {allowed} only.' },
  RATE_LIMITED: {
    rule: 'API-8',
    status: 429,
    sentence: 'More than {limit} requests in {seconds} seconds; wait before the next one.',
  },
  NOT_READY: {
    rule: 'API-9',
    status: 503,
    sentence: 'The gateway cannot process this at present; try again shortly with the same Idempotency-Key.',
  },
  CURSOR_INVALID: {
    rule: 'API-10',
    status: 400,
    sentence: 'The cursor does not belong to this list with these filters; start again without one.',
  },
  BLOCK_NOT_REACHED: {
    rule: 'API-11',
    status: 409,
    sentence: 'Block {asked} is not known yet; the ledger is known up to block {reached}.',
  },
  OPERATION_UNKNOWN: { rule: 'API-12', status: 404, sentence: 'Your party has no operation with this id.' },
  REASON_NOT_GIVEN: {
    rule: 'API-13',
    status: 422,
    sentence: 'The ledger refused this without a reason that the gateway recognises.',
  },
  INTERNAL: {
    rule: 'API-14',
    status: 500,
    sentence: 'An internal error occurred; the request id in "instance" identifies it in the log of the gateway.',
  },
});

/** The rules behind `httpRefusals`, in plain words. */
const httpRules: Readonly<Record<string, string>> = {
  'API-1': 'Every write names its intent by an idempotency key, so that repeating it is always safe.',
  'API-2':
    'The same key with the same path and body gives the same answer again, marked Idempotency-Replayed: true; the same key with anything else is refused.',
  'API-3': 'A body is well-formed UTF-8 JSON, nested at most 32 levels deep, or well-formed XML where a route says so.',
  'API-4': 'The size of a body is limited.',
  'API-5': 'A body declares its media type, which is the one that the route reads.',
  'API-6': 'Anything that a route does not describe is refused, down to a single property.',
  'API-7': 'Every address and method is listed in the OpenAPI document; there are no others.',
  'API-8': 'Requests are limited per user, and per network address before a user is known.',
  'API-9': 'A command is accepted only while the gateway can send it to the ledger and read the outcome.',
  'API-10': 'A cursor is bound to the list, the filters, the party and the block it was given for.',
  'API-11': 'A read can be requested as of any block up to the latest one that the gateway knows.',
  'API-12': 'An operation is known only to the party that ordered it.',
  'API-13': 'Every refusal of the ledger is passed on with its reason.',
  'API-14': 'Faults of the gateway are never stored as the answer to a write.',
};

/** Everything the platform itself may refuse. */
export const platformRefusals: readonly Refusal[] = [...Object.values(httpRefusals), ...Object.values(authRefusals)];

/** The rules behind the platform's refusals. */
export const platformRules: Readonly<Record<string, string>> = { ...httpRules, ...authRules };
