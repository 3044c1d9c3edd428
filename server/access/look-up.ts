// SPDX-License-Identifier: Apache-2.0
import { type AccessGrantId, numbered, type PartyId, type PayableId } from '../values/ids.ts';
import { grantsTo, type Grant, type Viewer, withPredecessors } from './viewer.ts';

/** What was looked at. */
export interface LookUp {
  /** `payable`, `note`, `document`, …; in the plural for a list. */
  readonly kind: string;
  /** Its number or fingerprint; `*` for a list, which shows what every grant opens. */
  readonly subject: string;
  /** The payable it belongs to. */
  readonly payable?: PayableId;
  /** The parties it concerns: its holder, its obligor. A grant of a party's records is named only with them. */
  readonly parties?: readonly PartyId[];
}

/**
 * What a read is recorded as when an auditor or a regulator makes it: the kind of a list, which shows whatever the grants
 * of an auditor open; the kind of a record, of which the handler says which it shows; or null where nothing is shown that
 * depends on a grant or an office.
 */
export type LookUpDeclaration = { readonly list: string } | { readonly one: string } | null;

/** Looks of a request, until they are put on record. */
export class LookUps {
  readonly #declared: LookUpDeclaration;
  readonly #open: LookUp[] = [];
  #said = false;

  constructor(declared: LookUpDeclaration) {
    this.#declared = declared;
    if (declared && 'list' in declared) this.#open.push({ kind: declared.list, subject: '*' });
  }

  /** `own` for what the caller's own party has: that is no look. */
  readonly shows = (what: LookUp | 'own'): void => {
    this.#said = true;
    if (what !== 'own') this.#open.push(what);
  };

  /** Puts on record what was said so far, whatever came of the request. Throws if that cannot be done. */
  async record(viewer: Viewer): Promise<void> {
    for (const what of this.#open.splice(0)) await recordLookUp(viewer, what);
  }

  /** Throws unless the handler said what its route declares: then its answer must not be sent. */
  assertDeclared(where: string): void {
    const said = this.#open.map(({ kind }) => kind);
    const declared = this.#declared === null ? [] : Object.values(this.#declared);
    const other = said.find((kind) => !declared.includes(kind));
    if (other !== undefined) throw new Error(`${where} shows "${other}", which it does not declare`);
    if (this.#declared && 'one' in this.#declared && !this.#said)
      throw new Error(`${where} declares that it shows "${this.#declared.one}" and does not say which`);
  }
}

/**
 * Records that an auditor or a regulator looks, before it is shown anything: who, when, at what, under which grants.
 * Other callers look at what is their own, and nothing is recorded.
 */
export async function recordLookUp(viewer: Viewer, what: LookUp): Promise<void> {
  const { partyRoles } = viewer.caller;
  const isAuditor = partyRoles.includes('auditor');
  if (!isAuditor && !partyRoles.includes('regulator')) return;
  await viewer.access.record(viewer, what, isAuditor ? await grantsThatOpen(viewer, what) : []);
}

/** Those of the caller's grants that open `what`. Only they are named: who gave another grant must not learn of this look. */
async function grantsThatOpen(viewer: Viewer, what: LookUp): Promise<AccessGrantId[]> {
  const opening: AccessGrantId[] = [];
  for (const grant of await grantsTo(viewer)) {
    if (await opens(viewer, grant, what)) opening.push(grant.id);
  }
  return opening;
}

async function opens(viewer: Viewer, { scope, subject }: Grant, what: LookUp): Promise<boolean> {
  if (scope === 'all' || what.subject === '*') return true;
  if (scope === 'payable')
    return what.payable === subject || (what.kind === 'payable' && what.subject === subject.toString());
  const parties = await withPredecessors(viewer, numbered(subject));
  return (what.parties ?? []).some((party) => parties.has(party));
}
