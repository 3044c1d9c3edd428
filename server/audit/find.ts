// SPDX-License-Identifier: Apache-2.0
import { withPredecessors } from '../access/viewer.ts';
import type { Context } from '../http/context.ts';
import { DeeptierError } from '../values/errors.ts';
import { type AccessGrantId, idFrom, type IdText, type PartyId } from '../values/ids.ts';
import { type AccessGrant, grantById } from './queries.ts';
import { auditRefusals } from './refusals.ts';

/**
 * A grant given by or to the caller's party, or one that it succeeded; any grant, to a regulator. Throws `GRANT_UNKNOWN`,
 * just as if there were none: the number of somebody else's grant tells the caller nothing.
 */
export async function findGrant(ctx: Context, id: IdText<'AccessGrantId'>): Promise<AccessGrant> {
  const grant = await grantById(ctx.db, idFrom(id), ctx.asOf);
  if (!grant || !(await concerns(ctx, grant))) throw new DeeptierError(auditRefusals.GRANT_UNKNOWN, { grantId: id });
  return grant;
}

/** A grant that a command made or changed. */
export async function knownGrant(ctx: Context, id: AccessGrantId): Promise<AccessGrant> {
  const grant = await grantById(ctx.db, id, ctx.asOf);
  if (!grant) throw new Error(`grant ${id} is not in the tables`);
  return grant;
}

/** The caller's party and those it succeeded: what was given by or to them concerns it. */
export async function ownParties(ctx: Context): Promise<PartyId[]> {
  return [...(await withPredecessors(ctx, ctx.caller.party))];
}

export function isRegulator(ctx: Context): boolean {
  return ctx.caller.partyRoles.includes('regulator');
}

async function concerns(ctx: Context, { grantor, auditor }: AccessGrant): Promise<boolean> {
  if (isRegulator(ctx)) return true;
  const own = await ownParties(ctx);
  return own.includes(grantor) || own.includes(auditor);
}
