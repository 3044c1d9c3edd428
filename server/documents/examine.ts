// SPDX-License-Identifier: Apache-2.0
import { checkLei, checkUscc } from '../parties/identifiers.ts';
import { formatAmount } from '../values/amounts.ts';
import { DeeptierError, type Refusal, type RefusalValues } from '../values/errors.ts';
import type { TradeDocument } from './document.ts';
import type { DocumentParty } from './party.ts';
import type { DocumentReading } from './read.ts';
import { documentRefusals } from './refusals.ts';
import type { RuleVerdict } from './rules/rule.ts';

export interface ExaminationPolicy {
  /** Which reading of the rules a document must keep: the letter of the standard, or what the validators accept. */
  readonly reading: 'text' | 'validator';
}

/** The network's validators decide whether an invoice is delivered at all, so theirs is the reading by default. */
export const DEFAULT_POLICY: ExaminationPolicy = { reading: 'validator' };

export interface Examination {
  /** The document agrees with itself and names its parties rightly; a credit note can be sound too. */
  readonly sound: boolean;
  /** Minor units that may be financed; 0 if anything is refused. */
  readonly financeable: bigint;
  readonly refusals: readonly ExaminationRefusal[];
  /** Rules that are broken without making the payable amount doubtful. */
  readonly warnings: readonly RuleVerdict[];
}

export interface ExaminationRefusal {
  readonly refusal: Refusal;
  readonly values: RefusalValues;
}

/** Says whether a document may be financed, and if not, every reason why. Pure: the answer can be stored. */
export function examine(reading: DocumentReading, policy: ExaminationPolicy = DEFAULT_POLICY): Examination {
  const { document, verdicts } = reading;
  const broken = verdicts.filter((verdict) => !verdict[policy.reading]);
  const fatal = broken.filter((verdict) => verdict.about === 'amounts' && verdict.severity === 'error');
  const faults = [
    ...identifierFaults(document.seller, documentRefusals.DOCUMENT_SELLER_IDENTIFIER_INVALID),
    ...identifierFaults(document.buyer, documentRefusals.DOCUMENT_BUYER_IDENTIFIER_INVALID),
    ...arithmeticFaults(fatal),
  ];
  const refusals = [...faults, ...assignmentRefusals(document), ...amountRefusals(document)];
  return {
    sound: faults.length === 0,
    financeable: refusals.length === 0 ? document.financeable : 0n,
    refusals,
    warnings: broken.filter((verdict) => !fatal.includes(verdict)),
  };
}

/** Throws the first refusal of an examination, if there is one. */
export function requireFinanceable(examination: Examination): void {
  const first = examination.refusals[0];
  if (first) throw new DeeptierError(first.refusal, first.values);
}

function identifierFaults(party: DocumentParty, refusal: Refusal): ExaminationRefusal[] {
  return party.identifiers.flatMap((identifier) => {
    if (identifier.scheme !== 'USCC' && identifier.scheme !== 'LEI') return [];
    const check = identifier.scheme === 'USCC' ? checkUscc(identifier.value) : checkLei(identifier.value);
    return check.ok
      ? []
      : [{ refusal, values: { scheme: identifier.scheme, value: identifier.value, reason: check.reason } }];
  });
}

function arithmeticFaults(verdicts: readonly RuleVerdict[]): ExaminationRefusal[] {
  if (verdicts.length === 0) return [];
  const values = {
    rules: verdicts.map((verdict) => verdict.rule),
    findings: verdicts.map((verdict) => `${verdict.rule}: ${verdict.findings.slice(0, 3).join('; ')}.`).join(' '),
  };
  return [{ refusal: documentRefusals.DOCUMENT_ARITHMETIC_FAILED, values }];
}

function assignmentRefusals({ payee, seller, marks }: TradeDocument): ExaminationRefusal[] {
  const refusals: ExaminationRefusal[] = [];
  if (payee) {
    refusals.push({
      refusal: documentRefusals.DOCUMENT_ALREADY_ASSIGNED,
      values: { payee: payee.name || (payee.identifiers[0]?.value ?? ''), seller: seller.name },
    });
  }
  if (marks.factored === true) refusals.push({ refusal: documentRefusals.DOCUMENT_ALREADY_FINANCED, values: {} });
  if (marks.paid === true) refusals.push({ refusal: documentRefusals.DOCUMENT_ALREADY_PAID, values: {} });
  return refusals;
}

function amountRefusals({ kind, credited, currency, totals, financeable }: TradeDocument): ExaminationRefusal[] {
  if (kind === 'credit-note') {
    return [
      {
        refusal: documentRefusals.DOCUMENT_IS_CREDIT,
        values: { credited: formatAmount(credited, currency), currency },
      },
    ];
  }
  if (financeable > 0n) return [];
  return [
    {
      refusal: documentRefusals.DOCUMENT_AMOUNT_NOT_FINANCEABLE,
      values: { payable: totals.payable.decimal, currency },
    },
  ];
}
