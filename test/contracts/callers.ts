// SPDX-License-Identifier: Apache-2.0
import { type BaseContract, encodeBytes32String, id, Interface, ZeroAddress, ZeroHash } from 'ethers';
import { rulesOnLedger } from '../../server/rules/fields.ts';
import { maskOf, type PartyRole } from '../../server/values/roles.ts';
import { addDays, dayNumber } from '../../server/values/dates.ts';
import {
  CNY,
  FOR_GOOD,
  heldNote,
  IN_DEFAULT,
  ISSUE_DATE,
  ledgerInUse,
  MATURITY,
  mint,
  networkHelpers,
  noteId,
  orderFor,
  RULES,
  secondsOf,
} from './ledger.ts';
import { coverOf, loanOfferOf, quoteOf } from './terms.ts';

export type Refusal = readonly [error: string, ...args: unknown[]];

/** Who may call a function. */
export type Caller =
  /** A party of a role; the others are told which one they lack. */
  | { readonly role: PartyRole }
  /** A party that has part in what it is about; any other is refused so. */
  | { readonly others: Refusal }
  /** Any party, which acts for itself alone. */
  | 'itself'
  /** These contracts of the ledger; others are refused by this error, which names them. */
  | { readonly contracts: readonly string[]; readonly error: string }
  /** Whoever has a key. This is what comes of it here, where it is a refusal. */
  | { readonly anybody: Refusal | 'done' };

export interface Row {
  readonly args: readonly unknown[];
  readonly by: Caller;
}

const CAUSE = encodeBytes32String('cause');
const REFERENCE = encodeBytes32String('bank ref');
const ANY_COST = 0xffffffff;

/** What a bystander is: all that one party can be. */
export const EVERY_BUSINESS = [
  'obligor',
  'supplier',
  'financier',
  'settlement-bank',
  'warehouse-operator',
  'inspector',
  'guarantor',
  'insurer',
] as const;

const FINANCING = ['Discounting', 'LoanCollateral', 'Recourse'] as const;
const COUNTERS = ['Discounting', 'PledgedLoans', 'Recourse', 'PriorClaims'] as const;
const MOVERS = ['Settlement', 'Discounting', 'PledgedLoans', 'LossAccounts', 'Recourse'] as const;

/**
 * A ledger on which everything is under way that a stranger could meddle with: an offer, a sale with recourse, a loan that
 * waits to be drawn, two covers, a sell request, a succession, a grant; and, since the obligor failed, a payment, a claim and
 * a loss.
 */
