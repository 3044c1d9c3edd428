import { type AccessGrantId, idFrom, type PartyId } from '../values/ids.ts';
import { withPredecessors } from '../access/viewer.ts';
import { ANYBODY, GRANTOR_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { instant } from '../values/schemas.ts';
import { actingRefusals, partyRefusals } from '../parties/refusals.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { accessGrantBody, accessGrantId, grantAccess, grantScope, revokeAccess } from './commands.ts';
import { type AccessGrant, grantById, grantsGivenBy, grantsOn, type LogFilter, lookUps } from './queries.ts';
import { eventOf } from '../ledger/contract-types.ts';
import { auditRefusals } from './refusals.ts';

const accessGrantResource = z
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
    inForce: z.boolean().meta({ description: 'Whether it opens anything at present.' }),
  })
  .meta({ id: 'AccessGrant', description: 'Permission for an auditor to look.' });

const lookUpResource = z
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
  .meta({ id: 'LookUp', description: 'A look of an auditor or a regulator at the records.' });

/** Who lets an auditor look, and what auditors and regulators looked at. */
export function auditRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/access-grants',
      capability: 'audit',
      summary: 'Let an auditor look',
      description: 'An obligor opens a payable of its own, a party what it holds and owes, a regulator anything.',
      access: GRANTOR_MAKERS,
      body: accessGrantBody,
      status: 201,
      response: accessGrantResource,
      refusals: [
        ...Object.values(auditRefusals).filter(({ code }) => code !== 'GRANT_UNKNOWN'),
        partyRefusals.PARTY_UNKNOWN,
        ...actingRefusals,
      ],
      async prepare(ctx, { body }) {
        return { calls: [grantAccess(body, ctx.caller.party, ctx.chain.clock.now())] };
      },
      async respond(ctx, outcome) {
        const { args } = eventOf(outcome.events, 'AccessGrants.AccessGranted');
        return { body: await resourceOf(ctx, await known(ctx, args.grantId)) };
      },
    }),
    commandRoute({
      method: 'delete',
      path: '/v1/access-grants/{id}',
      capability: 'audit',
      summary: 'Take a grant back',
      description: 'Who gave it, or a regulator.',
      access: GRANTOR_MAKERS,
      params: z.strictObject({ id: accessGrantId }),
      status: 200,
      response: accessGrantResource,
      refusals: [auditRefusals.GRANT_UNKNOWN, auditRefusals.GRANT_NOT_ALLOWED, ...actingRefusals],
      async prepare(ctx, { params }) {
        const id = idFrom(params.id);
        const grant = await grantById(ctx.db, id, ctx.asOf);
        // To others a grant that is not theirs is one that is not there: its number tells them nothing.
        if (!grant || !(await concerns(ctx, grant)))
          throw new DeeptierError(auditRefusals.GRANT_UNKNOWN, { grantId: params.id });
        return { calls: [revokeAccess(id)] };
      },
      async respond(ctx, _outcome, { params }) {
        return { body: await resourceOf(ctx, await known(ctx, idFrom(params.id))) };
      },
    }),
    readRoute({
      path: '/v1/access-grants',
      capability: 'audit',
      summary: 'The grants given by or to your party; all of them to a regulator',
      access: ANYBODY,
      lookUp: null,
      query: z.strictObject(pageQuery),
      response: pageOf(accessGrantResource),
      refusals: [],
      async handle(ctx) {
        const grants = await grantsOn(ctx.db, isRegulator(ctx) ? 'all' : await ownParties(ctx), ctx.asOf, ctx.page);
        const names = await namesIn(ctx, grants);
        return ctx.page.of(
          grants,
          ({ id }) => [id.toString()],
          (grant) => described(ctx, grant, names),
        );
      },
    }),
    readRoute({
      path: '/v1/access-log',
      capability: 'audit',
      summary: 'What auditors and regulators looked at',
      description:
        'A regulator reads all of it, an auditor its own look-ups, and who gave grants the look-ups under these.',
      access: ANYBODY,
      lookUp: null,
      query: z.strictObject(pageQuery),
      response: pageOf(lookUpResource),
      refusals: [],
      async handle(ctx) {
        const filter = await readableLog(ctx);
        const found = await lookUps(ctx.db, filter, ctx.page);
        const names = await partyNames(
          ctx.db,
          found.map(({ party }) => party),
          ctx.asOf,
        );
        const shown = (grant: AccessGrantId): boolean => filter.kind !== 'under' || filter.grants.includes(grant);
        return ctx.page.of(
          found,
          ({ id }) => [id.toString()],
          (look) => ({
            at: instantOf(Number(look.looked_at)),
            party: referenceTo(look.party, names),
            username: look.username,
            kind: look.kind,
            subject: look.subject,
            grants: look.grants.filter(shown).map(String),
            requestId: look.request_id,
          }),
        );
      },
    }),
  ];
}

async function readableLog(ctx: Context): Promise<LogFilter> {
  if (isRegulator(ctx)) return { kind: 'all' };
  if (ctx.caller.partyRoles.includes('auditor')) return { kind: 'by', party: ctx.caller.party };
  return { kind: 'under', grants: await grantsGivenBy(ctx.db, await ownParties(ctx)) };
}

async function concerns(ctx: Context, { grantor, auditor }: AccessGrant): Promise<boolean> {
  if (isRegulator(ctx)) return true;
  const own = await ownParties(ctx);
  return own.includes(grantor) || own.includes(auditor);
}

async function ownParties(ctx: Context): Promise<PartyId[]> {
  return [...(await withPredecessors(ctx, ctx.caller.party))];
}

function isRegulator(ctx: Context): boolean {
  return ctx.caller.partyRoles.includes('regulator');
}

async function known(ctx: Context, id: AccessGrantId): Promise<AccessGrant> {
  const grant = await grantById(ctx.db, id, ctx.asOf);
  if (!grant) throw new Error(`grant ${id} is not in the tables`);
  return grant;
}

async function resourceOf(ctx: Context, grant: AccessGrant): Promise<z.input<typeof accessGrantResource>> {
  return described(ctx, grant, await namesIn(ctx, [grant]));
}

function namesIn(ctx: Context, grants: readonly AccessGrant[]): Promise<Map<PartyId, string>> {
  const parties = grants.flatMap(({ grantor, auditor, revokedBy }) => [
    grantor,
    auditor,
    ...(revokedBy === null ? [] : [revokedBy]),
  ]);
  return partyNames(ctx.db, parties, ctx.asOf);
}

function described(
  ctx: Context,
  grant: AccessGrant,
  names: ReadonlyMap<PartyId, string>,
): z.input<typeof accessGrantResource> {
  return {
    id: grant.id.toString(),
    grantor: referenceTo(grant.grantor, names),
    auditor: referenceTo(grant.auditor, names),
    scope: grant.scope,
    subject: grant.scope === 'all' ? null : grant.subject.toString(),
    purpose: grant.purpose,
    expiresAt: instantOf(grant.expiresAt),
    revokedBy: grant.revokedBy === null ? null : referenceTo(grant.revokedBy, names),
    inForce: grant.revokedBy === null && grant.expiresAt > ctx.chain.clock.now(),
  };
}

function instantOf(timestamp: number): string {
  return new Date(timestamp * 1000).toISOString();
}
