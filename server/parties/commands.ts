// SPDX-License-Identifier: Apache-2.0
import { idFrom, NOBODY, partyId, type PartyId } from '../values/ids.ts';
import { type Address, addressOf } from '../values/hex.ts';
import { z } from 'zod';
import { USER_ROLES } from '../auth/caller.ts';
import { call, type Call } from '../ledger/contract-types.ts';
import { textBytes32 } from '../values/fixed-text.ts';
import { dayNumber, type LedgerDate } from '../values/dates.ts';
import { DeeptierError } from '../values/errors.ts';
import { address, line } from '../values/schemas.ts';
import { type CheckedIdentifier, checkLei, checkUscc } from './identifiers.ts';
import { partyRefusals } from './refusals.ts';
import { maskOf, type PartyRole } from '../values/roles.ts';
import { dateOnLedger, partyRoles } from './schemas.ts';

const ORDER_BYTES = 32;

/** The reference of an order, as long as the ledger keeps it. */
const orderReference = line(
  ORDER_BYTES,
  'Reference of the order or contract it rests on; at most 32 bytes in UTF-8.',
  'SAMR 2026-118',
).refine((text) => Buffer.byteLength(text) <= ORDER_BYTES, 'must take at most 32 bytes in UTF-8');

const ownKey = address
  .optional()
  .meta({
    description: 'Address of a key that the party keeps itself. If none is given, the gateway makes one and keeps it.',
    example: `0x${'a1'.repeat(20)}`,
  });

export const admissionBody = z.strictObject({
  scheme: z.enum(['USCC', 'LEI']),
  identifier: line(40, 'USCC (GB 32100) or LEI (ISO 17442); blanks and hyphens do not matter.', '91440101MA5HTM018B'),
  name: line(200, 'Registered name.', 'Hengtai Motors Co., Ltd.'),
  roles: partyRoles,
  validUntil: dateOnLedger.meta({ description: 'Last day of the admission.', example: '2028-12-31' }),
  key: ownKey,
});

export const rolesBody = z.strictObject({ roles: partyRoles });
export const suspensionBody = z.strictObject({
  reason: line(200, 'The reason; kept on the ledger.', 'Licence withdrawn'),
});
export const validityBody = z.strictObject({ validUntil: admissionBody.shape.validUntil });
export const keyRecoveryBody = z.strictObject({ order: orderReference, key: ownKey });
export const keyConfirmationBody = z.strictObject({ key: address });
export const keyRotationBody = z.strictObject({ key: ownKey });
export const successionBody = z.strictObject({ predecessor: partyId, successor: partyId, order: orderReference });
export const consentBody = z.strictObject({ successor: partyId });
export const acceptanceParams = z.strictObject({ from: z.union([z.literal('anyone'), partyId]) });

const userRoles = z
  .array(z.enum(USER_ROLES))
  .min(1)
  .max(USER_ROLES.length)
  .refine((roles) => new Set(roles).size === roles.length, 'must name each role once');
const password = z.string().min(1).max(256).meta({ example: 'a long sentence nobody else says' });

export const sessionBody = z.strictObject({
  username: z.string().min(1).max(64).meta({ example: 'hengtai.maker' }),
  password,
});
export const passwordBody = z.strictObject({ present: password, next: password });
export const newUserBody = z.strictObject({
  username: z.string().min(1).max(64).meta({ example: 'hengtai.maker' }),
  password,
  roles: userRoles,
});
export const userChangeBody = z.strictObject({
  password: password.optional(),
  roles: userRoles.optional(),
  disabled: z.boolean().optional(),
});

/** The canonical spelling of an identifier. Throws `IDENTIFIER_INVALID`, which names the check that failed. */
export function checkedIdentifier(scheme: 'USCC' | 'LEI', identifier: string): CheckedIdentifier {
  const check = scheme === 'USCC' ? checkUscc(identifier) : checkLei(identifier);
  if (check.ok) return check.value;
  throw new DeeptierError(partyRefusals.IDENTIFIER_INVALID, { scheme, identifier, check: check.reason });
}

/** Admits a legal entity with the key it is to sign with. Throws `IDENTIFIER_INVALID`. */
export function admit(body: z.output<typeof admissionBody>, key: Address): Call {
  return call('PartyRegistry', 'admit', {
    scheme: body.scheme,
    identifier: checkedIdentifier(body.scheme, body.identifier),
    name: body.name.normalize('NFC'),
    roles: maskOf(body.roles),
    validUntil: dayNumber(body.validUntil),
    key: addressOf(key),
  });
}

export function suspend(party: PartyId, reason: string): Call {
  return call('PartyRegistry', 'suspend', party, reason);
}

export function readmit(party: PartyId): Call {
  return call('PartyRegistry', 'readmit', party);
}

export function changeValidity(party: PartyId, validUntil: string): Call {
  return call('PartyRegistry', 'changeValidity', party, dayNumber(validUntil as LedgerDate));
}

export function changeRoles(party: PartyId, roles: readonly PartyRole[]): Call {
  return call('PartyRegistry', 'changeRoles', party, maskOf(roles));
}

export function confirmRoles(party: PartyId, roles: readonly PartyRole[]): Call {
  return call('PartyRegistry', 'confirmRoles', party, maskOf(roles));
}

export function proposeKeyRecovery(party: PartyId, key: Address, order: string): Call {
  return call('PartyRegistry', 'proposeKeyRecovery', party, addressOf(key), textBytes32(order));
}

export function confirmKeyRecovery(party: PartyId, key: string): Call {
  return call('PartyRegistry', 'confirmKeyRecovery', party, addressOf(key));
}

export function rotateKey(key: Address): Call {
  return call('PartyRegistry', 'rotateKey', addressOf(key));
}

export function proposeSuccession(predecessor: PartyId, successor: PartyId, order: string): Call {
  return call('PartyRegistry', 'proposeSuccession', predecessor, successor, textBytes32(order));
}

export function consentToSuccession(predecessor: PartyId, successor: PartyId): Call {
  return call('PartyRegistry', 'consentToSuccession', predecessor, successor);
}

/** Accepts beforehand, or no longer, what `from` transfers; see `senderOf`. */
export function setStandingAcceptance(from: PartyId, accepted: boolean): Call {
  return call('PartyRegistry', 'setStandingAcceptance', from, accepted);
}

/** Whom `anyone`, or a party's number, stands for on the ledger. */
export function senderOf({ from }: z.output<typeof acceptanceParams>): PartyId {
  return from === 'anyone' ? NOBODY : idFrom(from);
}
