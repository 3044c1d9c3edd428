import { FINANCIERS, FINANCIERS_AND_WATCHERS, FINANCIER_MAKERS } from '../access/who.ts';
import { eventsOf } from '../ledger/contract-types.ts';
import type { Hex } from '../values/hex.ts';
import { z } from 'zod';
import { isShownTo, visibilityOf } from '../access/visibility.ts';
import { actingRefusals, partyRefusals } from '../parties/refusals.ts';
import { idFrom, type IdText, noteId, partyId, type PartyId } from '../values/ids.ts';
import { textBytes32 } from '../values/fixed-text.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, type DoneAtOnce, type Prepared, readRoute, type Route } from '../http/route.ts';
import { currency } from '../values/schemas.ts';
import { referenceField } from '../values/references.ts';
import {
  changeGroup,
  declareRiskAssets,
  groupBody,
  MOST_AT_ONCE,
  recount,
  riskAssetsBody,
  setAffiliate,
} from './commands.ts';
import { driftOf, groupsOf, type ObligorGroup } from './queries.ts';
import { limitRefusals as refusals } from './refusals.ts';
import {
  affiliateList,
  currencyLimits,
  groupResource,
  presentAffiliates,
  presentGroups,
  presentLimits,
  riskLimits,
} from './resource.ts';

const capability = 'financing';

const partyParams = z.strictObject({ party: partyId });
const groupParams = z.strictObject({ name: referenceField('Name of one of your own groups of obligors.', 'grade-a') });

const recounts = z
  .strictObject({
    notes: z
      .array(noteId)
      .meta({ description: 'Notes on which less is counted now: you passed them on, or part of them.' }),
    more: z.boolean().meta({ description: 'Whether there are more of them than one instruction takes; ask again.' }),
  })
  .meta({ id: 'Recount' });

