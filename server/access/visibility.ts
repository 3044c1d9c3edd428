// SPDX-License-Identifier: Apache-2.0
import { numbered, type PartyId, type PayableId } from '../values/ids.ts';
import { type RawBuilder, sql } from 'kysely';
import { grantsTo, type Viewer, withPredecessors } from './viewer.ts';

/** What a caller may see of payables, notes, documents and cash. */
export type Visibility =
  | { readonly kind: 'all' }
  /** What concerns the caller's party, or one that it succeeded. */
  | { readonly kind: 'own'; readonly parties: ReadonlySet<PartyId> }
  /** What its grants open: these payables and everything below them, and what these parties hold and owe. */
  | {
      readonly kind: 'granted';
      readonly payables: ReadonlySet<PayableId>;
      readonly parties: ReadonlySet<PartyId>;
      readonly all: boolean;
    };

/**
 * What the caller may see now. Grants count as they stand at this moment, whichever block is read, and only while the
 * auditor itself may act.
 */
export async function visibilityOf(viewer: Viewer): Promise<Visibility> {
  const { caller } = viewer;
  if (caller.partyRoles.includes('regulator')) return { kind: 'all' };
  if (!caller.partyRoles.includes('auditor'))
    return { kind: 'own', parties: await withPredecessors(viewer, caller.party) };
  const grants = await grantsTo(viewer);
  const parties = new Set<PartyId>();
  for (const { scope, subject } of grants) {
    if (scope === 'party') for (const party of await withPredecessors(viewer, numbered(subject))) parties.add(party);
  }
  return {
    kind: 'granted',
    payables: new Set(grants.filter(({ scope }) => scope === 'payable').map(({ subject }) => numbered(subject))),
    parties,
    all: grants.some(({ scope }) => scope === 'all'),
  };
}

/** Whether everything is seen, by office or by grant. */
export function seesAll(visibility: Visibility): boolean {
  return visibility.kind === 'all' || (visibility.kind === 'granted' && visibility.all);
}

/** The parties whose records are seen; none where everything is, which has to be asked first. */
export function partiesOf(visibility: Visibility): ReadonlySet<PartyId> {
  return visibility.kind === 'all' ? new Set() : visibility.parties;
}

/** The payables that grants open; none where the caller looks by office, or at what is its own. */
export function payablesOf(visibility: Visibility): ReadonlySet<PayableId> {
  return visibility.kind === 'granted' ? visibility.payables : new Set();
}

/** Whether the caller looks for its own party, and neither by office nor by grant. */
export function looksForItself(visibility: Visibility): boolean {
  return visibility.kind === 'own';
}

/** The parties the caller speaks for: its own and those it succeeded; none for whoever looks by office or by grant. */
export function ownParties(visibility: Visibility): ReadonlySet<PartyId> {
  return visibility.kind === 'own' ? visibility.parties : new Set();
}

/** The parties that let the caller, an auditor, in to their records, and those they succeeded; else none. */
export function grantorsOf(visibility: Visibility): ReadonlySet<PartyId> {
  return visibility.kind === 'granted' ? visibility.parties : new Set();
}

/** Whether a record is seen that the party, its successor and a regulator see, and that no grant opens. */
export function isShownWithoutGrant(visibility: Visibility, party: PartyId): boolean {
  return visibility.kind === 'all' || ownParties(visibility).has(party);
}

type Numbers = RawBuilder<bigint[]>;
type Condition = (numbers: Numbers) => RawBuilder<unknown>;

/** What makes a row somebody's concern. Columns are named with the alias of their table, as the query has it. */
export interface Concern {
  /** Columns that hold a party it concerns. */
  readonly parties: readonly string[];
  /** The column of the payable it belongs to. */
  readonly payable?: string;
  /** What else makes it one of these parties' concern, whether they look themselves or have let an auditor in. */
  readonly ofParties?: Condition;
  /** What makes it these parties' concern only when they look themselves. */
  readonly ofOwn?: Condition;
  /** What makes it these parties' concern only when they have let an auditor in. */
  readonly ofGrantors?: Condition;
  /** What else makes it belong to one of these payables. */
  readonly ofPayables?: Condition;
  /** A condition on the row under which everybody sees it. */
  readonly everybody?: RawBuilder<unknown>;
}

/** The rows that a visibility shows, as a condition of a query. */
export function shownTo(visibility: Visibility, concern: Concern): RawBuilder<boolean> {
  if (seesAll(visibility)) return sql<boolean>`true`;
  const parties = numbers(partiesOf(visibility));
  const reasons = concern.parties.map((column) => sql`${sql.ref(column)} = any(${parties})`);
  if (concern.everybody) reasons.push(concern.everybody);
  if (concern.ofParties) reasons.push(concern.ofParties(parties));
  if (visibility.kind === 'own' && concern.ofOwn) reasons.push(concern.ofOwn(parties));
  if (visibility.kind === 'granted') {
    const payables = numbers(visibility.payables);
    if (concern.ofGrantors) reasons.push(concern.ofGrantors(parties));
    if (concern.payable !== undefined) reasons.push(sql`${sql.ref(concern.payable)} = any(${payables})`);
    if (concern.ofPayables) reasons.push(concern.ofPayables(payables));
  }
  return sql<boolean>`(${sql.join(reasons, sql` or `)})`;
}

/** The same decision on a record at hand: the parties it concerns, and the payable it belongs to. */
export function isShownTo(
  visibility: Visibility,
  { parties, payable }: { readonly parties: readonly (PartyId | null)[]; readonly payable?: PayableId },
): boolean {
  if (seesAll(visibility)) return true;
  if (payable !== undefined && payablesOf(visibility).has(payable)) return true;
  return parties.some((party) => party !== null && partiesOf(visibility).has(party));
}

/** Numbers as an array of SQL. */
export function numbers(values: Iterable<bigint>): Numbers {
  return sql<bigint[]>`${[...values].map(String)}::bigint[]`;
}
