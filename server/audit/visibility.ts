import type { Context } from '../http/context.ts';
import { partyById, predecessorsOf } from '../parties/queries.ts';
import { eligibilityRefusal } from '../parties/eligibility.ts';
import { ledgerToday } from '../values/ledger-date.ts';
import { type AccessGrant, grantsInForce } from './queries.ts';

/** What a caller may see of payables, notes, documents and cash. */
export type Visibility =
  | { readonly kind: 'all' }
  /** What concerns the caller's party, or one that it succeeded. */
  | { readonly kind: 'own'; readonly parties: ReadonlySet<number> }
  /** What its grants open: these payables and everything below them, and what these parties hold and owe. */
  | {
      readonly kind: 'granted';
      readonly payables: ReadonlySet<bigint>;
      readonly parties: ReadonlySet<number>;
      readonly all: boolean;
    };

/** What was looked at. */
export interface LookUp {
  /** `payable`, `note`, `document`, …; in the plural for a list. */
  readonly kind: string;
  /** Its number or fingerprint; `*` for a list, which shows what every grant opens. */
  readonly subject: string;
  /** The payable it belongs to. */
  readonly payable?: bigint;
  /** The parties it concerns: its holder, its obligor. A grant of a party's records is named only with them. */
  readonly parties?: readonly number[];
}

/**
 * What the caller may see now. Grants count as they stand at this moment, whichever block is read, and only while the
 * auditor itself may act.
 */
export async function visibilityOf(ctx: Context): Promise<Visibility> {
  const { caller, db } = ctx;
  if (caller.partyRoles.includes('regulator')) return { kind: 'all' };
  if (!caller.partyRoles.includes('auditor'))
    return { kind: 'own', parties: await withPredecessors(ctx, caller.party) };
  const grants = await openedTo(ctx);
  const parties = new Set<number>();
  for (const { scope, subject } of grants) {
    if (scope !== 'party') continue;
    parties.add(Number(subject));
    for (const predecessor of await predecessorsOf(db, Number(subject), 'latest')) parties.add(predecessor);
  }
  return {
    kind: 'granted',
    payables: new Set(grants.filter(({ scope }) => scope === 'payable').map(({ subject }) => subject)),
    parties,
    all: grants.some(({ scope }) => scope === 'all'),
  };
}

/**
 * Records that an auditor or a regulator looks, before it is shown anything: who, when, at what, under which grants.
 * Other callers look at what is their own, and nothing is recorded.
 */
export async function logLookUp(ctx: Context, what: LookUp): Promise<void> {
  const { caller } = ctx;
  const isAuditor = caller.partyRoles.includes('auditor');
  if (!isAuditor && !caller.partyRoles.includes('regulator')) return;
  const grants = isAuditor ? await grantsThatOpen(ctx, what) : [];
  await ctx.records
    .insertInto('access_log')
    .values({
      looked_at: BigInt(ctx.chain.clock.now()),
      party: BigInt(caller.party),
      user_id: caller.userId,
      username: caller.username,
      request_id: ctx.requestId,
      kind: what.kind,
      subject: what.subject,
      grants,
    })
    .execute();
}

/** Those of the caller's grants that open `what`. Only they are named: who gave another grant must not learn of this look. */
async function grantsThatOpen(ctx: Context, what: LookUp): Promise<bigint[]> {
  const opening: bigint[] = [];
  for (const grant of await openedTo(ctx)) {
    if (await opens(ctx, grant, what)) opening.push(grant.id);
  }
  return opening;
}

async function opens(ctx: Context, { scope, subject }: AccessGrant, what: LookUp): Promise<boolean> {
  if (scope === 'all' || what.subject === '*') return true;
  if (scope === 'payable')
    return what.payable === subject || (what.kind === 'payable' && what.subject === subject.toString());
  const parties = await withPredecessors(ctx, Number(subject));
  return (what.parties ?? []).some((party) => parties.has(party));
}

async function openedTo(ctx: Context): Promise<AccessGrant[]> {
  const { caller, db, chain } = ctx;
  const auditor = await partyById(db, caller.party, 'latest');
  if (!auditor || eligibilityRefusal(auditor, ledgerToday(chain.clock))) return [];
  return grantsInForce(db, caller.party, chain.clock.now());
}

async function withPredecessors(ctx: Context, party: number): Promise<Set<number>> {
  return new Set([party, ...(await predecessorsOf(ctx.db, party, 'latest'))]);
}