/** What a financier may take on, and with whom: its limits, its affiliates, its groups of obligors. */
export function limitRoutes(): readonly Route[] {
  return [
    readRoute({
      path: '/v1/risk-limits',
      capability,
      access: FINANCIERS_AND_WATCHERS,
      lookUp: { one: 'risk limits' },
      refusals: [refusals.LIMITS_NOT_YOURS],
      summary: 'What a financier has at stake, debtor by debtor, against its limits of today',
      description:
        'Notes and loans together. Only the financier sees it, beside a regulator and the auditors it lets in.',
      query: z.strictObject({ financier: partyId.optional().meta({ description: 'Whose; your own if absent.' }) }),
      response: riskLimits,
      handle: async (ctx, { query }) => presentLimits(ctx, await financierToShow(ctx, query.financier)),
    }),
    commandRoute({
      method: 'put',
      path: '/v1/risk-assets/{currency}',
      capability,
      access: FINANCIER_MAKERS,
      status: 200,
      refusals: actingRefusals,
      summary: 'Declare your risk assets in a currency',
      description:
        'One debtor, and your own affiliates together, may make up no more of them than the rule set of the day allows. Nothing is bought or lent before they are declared.',
      params: z.strictObject({ currency }),
      body: riskAssetsBody,
      response: currencyLimits,
      prepare: async (_ctx, { params, body }) => ({ calls: [declareRiskAssets(params.currency, body)] }),
      async respond(ctx, _outcome, { params }) {
        const { currencies } = await presentLimits(ctx, ctx.caller.party);
        const body = currencies.find((one) => one.currency === params.currency);
        if (!body) throw new Error(`risk assets in ${params.currency} were declared and are not there`);
        return { body, location: '/v1/risk-limits' };
      },
    }),
    commandRoute({
      method: 'put',
      path: '/v1/affiliates/{party}',
      capability,
      access: FINANCIER_MAKERS,
      status: 200,
      summary: 'Name a party your affiliate',
      description: 'What you take on with it from now on counts against the limit of your affiliates.',
      params: partyParams,
      response: affiliateList,
      refusals: [partyRefusals.PARTY_UNKNOWN, partyRefusals.SELF_REFERENCE, ...actingRefusals],
      prepare: async (_ctx, { params }) => ({ calls: [setAffiliate(idFrom(params.party), true)] }),
      respond: async (ctx) => ({ body: await presentAffiliates(ctx, ctx.caller.party), location: '/v1/risk-limits' }),
    }),
    commandRoute({
      method: 'delete',
      path: '/v1/affiliates/{party}',
      capability,
      access: FINANCIER_MAKERS,
      status: 200,
      summary: 'Name a party your affiliate no longer',
      description: "What was counted as an affiliate's stays counted so until it is paid or passed on.",
      params: partyParams,
      response: affiliateList,
      refusals: [partyRefusals.PARTY_UNKNOWN, partyRefusals.SELF_REFERENCE, ...actingRefusals],
      prepare: async (_ctx, { params }) => ({ calls: [setAffiliate(idFrom(params.party), false)] }),
      respond: async (ctx) => ({ body: await presentAffiliates(ctx, ctx.caller.party), location: '/v1/risk-limits' }),
    }),
    readRoute({
      path: '/v1/obligor-groups',
      capability,
      access: FINANCIERS,
      lookUp: null,
      refusals: [],
      summary: 'Your own groups of obligors, by which quotes name them',
      response: z.strictObject({ items: z.array(groupResource) }),
      handle: async (ctx) => ({ items: await presentGroups(ctx, await groupsOf(ctx.db, ctx.caller.party, ctx.asOf)) }),
    }),
    readRoute({
      path: '/v1/obligor-groups/{name}',
      capability,
      access: FINANCIERS,
      lookUp: null,
      refusals: [refusals.GROUP_UNKNOWN],
      summary: 'One of your own groups of obligors',
      params: groupParams,
      response: groupResource,
      async handle(ctx, { params }) {
        const group = await groupNamed(ctx, textBytes32(params.name));
        if (!group) throw new DeeptierError(refusals.GROUP_UNKNOWN, { name: params.name });
        return presented(ctx, group);
      },
    }),
    commandRoute({
      method: 'put',
      path: '/v1/obligor-groups/{name}',
      capability,
      access: FINANCIER_MAKERS,
      status: 200,
      summary: 'Say who is in one of your groups of obligors',
      description: 'Quotes that name the group buy the promises of whoever is in it when the sale is made.',
      params: groupParams,
      body: groupBody,
      response: groupResource,
      refusals: [partyRefusals.PARTY_UNKNOWN, ...actingRefusals],
      async prepare(ctx, { params, body }): Promise<Prepared | DoneAtOnce<z.input<typeof groupResource>>> {
        const name = textBytes32(params.name);
        const before = await groupNamed(ctx, name);
        const calls = changeGroup(
          name,
          before?.members ?? [],
          body.members.map((member) => idFrom(member)),
        );
        return calls.length > 0
          ? { calls }
          : { atOnce: async (tx) => ({ body: await presented({ ...ctx, db: tx }, before ?? empty(name)) }) };
      },
      async respond(ctx, _outcome, { params }) {
        const name = textBytes32(params.name);
        return {
          body: await presented(ctx, (await groupNamed(ctx, name)) ?? empty(name)),
          location: `/v1/obligor-groups/${encodeURIComponent(params.name)}`,
        };
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/risk-limits/recounts',
      capability,
      access: FINANCIER_MAKERS,
      status: 200,
      refusals: [],
      summary: 'Take off your exposure what you passed on',
      description:
        'A note that you gave on in payment, or part of it, stays counted until somebody has it recounted. What you sold or were paid was taken off at once.',
      response: recounts,
      async prepare(ctx): Promise<Prepared | DoneAtOnce<z.input<typeof recounts>>> {
        const drift = await driftOf(ctx.db, ctx.caller.party, MOST_AT_ONCE, ctx.asOf);
        if (drift.length === 0) return { atOnce: async () => ({ body: { notes: [], more: false } }) };
        return { calls: [recount(drift.map(({ note }) => note))] };
      },
      async respond(ctx, { events }) {
        const keys = eventsOf(events, 'Concentration.ExposureChanged').map(({ args }) => BigInt(args.key));
        const more = (await driftOf(ctx.db, ctx.caller.party, 1, ctx.asOf)).length > 0;
        return { body: { notes: keys.map(String), more } };
      },
    }),
  ];
}

/** The financier asked for, if the caller may see what it has at stake. */
async function financierToShow(ctx: Context, asked: IdText<'PartyId'> | undefined): Promise<PartyId> {
  const financier = asked === undefined ? ctx.caller.party : idFrom(asked);
  if (financier === ctx.caller.party) {
    ctx.shows('own');
    return financier;
  }
  if (!isShownTo(await visibilityOf(ctx), { parties: [financier] }))
    throw new DeeptierError(refusals.LIMITS_NOT_YOURS, { party: String(financier) });
  ctx.shows({ kind: 'risk limits', subject: String(financier), parties: [financier] });
  return financier;
}

async function groupNamed(ctx: Pick<Context, 'db' | 'asOf' | 'caller'>, name: Hex): Promise<ObligorGroup | undefined> {
  return (await groupsOf(ctx.db, ctx.caller.party, ctx.asOf)).find((group) => group.name === name);
}

function empty(name: Hex): ObligorGroup {
  return { name, members: [] };
}

async function presented(
  ctx: Pick<Context, 'db' | 'asOf'>,
  group: ObligorGroup,
): Promise<z.input<typeof groupResource>> {
  const [body] = await presentGroups(ctx, [group]);
  return body as z.input<typeof groupResource>;
}