export async function everythingUnderWay() {
  const ledger = await ledgerInUse();
  const { at, admit, operator, bank, obligor, supplier1, supplier2, supplier3, financier } = ledger;
  const guarantor = await admit('guarantor');
  const insurer = await admit('insurer');
  const auditor = await admit('auditor');
  const bystander = await admit(...EVERY_BUSINESS);
  const stranger = await ledger.freshKey();
  await mint(ledger, bank, financier, 100_000n);
  await mint(ledger, bank, obligor, 100_000n);

  const first = await heldNote(ledger, { obligor, supplier: supplier1, face: 100_000n });
  const notes = at('ReceivableLedger', supplier1);
  await notes.transfer(first, ZeroHash, [{ to: supplier2.party, amount: 10_000n }]);
  const offered = noteId(1n, 2n);

  const quote = { ...quoteOf(financier, FOR_GOOD), recourse: true };
  await at('Discounting', financier).publish(quote, ZeroHash);
  const lots = [{ note: first, units: 20_000n }];
  await at('Discounting', supplier1).sell(quote, '0x', lots, ANY_COST, ZeroHash);
  const sold = noteId(1n, 3n);

  const offer = { ...loanOfferOf(financier, FOR_GOOD), payees: [supplier2.party], drawDays: 300 };
  await at('LoanOffers', financier).publish(offer, ZeroHash);
  const due = dayNumber(addDays(ISSUE_DATE, 300));
  await at('PledgedLoans', supplier1).borrow(offer, '0x', lots, 1_000n, due, ANY_COST, ZeroHash);

  const cover = coverOf(supplier1, guarantor, MATURITY);
  await at('CoverBook', guarantor).propose(cover);
  const proposed = coverOf(supplier1, insurer, MATURITY);
  await at('CoverBook', supplier1).propose(proposed);
  await at('SaleRounds', supplier1).placeRequest(
    { note: first, units: 5_000n },
    ANY_COST,
    false,
    secondsOf(FOR_GOOD),
    ZeroHash,
  );
  await at('PartyRegistry', operator).proposeSuccession(supplier3.party, supplier2.party, ZeroHash);
  await at('AccessGrants', obligor).grant(auditor.party, 0, 1, secondsOf(FOR_GOOD), 'audit');
  const order = await orderFor(ledger, { obligor, supplier: supplier1, face: 50_000n, ref: 'paid outside' });
  await at('Issuance', obligor).issue(order);
  await at('ReceivableLedger', supplier1).accept(noteId(2n, 1n));
  const fingerprint = order.documents[0]?.fingerprint;

  await networkHelpers.time.increaseTo(secondsOf(IN_DEFAULT));
  const cut = { remainder: 0n, lastIndex: 0 };
  const outside = { payableId: 2n, currency: CNY, amount: 50_000n, ref: REFERENCE, cut };
  await at('Settlement', bank).confirm(outside, [noteId(2n, 1n)]);
  const payment = { payableId: 1n, currency: CNY, amount: 100_000n, ref: ZeroHash, cut };
  await at('Settlement', obligor).pay(payment, []);
  await at('Recourse', financier).claim(sold, CAUSE);
  await at('LossAccounts', supplier1).claimLoss(1n, first, CAUSE);

  const role = (needed: PartyRole, ...args: readonly unknown[]): Row => ({ args, by: { role: needed } });
  const not = (others: Refusal, ...args: readonly unknown[]): Row => ({ args, by: { others } });
  const itself = (...args: readonly unknown[]): Row => ({ args, by: 'itself' });
  const only = (contracts: readonly string[], error: string, ...args: readonly unknown[]): Row => ({
    args,
    by: { contracts, error },
  });
  const anybody = (outcome: Refusal | 'done', ...args: readonly unknown[]): Row => ({ args, by: { anybody: outcome } });

  const me = bystander.party;
  const notItsHolder = ['NotTheHolder', first, supplier1.party, me] as const;
  const admission = { scheme: 'LEI', identifier: 'x', name: 'x', roles: maskOf(['supplier']), validUntil: 1 };
  const quoteHash = await at('Discounting').hashOf(quote);
  const offerHash = await at('LoanOffers').hashOf(offer);
  const promise = {
    terms: 0n,
    progress: { firstSupplier: 0, issueDate: 0, dueDate: 0, settled: 0, voided: 0 },
    defaultDate: 0,
    documents: [],
    ref: ZeroHash,
  };
  const offering = {
    hash: quoteHash,
    by: financier.party,
    currency: CNY,
    obligors: [],
    group: ZeroHash,
    takers: [],
    feeTo: 0,
    capacity: 1,
    expiresAt: secondsOf(FOR_GOOD),
    lots: ZeroHash,
  };
  const reason = { purpose: 4, subject: 0, note: 0, ref: ZeroHash };
  const instruction = {
    from: stranger.address,
    to: at('PartyRegistry').target,
    value: 0,
    gas: 0,
    deadline: 1,
    data: '0x',
    signature: '0x',
  };

  const rows: Readonly<Record<string, Row>> = {
    'InstructionForwarder.execute': anybody(['ERC2771ForwarderExpiredRequest', 1n], instruction),
    'InstructionForwarder.executeBatch': anybody('done', [], ZeroAddress),

    'PartyRegistry.admit': role('operator', { ...admission, key: stranger.address }),
    'PartyRegistry.suspend': role('operator', supplier1.party, ''),
    'PartyRegistry.readmit': role('operator', supplier1.party),
    'PartyRegistry.changeValidity': role('operator', supplier1.party, 1),
    'PartyRegistry.changeRoles': role('operator', supplier1.party, 1),
    'PartyRegistry.proposeKeyRecovery': role('operator', supplier1.party, stranger.address, ZeroHash),
    'PartyRegistry.proposeSuccession': role('operator', supplier1.party, me, ZeroHash),
    'PartyRegistry.confirmRoles': role('regulator', supplier1.party, 1),
    'PartyRegistry.confirmKeyRecovery': role('regulator', supplier1.party, stranger.address),
    'PartyRegistry.rotateKey': itself(stranger.address),
    'PartyRegistry.consentToSuccession': not(['ConsentNotDue', me], supplier3.party, supplier2.party),
    'PartyRegistry.setStandingAcceptance': itself(0, true),

    'RuleBook.publish': role('operator', rulesOnLedger({ ...RULES, effectiveFrom: FOR_GOOD })),
    'RuleBook.setCalendarDays': role('operator', [dayNumber(FOR_GOOD)], 1),

    'DocumentRegistry.register': itself(id('of a bystander'), obligor.party, CNY, 1),
    'DocumentRegistry.credit': not(['CreditNotAllowed', fingerprint, me], fingerprint, id('credit note'), 1),
    'DocumentRegistry.use': only(['Issuance'], 'NotTheLedger', 1, [], obligor.party, CNY),
    'DocumentRegistry.release': only(['ReceivableLedger'], 'NotTheLedger', 1, []),

    'Issuance.issue': itself({ ...order, documents: [], ref: ZeroHash }),
    'Issuance.setLimit': role('operator', obligor.party, CNY, 1),

    'ReceivableLedger.open': only(['Issuance'], 'NotTheIssuance', promise),
    'ReceivableLedger.transfer': not(notItsHolder, first, ZeroHash, [{ to: me, amount: 100 }]),
    'ReceivableLedger.returnToObligor': not(notItsHolder, first, 100, ZeroHash),
    'ReceivableLedger.accept': not(['NotTheRecipient', offered, supplier2.party, me], offered),
    'ReceivableLedger.reject': not(['NotTheRecipient', offered, supplier2.party, me], offered),
    'ReceivableLedger.withdraw': not(['NotTheHolder', offered, supplier1.party, me], offered),
    'ReceivableLedger.expire': anybody('done', offered),
    'ReceivableLedger.freeze': role('regulator', first, 1, secondsOf(FOR_GOOD), ZeroHash),
    'ReceivableLedger.release': role('regulator', first),
    'ReceivableLedger.settle': only(['Settlement'], 'NotTheSettlement', first, 1),
    'ReceivableLedger.reopen': only(['Settlement'], 'NotTheSettlement', first),
    'ReceivableLedger.assign': only(FINANCING, 'NotFinancing', first, 1, me),
    'ReceivableLedger.pledge': only(FINANCING, 'NotFinancing', first, 1, me, ZeroHash),
    'ReceivableLedger.unpledge': only(FINANCING, 'NotFinancing', first),

    'CashBook.open': itself('0x555344', 2),
    'CashBook.mint': not(['NotTheBank', bank.party, me], CNY, me, 1, ZeroHash),
    'CashBook.redeem': not(['NotTheBank', bank.party, me], CNY, 1, ZeroHash),
    'CashBook.pay': itself(CNY, obligor.party, 0, ZeroHash),
    'CashBook.inherit': not(['NotTheSuccessor', supplier1.party, me], CNY, supplier1.party),
    'CashBook.move': only(MOVERS, 'NotAMover', CNY, supplier1.party, me, 1, reason),
    'CashBook.reserve': only(MOVERS, 'NotAMover', CNY, supplier1.party, 1),
    'CashBook.unreserve': only(MOVERS, 'NotAMover', CNY, supplier1.party, 1),
    'CashBook.announceTransfer': only(['SettlementCash'], 'NotAMover', CNY, supplier1.party, me, 1, 0),

    'SettlementCash.approve': itself(supplier2.account, 1),
    'SettlementCash.transfer': itself(supplier2.account, 0),
    'SettlementCash.transferFrom': not(
      ['ERC20InsufficientAllowance', bystander.account, 0n, 1n],
      supplier1.account,
      bystander.account,
      1,
    ),
    'SettlementCash.mint': only(['CashBook'], 'NotTheCashBook', me, 1),
    'SettlementCash.burn': only(['CashBook'], 'NotTheCashBook', supplier1.party, 1),
    'SettlementCash.move': only(['CashBook'], 'NotTheCashBook', supplier1.party, me, 1),
    'SettlementCash.reserve': only(['CashBook'], 'NotTheCashBook', supplier1.party, 1),
    'SettlementCash.unreserve': only(['CashBook'], 'NotTheCashBook', supplier1.party, 1),

    'Settlement.pay': not(['NotTheObligor', 1n, obligor.party, me], payment, []),
    'Settlement.confirm': itself({ ...payment, ref: REFERENCE }, []),
    'Settlement.returnPayment': not(['NotThePayer', 1n, bank.party, me], bank.party, REFERENCE, ZeroHash, []),
    'Settlement.proceed': not(['NotThePayer', 2n, obligor.party, me], 1n, []),
    'Settlement.abandon': not(['NotThePayer', 2n, obligor.party, me], 1n),

    'PriorClaims.collect': only(['Settlement', 'Recourse'], 'NotACollector', first, 0, 1),
    'PriorClaims.restore': only(['Settlement', 'Recourse'], 'NotACollector', first),

    'AccessGrants.grant': not(['GrantNotAllowed', me, 0n, 1n], auditor.party, 0, 1, secondsOf(FOR_GOOD), 'audit'),
    'AccessGrants.revoke': not(['GrantNotAllowed', me, 0n, 1n], 1n),

    'Concentration.declareRiskAssets': itself(CNY, 1),
    'Concentration.setAffiliates': itself([supplier1.party], true),
    'Concentration.setGroup': itself(id('group'), [supplier1.party], true),
    'Concentration.recount': anybody('done', [sold]),
    'Concentration.count': only(COUNTERS, 'NotACounter', id('key'), financier.party, obligor.party, CNY, 1),
    'Concentration.countAgain': only(COUNTERS, 'NotACounter', id('key'), financier.party, obligor.party, CNY, 1),
    'Concentration.uncount': only(COUNTERS, 'NotACounter', id('key'), 1),
    'Concentration.settle': only(COUNTERS, 'NotACounter', sold, sold, 1),
    'Concentration.restore': only(COUNTERS, 'NotACounter', sold),

    'OfferBook.publish': only(['Discounting', 'LoanOffers'], 'NotAnOfferKind', offering, ZeroHash, financier.party),
    'OfferBook.withdraw': only(
      ['Discounting', 'LoanOffers'],
      'NotAnOfferKind',
      quoteHash,
      financier.party,
      financier.party,
    ),
    'OfferBook.use': only(['Discounting', 'LoanOffers'], 'NotAnOfferKind', quoteHash, 1),
    'OfferBook.sweep': anybody(['OfferNotExpired', quoteHash, BigInt(quote.expiresAt)], quoteHash),

    'Discounting.publish': not(
      ['NotTheOfferer', await at('Discounting').hashOf({ ...quote, salt: 1n }), financier.party, me],
      { ...quote, salt: 1n },
      ZeroHash,
    ),
    'Discounting.withdraw': not(['NotTheOfferer', quoteHash, financier.party, me], quote),
    'Discounting.sell': not(notItsHolder, quote, '0x', lots, ANY_COST, ZeroHash),
    'Discounting.fill': only(['SaleRounds'], 'NotTheRounds', quote, supplier1.party, lots, ANY_COST, ZeroHash),

    'SaleRounds.placeRequest': not(notItsHolder, lots[0], ANY_COST, false, secondsOf(FOR_GOOD), ZeroHash),
    'SaleRounds.withdraw': not(['NotTheSeller', 1n, supplier1.party, me], 1n),
    'SaleRounds.sweep': anybody('done', obligor.party, CNY),
    'SaleRounds.matchRound': itself(obligor.party, CNY, [quote]),

    'LoanOffers.publish': not(
      ['NotTheOfferer', await at('LoanOffers').hashOf({ ...offer, salt: 1n }), financier.party, me],
      { ...offer, salt: 1n },
      ZeroHash,
    ),
    'LoanOffers.withdraw': not(['NotTheOfferer', offerHash, financier.party, me], offer),
    'LoanOffers.take': only(['PledgedLoans'], 'NotTheLoans', offer, '0x', supplier1.party, lots, 1_000n, due, ANY_COST),

    'PledgedLoans.borrow': not(notItsHolder, offer, '0x', lots, 1_000n, due, ANY_COST, ZeroHash),
    'PledgedLoans.draw': not(['NotTheBorrower', 1n, supplier1.party, me], 1n, supplier2.party, 1, ZeroHash),
    'PledgedLoans.endDrawing': not(['NotTheBorrower', 1n, supplier1.party, me], 1n),
    'PledgedLoans.repay': itself(1n, 1),
    'PledgedLoans.credit': only(['LoanCollateral'], 'NotTheCollateral', 1n, first, 1, 1, false, false),
    'PledgedLoans.restoreCredit': only(['LoanCollateral'], 'NotTheCollateral', 1n, first, 0, 0, false),

    'LoanCollateral.release': not(['NotTheBorrower', 1n, supplier1.party, me], 1n, []),
    'LoanCollateral.seize': not(['NotTheLender', 1n, financier.party, me], 1n, []),
    'LoanCollateral.secure': only(['PledgedLoans'], 'NotTheLoans', 1n, [], financier.party),
    'LoanCollateral.free': only(['PledgedLoans'], 'NotTheLoans', 1n, false),
    'LoanCollateral.collect': only(['PriorClaims', 'LossAccounts'], 'NotACollector', first, 0, 1),
    'LoanCollateral.restore': only(['PriorClaims', 'LossAccounts'], 'NotACollector', first),

    'CoverBook.propose': not(['NotInCover', me], cover),
    'CoverBook.consent': not(
      ['NotTheCarrier', insurer.party, me],
      2n,
      insurer.party,
      await at('CoverBook').hashOf(proposed),
    ),
    'CoverBook.cancel': not(['NotInCover', me], 2n, CAUSE),

    'LossAccounts.claimLoss': not(notItsHolder, 1n, first, CAUSE),
    'LossAccounts.payShares': not(['NotInCover', me], 1n, first),
    'LossAccounts.collect': only(['PriorClaims'], 'NotACollector', first, 0, 1),
    'LossAccounts.restore': only(['PriorClaims'], 'NotACollector', first),

    'Recourse.claim': not(['NotTheHolder', sold, financier.party, me], sold, CAUSE),
    'Recourse.waive': not(['NotTheHolder', sold, financier.party, me], sold, CAUSE),
    'Recourse.demand': not(['NotTheHolder', sold, financier.party, me], sold, CAUSE),
    'Recourse.honour': not(['NotTheEndorser', sold, supplier1.party, me], sold, CAUSE),
    'Recourse.recordLineage': anybody(['NotOfLineage', first, sold], first, sold),
  };

  const contracts = new Map<string, BaseContract>(ledger.names.map((name) => [name, at(name)]));
  contracts.set('SettlementCash', await ledger.cash());
  const errors = [...contracts.values()].flatMap(({ interface: abi }) =>
    abi.fragments.filter(({ type }) => type === 'error'),
  );
  return { ...ledger, rows, contracts, bystander, stranger, refusals: { interface: new Interface(errors) } };
}
