// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import { instantOf } from '../ledger/block-time.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { AccessGrantId } from '../values/ids.ts';
import { instant } from '../values/schemas.ts';
import { accessGrantId, grantScope } from './commands.ts';
import type { AccessGrant, LookedUp } from './queries.ts';

export const accessGrantResource = z
  .strictObject({
    id: accessGrantId,
    grantor: partyReference,
    auditor: partyReference,
    scope: grantScope,
    subject: z
      .string()
      .nullable()
      .meta({ description: 'Number of the payable or the party; null for all.', example: '12' }),
    purpose: z.string().meta({ example: 'Annual audit 2026' }),
    expiresAt: instant,
    revokedBy: partyReference.nullable(),
    inForce: z.boolean().meta({ description: 'Whether it is neither expired nor revoked.' }),
  })
  .meta({ id: 'AccessGrant', description: "An auditor's permission to look at records." });

export const lookUpResource = z
  .strictObject({
    at: instant,
    party: partyReference,
    username: z.string().meta({ example: 'zhengxin.viewer' }),
    kind: z.string().meta({ description: 'What kind of record was shown.', example: 'note' }),
    subject: z.string().meta({ description: 'Its number or fingerprint; * for a list.', example: '201326593' }),
    grants: z
      .array(accessGrantId)
      .meta({ description: 'The grants that opened it, as far as they are yours to know; none for a regulator.' }),
    requestId: z.string(),
  })
  .meta({ id: 'LookUp', description: 'A look-up of records by an auditor or a regulator.' });

type Resource = z.input<typeof accessGrantResource>;

export async function presentGrants(ctx: Context, grants: readonly AccessGrant[]): Promise<Resource[]> {
  const names = await partyNames(
    ctx.db,
    grants.flatMap(({ grantor, auditor, revokedBy }) => [grantor, auditor, revokedBy ?? []].flat()),
    ctx.asOf,
  );
  const now = ctx.chain.clock.now();
  return grants.map(({ id, grantor, auditor, scope, subject, purpose, expiresAt, revokedBy }) => ({
    id: id.toString(),
    grantor: referenceTo(grantor, names),
    auditor: referenceTo(auditor, names),
    scope,
    subject: scope === 'all' ? null : subject.toString(),
    purpose,
    expiresAt: instantOf(BigInt(expiresAt)),
    revokedBy: revokedBy === null ? null : referenceTo(revokedBy, names),
    inForce: revokedBy === null && expiresAt > now,
  }));
}

export async function presentGrant(ctx: Context, grant: AccessGrant): Promise<Resource> {
  const [shown] = await presentGrants(ctx, [grant]);
  return shown as Resource;
}

/** Look-ups, each with those of its grants that `isShown` lets the reader know of. */
export async function presentLookUps(
  ctx: Context,
  looks: readonly LookedUp[],
  isShown: (grant: AccessGrantId) => boolean,
): Promise<z.input<typeof lookUpResource>[]> {
  const names = await partyNames(
    ctx.db,
    looks.map(({ party }) => party),
    ctx.asOf,
  );
  return looks.map((look) => ({
    at: instantOf(look.looked_at),
    party: referenceTo(look.party, names),
    username: look.username,
    kind: look.kind,
    subject: look.subject,
    grants: look.grants.filter(isShown).map(String),
    requestId: look.request_id,
  }));
}
