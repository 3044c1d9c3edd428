// SPDX-License-Identifier: Apache-2.0
import { noteId, type PartyId } from '../values/ids.ts';
import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import { currency } from '../values/schemas.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { type RuleSet, ruleSetOn } from '../rules/queries.ts';
import { riskAmount } from './commands.ts';
import { affiliatesOf, type CurrencyExposure, exposuresOf, type ObligorGroup } from './queries.ts';

const WHOLE = 10_000n; // basis points

const share = z
  .int()
  .nullable()
  .meta({ description: 'Of the risk assets, in basis points, rounded up; null without risk assets.', example: 1234 });
const left = riskAmount.meta({ description: 'Exposure that may still be taken on.' });

export const currencyLimits = z
  .strictObject({
    currency,
    riskAssets: riskAmount.meta({
      description: 'As declared; "0" if none are declared, and then no exposure may be taken on.',
    }),
    debtorLimit: riskAmount.meta({ description: 'Highest exposure to one debtor that is allowed today.' }),
    debtors: z
      .array(z.strictObject({ debtor: partyReference, exposure: riskAmount, share, left, affiliate: z.boolean() }))
      .meta({
        description: 'The largest first. Exposure to a debtor that was succeeded is exposure to its successor.',
      }),
    affiliateLimit: riskAmount.meta({
      description: 'Highest exposure to all affiliates together that is allowed today.',
    }),
    affiliates: z
      .strictObject({ exposure: riskAmount, share, left })
      .meta({ description: 'Exposure counts if the debtor was an affiliate when it was taken on.' }),
  })
  .meta({ id: 'CurrencyLimits' });

export const riskLimits = z
  .strictObject({
    financier: partyReference,
    ruleSet: z.int().meta({ description: 'The rule set of the day.' }),
    maxDebtorShare: z.int().meta({ description: 'Basis points of the risk assets.', example: 5000 }),
    maxAffiliateShare: z.int().meta({ description: 'Basis points of the risk assets.', example: 4000 }),
    currencies: z.array(currencyLimits),
    affiliates: z.array(partyReference).meta({ description: 'The parties it names as its affiliates.' }),
  })
  .meta({ id: 'RiskLimits', description: "A financier's exposure to each debtor, against its risk assets." });

export const affiliateList = z.strictObject({ affiliates: z.array(partyReference) }).meta({ id: 'Affiliates' });

export const groupResource = z
  .strictObject({ name: referenceShown, members: z.array(partyReference) })
  .meta({ id: 'ObligorGroup', description: 'Obligors that a financier buys under one name.' });

export const recountResource = z
  .strictObject({
    notes: z
      .array(noteId)
      .meta({ description: 'Notes on which less is counted now, because you transferred them in whole or in part.' }),
    more: z
      .boolean()
      .meta({ description: 'Whether more notes are left to recount than one instruction takes; repeat the request.' }),
  })
  .meta({ id: 'Recount' });

/** All there is to say of a financier's limits, by the rules of the day. */
export async function presentLimits(
  ctx: Pick<Context, 'db' | 'asOf' | 'chain'>,
  financier: PartyId,
): Promise<z.input<typeof riskLimits>> {
  const rules = await ruleSetOn(ctx.db, dateAt(await blockTimeOf(ctx)), ctx.asOf);
  if (!rules) throw new Error('no rule set is in effect');
  const [exposures, affiliates] = [
    await exposuresOf(ctx.db, financier, ctx.asOf),
    await affiliatesOf(ctx.db, financier, ctx.asOf),
  ];
  const names = await partyNames(
    ctx.db,
    [financier, ...affiliates, ...exposures.flatMap(({ debtors }) => debtors.map(({ party }) => party))],
    ctx.asOf,
  );
  return {
    financier: referenceTo(financier, names),
    ruleSet: rules.number,
    maxDebtorShare: rules.maxDebtorShare,
    maxAffiliateShare: rules.maxAffiliateShare,
    currencies: exposures.map((one) => presentCurrency(one, rules, new Set(affiliates), names)),
    affiliates: affiliates.map((party) => referenceTo(party, names)),
  };
}

export async function presentAffiliates(
  ctx: Pick<Context, 'db' | 'asOf'>,
  financier: PartyId,
): Promise<z.input<typeof affiliateList>> {
  const affiliates = await affiliatesOf(ctx.db, financier, ctx.asOf);
  const names = await partyNames(ctx.db, affiliates, ctx.asOf);
  return { affiliates: affiliates.map((party) => referenceTo(party, names)) };
}

export async function presentGroups(
  ctx: Pick<Context, 'db' | 'asOf'>,
  groups: readonly ObligorGroup[],
): Promise<z.input<typeof groupResource>[]> {
  const names = await partyNames(
    ctx.db,
    groups.flatMap(({ members }) => members),
    ctx.asOf,
  );
  return groups.map(({ name, members }) => ({
    name: referenceText(name),
    members: members.map((party) => referenceTo(party, names)),
  }));
}

export async function presentGroup(
  ctx: Pick<Context, 'db' | 'asOf'>,
  group: ObligorGroup,
): Promise<z.input<typeof groupResource>> {
  const [shown] = await presentGroups(ctx, [group]);
  return shown as z.input<typeof groupResource>;
}

function presentCurrency(
  { currency: code, riskAssets, affiliates, debtors }: CurrencyExposure,
  rules: RuleSet,
  named: ReadonlySet<PartyId>,
  names: ReadonlyMap<PartyId, string>,
): z.input<typeof currencyLimits> {
  const debtorLimit = (riskAssets * BigInt(rules.maxDebtorShare)) / WHOLE;
  const affiliateLimit = (riskAssets * BigInt(rules.maxAffiliateShare)) / WHOLE;
  const toAffiliates = leftOf(affiliateLimit, affiliates);
  return {
    currency: code,
    riskAssets: riskAssets.toString(),
    debtorLimit: debtorLimit.toString(),
    debtors: debtors.map(({ party, exposure }) => {
      const own = leftOf(debtorLimit, exposure);
      const affiliate = named.has(party);
      return {
        debtor: referenceTo(party, names),
        exposure: exposure.toString(),
        share: shareOf(exposure, riskAssets),
        left: (affiliate && toAffiliates < own ? toAffiliates : own).toString(),
        affiliate,
      };
    }),
    affiliateLimit: affiliateLimit.toString(),
    affiliates: {
      exposure: affiliates.toString(),
      share: shareOf(affiliates, riskAssets),
      left: toAffiliates.toString(),
    },
  };
}

function leftOf(limit: bigint, exposure: bigint): bigint {
  return exposure < limit ? limit - exposure : 0n;
}

function shareOf(exposure: bigint, riskAssets: bigint): number | null {
  return riskAssets === 0n ? null : Number((exposure * WHOLE + riskAssets - 1n) / riskAssets);
}
