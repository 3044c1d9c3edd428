// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { assert } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { maskOf } from '../../../server/values/roles.ts';
import { codeBytes3, textBytes32 } from '../../../server/values/fixed-text.ts';
import { dayNumber, ledgerDate } from '../../../server/values/dates.ts';
import { refusalCode } from '../../../server/refusals.ts';
import type { TestLedger } from '../harness.ts';
import { acceptBeforehand, assertRefused, pass } from '../receivables/scenario.ts';
import { issuePayable, noteOf } from '../settlement/payables.ts';
import { declareRiskAssets, equip, ok, openMarket, PLENTY, withdrawAll, quote, someNote } from './market.ts';
import { call } from '../../../server/ledger/contract-types.ts';

interface Attempt {
  readonly lots: readonly object[];
  readonly quote: string;
  readonly seller?: string;
}

interface Case {
  readonly code: string;
  readonly status: number;
  /** It is met by a sale only: such a quote is not among those that are compared. */
  readonly saleOnly?: true;
  arrange(ledger: TestLedger): Promise<Attempt>;
  undo?(ledger: TestLedger, attempt: Attempt): Promise<unknown>;
}

const FACE = 12_345_678n;

/** Every reason for which the ledger refuses a sale, as far as it can be met through the API. Later ones change the ledger for good. */
const CASES: readonly Case[] = [
  {
    code: 'TAKER_NOT_NAMED',
    status: 403,
    arrange: (ledger) => under(ledger, { sellers: [String(ledger.party('lihe'))] }),
  },
  {
    code: 'OBLIGOR_NOT_TAKEN',
    status: 422,
    arrange: (ledger) => under(ledger, { obligors: [String(ledger.party('lihe'))], group: 'grade-a' }),
  },
  { code: 'TENOR_OUT_OF_RANGE', status: 422, arrange: (ledger) => under(ledger, { minDays: 30, maxDays: 165 }) },
  {
    code: 'BELOW_QUOTED_MINIMUM',
    status: 422,
    arrange: (ledger) => under(ledger, { minAmount: (FACE + 1n).toString() }),
  },
  {
    code: 'OFFER_CAPACITY_EXCEEDED',
    status: 409,
    arrange: (ledger) => under(ledger, { capacity: (FACE - 1n).toString() }),
  },
  { code: 'FEES_ABOVE_PROCEEDS', status: 422, arrange: (ledger) => under(ledger, { fees: { flat: FACE.toString() } }) },
  { code: 'OFFER_CURRENCY_DIFFERS', status: 422, arrange: (ledger) => under(ledger, { currency: 'EUR' }) },
  { code: 'AMOUNT_ZERO', status: 422, arrange: (ledger) => under(ledger, {}, { amount: '0' }) },
  {
    code: 'AMOUNT_EXCEEDS_NOTE',
    status: 422,
    arrange: (ledger) => under(ledger, {}, { amount: (FACE + 1n).toString() }),
  },
  {
    code: 'DISCOUNT_ABOVE_FACE',
    status: 422,
    async arrange(ledger) {
      const note = await someNote(ledger, { maturity: '2027-04-01' });
      return { lots: [{ note }], quote: await id(ledger, { rate: '1000000' }) };
    },
  },
  {
    code: 'LOTS_OUT_OF_ORDER',
    status: 422,
    async arrange(ledger) {
      const note = await someNote(ledger);
      return {
        lots: [
          { note, amount: '1' },
          { note, amount: '2' },
        ],
        quote: await id(ledger),
      };
    },
  },
  {
    code: 'LOT_COUNT',
    status: 422,
    async arrange(ledger) {
      await acceptBeforehand(ledger, 'kaida');
      const pieces = await pass(
        ledger,
        'minghua',
        await someNote(ledger),
        Array.from({ length: 51 }, () => ['kaida', 10n] as const),
      );
      return { lots: pieces.map((note) => ({ note })), quote: await id(ledger), seller: 'kaida' };
    },
  },
  {
    code: 'NOTE_NOT_HELD',
    status: 409,
    async arrange(ledger) {
      const [note] = await pass(ledger, 'minghua', await someNote(ledger), [['jinfeng', 100n]]); // which has yet to accept it
      return { lots: [{ note }], quote: await id(ledger) };
    },
  },
  {
    code: 'NOTE_UNDER_HOLD',
    status: 409,
    async arrange(ledger) {
      const note = await someNote(ledger);
      ok(
        await ledger
          .as('guangdong.maker')
          .post(`/v1/notes/${note}/freezes`, { amount: '1', expiresAt: '2026-08-01T00:00:00Z', order: 'GD-2026-1' }),
      );
      return { lots: [{ note }], quote: await id(ledger) };
    },
  },
  {
    code: 'DOCUMENT_IS_OVERDRAWN',
    status: 409,
    async arrange(ledger) {
      const note = await someNote(ledger);
      const payable = ok(await ledger.as('hengtai.viewer').get(`/v1/payables/${BigInt(note) >> 24n}`));
      await ledger.instruct('minghua', {
        contract: 'DocumentRegistry',
        functionName: 'credit',
        args: [payable.documents[0].fingerprint, `0x${randomBytes(32).toString('hex')}`, 1n],
      });
      return { lots: [{ note }], quote: await id(ledger) };
    },
  },
  {
    code: 'LOTS_DIFFER',
    status: 422,
    saleOnly: true,
    async arrange(ledger) {
      const note = await someNote(ledger);
      const request = ok(
        await ledger
          .as('minghua.maker')
          .post('/v1/quote-requests', { lots: [{ note, amount: '1000' }], expiresAt: '2026-05-01T00:00:00Z' }),
      );
      const answered = ok(
        await ledger
          .as('harbour.maker')
          .post(`/v1/quote-requests/${request.id}/answers`, {
            rate: '20000',
            dayCount: 'ACT/360',
            method: 'bank-discount',
            recourse: 'without',
            expiresAt: '2026-05-01T00:00:00Z',
          }),
      );
      return { lots: [{ note, amount: '1001' }], quote: answered.answers[0].answer.id };
    },
  },
  {
    code: 'OFFER_TO_SELF',
    status: 422,
    saleOnly: true,
    async arrange(ledger) {
      const bought = ok(
        await ledger
          .as('minghua.maker')
          .post('/v1/sales', { lots: [{ note: await someNote(ledger) }], quote: await id(ledger) }),
      );
      return { lots: [{ note: bought.notes[0].note }], quote: await id(ledger), seller: 'harbour' };
    },
  },
  {
    code: 'OFFER_IS_WITHDRAWN',
    status: 409,
    saleOnly: true,
    async arrange(ledger) {
      const quoted = await id(ledger);
      ok(await ledger.as('harbour.maker').delete(`/v1/quotes/${quoted}`));
      return { lots: [{ note: await someNote(ledger) }], quote: quoted };
    },
  },
  {
    code: 'OFFER_NOT_SIGNED',
    status: 409,
    async arrange(ledger) {
      const attempt = await under(ledger, { visibility: 'private', sellers: [String(ledger.party('minghua'))] });
      await ledger.instruct('harbour', {
        contract: 'PartyRegistry',
        functionName: 'rotateKey',
        args: [await ledger.gateway.keystore.create()],
      });
      return attempt;
    },
  },
  {
    code: 'CASH_TOO_LOW',
    status: 409,
    async arrange(ledger) {
      const note = await someNote(ledger, { face: 2n * PLENTY });
      return { lots: [{ note }], quote: await id(ledger, { capacity: (2n * PLENTY).toString() }) };
    },
  },
  {
    code: 'CASH_UNKNOWN',
    status: 404,
    async arrange(ledger) {
      await declareRiskAssets(ledger, 'harbour', PLENTY, 'EUR');
      return { lots: [{ note: await noteIn(ledger, 'EUR') }], quote: await id(ledger, { currency: 'EUR' }) };
    },
  },
  {
    code: 'RISK_ASSETS_UNDECLARED',
    status: 409,
    arrange: async (ledger) => ({
      lots: [{ note: await noteIn(ledger, 'USD') }],
      quote: await id(ledger, { currency: 'USD' }),
    }),
  },
  {
    code: 'DEBTOR_SHARE_EXCEEDED',
    status: 409,
    async arrange(ledger) {
      await declareRiskAssets(ledger, 'harbour', 2n * ((await exposure(ledger)) + FACE) - 1n);
      return under(ledger);
    },
    undo: (ledger) => equip(ledger, 'harbour'),
  },
  {
    code: 'AFFILIATE_SHARE_EXCEEDED',
    status: 409,
    async arrange(ledger) {
      // Half of its risk assets with one debtor is allowed, two fifths with its affiliates.
      await ledger.instruct('rongda', {
        contract: 'Concentration',
        functionName: 'setAffiliates',
        args: [[ledger.party('hengtai')], true],
      });
      await declareRiskAssets(ledger, 'rongda', 2n * FACE);
      return { lots: [{ note: await someNote(ledger) }], quote: (await quote(ledger, 'rongda')).id };
    },
    async undo(ledger) {
      await ledger.instruct('rongda', {
        contract: 'Concentration',
        functionName: 'setAffiliates',
        args: [[ledger.party('hengtai')], false],
      });
      await equip(ledger, 'rongda');
    },
  },
  {
    code: 'FINANCED_TOO_OFTEN',
    status: 422,
    async arrange(ledger) {
      let [note, seller] = [await someNote(ledger), 'minghua'];
      const quotes = {
        harbour: await id(ledger, { rate: '0' }),
        rongda: (await quote(ledger, 'rongda', { rate: '0' })).id as string,
      };
      for (let times = 0; times < 6; times += 1) {
        const buyer = seller === 'harbour' ? 'rongda' : 'harbour';
        note = ok(await ledger.as(`${seller}.maker`).post('/v1/sales', { lots: [{ note }], quote: quotes[buyer] }))
          .notes[0].note;
        seller = buyer;
      }
      return { lots: [{ note }], quote: seller === 'harbour' ? quotes.rongda : quotes.harbour, seller };
    },
  },
  {
    code: 'PARTY_IS_SUSPENDED',
    status: 403,
    async arrange(ledger) {
      const attempt = await under(ledger);
      ok(
        await ledger
          .as('deeptier.maker')
          .post(`/v1/parties/${ledger.party('harbour')}/suspension`, { reason: 'under review' }),
      );
      return attempt;
    },
    undo: (ledger) =>
      ledger
        .as('deeptier.maker')
        .post(`/v1/parties/${ledger.party('harbour')}/readmission`)
        .then(ok),
  },
  {
    code: 'ADMISSION_EXPIRED',
    status: 403,
    async arrange(ledger) {
      const attempt = await under(ledger);
      await changeValidity(ledger, '2026-03-31');
      return attempt;
    },
    undo: (ledger) => changeValidity(ledger, '2036-12-31'),
  },
  {
    code: 'ROLE_MISSING',
    status: 403,
    async arrange(ledger) {
      const attempt = await under(ledger);
      await changeRoles(ledger, ['supplier']);
      return attempt;
    },
    undo: (ledger) => changeRoles(ledger, ['financier']),
  },
  {
    code: 'LOOP_TO_OBLIGOR',
    status: 422,
    async arrange(ledger) {
      await changeRoles(ledger, ['financier', 'obligor']);
      await ledger.instruct('deeptier', {
        contract: 'Issuance',
        functionName: 'setLimit',
        args: [ledger.party('harbour'), codeBytes3('CNY'), PLENTY],
      });
      const payable = await issuePayable(ledger, { face: 1_000n, maturity: '2026-09-12', obligor: 'harbour' });
      return { lots: [{ note: noteOf(payable, 1).toString() }], quote: await id(ledger) };
    },
  },
  {
    code: 'OFFER_EXPIRED',
    status: 409,
    saleOnly: true,
    async arrange(ledger) {
      const attempt = await under(ledger, { expiresAt: '2026-04-01T02:00:00Z' });
      ledger.clock.advance(3_600);
      return attempt;
    },
  },
  {
    code: 'RECOURSE_NOT_ALLOWED',
    status: 422,
    async arrange(ledger) {
      await narrowRules(ledger);
      return under(ledger, { recourse: 'with' });
    },
  },
  { code: 'NOTE_TOO_SMALL', status: 422, arrange: (ledger) => under(ledger, {}, { amount: (FACE - 99n).toString() }) },
  {
    code: 'TOO_MANY_CHILDREN',
    status: 422,
    async arrange(ledger) {
      const [note, quoted] = [await someNote(ledger), await id(ledger)];
      ok(await ledger.as('minghua.maker').post('/v1/sales', { lots: [{ note, amount: '1000' }], quote: quoted }));
      return { lots: [{ note, amount: '1000' }], quote: quoted };
    },
  },
  {
    code: 'PARTY_IS_SUCCEEDED',
    status: 409,
    async arrange(ledger) {
      const quoted = (await quote(ledger, 'rongda')).id as string;
      const [rongda, harbour] = [ledger.party('rongda'), ledger.party('harbour')];
      await ledger.instruct(
        'deeptier',
        call('PartyRegistry', 'proposeSuccession', rongda, harbour, textBytes32('order 7')),
      );
      for (const party of ['harbour', 'rongda'])
        await ledger.instruct(party, call('PartyRegistry', 'consentToSuccession', rongda, harbour));
      return { lots: [{ note: await someNote(ledger) }], quote: quoted };
    },
    undo: (ledger, { quote: quoted }) => ledger.as('harbour.maker').delete(`/v1/quotes/${quoted}`).then(ok), // whoever took its place withdraws it
  },
  {
    code: 'NOTE_MATURED',
    status: 409,
    async arrange(ledger) {
      const attempt = await under(ledger);
      ledger.goTo('2026-09-12'); // a Saturday: it is due on Monday, and moves no more already
      return attempt;
    },
  },
  {
    code: 'NOTE_MATURED',
    status: 409,
    async arrange(ledger) {
      const attempt = await under(ledger, {}, {}, '2026-09-13');
      ledger.goTo('2026-10-20'); // long after the due date, and not paid
      return attempt;
    },
  },
];

/** Errors of the contracts that a sale asks, which no sale through the API can meet, and why. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  "the limit is the seller's, not the quote's: it is tested with sales": ['COST_ABOVE_LIMIT'],
  'said of the making and withdrawing of quotes': [
    'NOT_THE_OFFERER',
    'OFFER_ALREADY_PUBLISHED',
    'OFFER_NOT_EXPIRED',
    'OFFER_NOT_PUBLISHED',
    'TOO_MANY_OFFERS',
  ],
  'the gateway signs no quote that is invalid': ['OFFER_INVALID'],
  "the gateway knows the caller's notes, and says NOTE_UNKNOWN of any other": ['NOT_THE_HOLDER', 'NOTE_UNKNOWN'],
  'a note that is held has an active payable, with its documents': [
    'PAYABLE_NOT_ACTIVE',
    'PAYABLE_UNKNOWN',
    'DOCUMENT_UNKNOWN',
  ],
  'a sale is refused as financed too often long before': ['TOO_MANY_FINANCINGS'],
  'the parties of a quote that was made exist': ['PARTY_UNKNOWN', 'KEY_UNKNOWN'],
  'said to contracts, which no party is': [
    'NOT_THE_ROUNDS',
    'NOT_AN_OFFER_KIND',
    'BID_CUT_SHORT',
    'NOT_FINANCING',
    'NOT_THE_ISSUANCE',
    'NOT_THE_SETTLEMENT',
    'NOT_A_COUNTER',
    'NOT_A_MOVER',
    'NOT_THE_LEDGER',
  ],
  'of the first rule set, which is there from the first block': ['NO_RULE_SET'],
  "said of what is none of a sale's": [
    'DOCUMENTS_DO_NOT_COVER_FACE',
    'HOLD_ALREADY_EXPIRED',
    'LIMIT_EXCEEDED',
    'MATURITY_NOT_AHEAD',
    'NOT_THE_RECIPIENT',
    'NOTE_IS_LOCKED',
    'NOTE_NOT_OFFERED',
    'NOTE_NOT_UNDER_HOLD',
    'OBLIGOR_OVERDUE',
    'OFFER_HAS_EXPIRED',
    'OFFER_STILL_OPEN',
    'SUPPLIER_IS_OBLIGOR',
    'TERM_TOO_LONG',
    'TIER_TOO_DEEP',
    'TOO_MANY_ENTRIES',
    'TRANSFER_TO_SELF',
    'SELF_REFERENCE',
    'TOO_MANY_PARTIES',
    'ADMISSION_INCOMPLETE',
    'CONSENT_NOT_DUE',
    'IDENTIFIER_TAKEN',
    'KEY_TAKEN',
    'NOTHING_PROPOSED',
    'PARTY_NOT_SUSPENDED',
    'PROPOSAL_DIFFERS',
    'REGULATOR_PROTECTED',
    'ROLES_INCOMPATIBLE',
    'CASH_ALREADY_OPEN',
    'NOT_THE_BANK',
    'NOT_THE_SUCCESSOR',
    'CREDIT_NOT_ALLOWED',
    'DOCUMENT_ALREADY_REGISTERED',
    'DOCUMENT_AMOUNT_ZERO',
    'DOCUMENT_CURRENCY_DIFFERS',
    'DOCUMENT_OF_OTHER_DEBTOR',
    'DOCUMENT_RESIDUAL_EXCEEDED',
    'CALENDAR_CLOSED',
    'NO_BUSINESS_DAY',
    'RULE_SET_INCOMPLETE',
    'RULE_SET_NOT_AHEAD',
    'SHARE_ABOVE_WHOLE',
    'CASH_IS_RESERVED',
  ],
};

const ASKED = [
  'Discounting',
  'OfferBook',
  'ReceivableLedger',
  'Concentration',
  'PartyRegistry',
  'CashBook',
  'DocumentRegistry',
  'RuleBook',
];

describe('why a sale is refused', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openMarket();
  });
  after(() => ledger.stop());
  beforeEach(() => withdrawAll(ledger));

  for (const { code, status, saleOnly, arrange, undo } of CASES) {
    it(`${code}: the comparison says so before, and the sale in the same words`, async () => {
      const attempt = await arrange(ledger);
      const { lots, quote: quoted, seller = 'minghua' } = attempt;
      const compared = ok(await ledger.as(`${seller}.viewer`).post('/v1/quote-comparisons', { lots }));
      const reason = compared.none.find((entry: any) => entry.quote?.id === quoted)?.reason;
      assert.strictEqual(
        compared.offers.some((offer: any) => offer.quote.id === quoted),
        false,
      );
      assert.strictEqual(reason?.code, saleOnly ? undefined : code, JSON.stringify(compared.none));
      const head = await ledger.chain.provider.getBlockNumber();
      const refused = await ledger.as(`${seller}.maker`).post('/v1/sales', { lots, quote: quoted });
      assertRefused(refused, status, code);
      assert.strictEqual(await ledger.chain.provider.getBlockNumber(), head, 'nothing went on chain');
      if (reason)
        assert.deepEqual(
          [refused.body.detail, refused.body.rule, refused.body.values],
          [reason.sentence, reason.rule, reason.values],
        );
      await undo?.(ledger, attempt);
    });
  }

  it('there are no other reasons: every error of the contracts that a sale asks is met above, or cannot be', () => {
    const met = new Set(CASES.map(({ code }) => code));
    const explained = new Set(Object.values(OTHERWISE).flat());
    const declared = ASKED.flatMap((name) =>
      ledger.contracts
        .artifact(name)
        .abi.flatMap((item) => (item.type === 'error' ? [refusalCode(item.name ?? '')] : [])),
    ).filter((code) => !/^(?:ERC721|ERC20|INVALID_SHORT_STRING$|STRING_TOO_LONG$)/.test(code));
    assert.deepEqual(
      [...new Set(declared)].filter((code) => !met.has(code) && !explained.has(code)),
      [],
    );
    assert.deepEqual(
      [...explained].filter((code) => met.has(code)),
      [],
    );
  });
});

/** A note of minghua's, and a quote of harbour's for it. */
async function under(
  ledger: TestLedger,
  change: Record<string, unknown> = {},
  lot: object = {},
  maturity = '2026-09-12',
): Promise<Attempt> {
  return {
    lots: [{ note: await someNote(ledger, { maturity }), ...lot }],
    quote: await id(ledger, { expiresAt: '2027-12-31T00:00:00Z', ...change }),
  };
}

async function id(ledger: TestLedger, change: Record<string, unknown> = {}): Promise<string> {
  return (await quote(ledger, 'harbour', change)).id as string;
}

async function noteIn(ledger: TestLedger, currency: string): Promise<string> {
  return noteOf(await issuePayable(ledger, { face: 1_000n, maturity: '2026-09-12', currency }), 1).toString();
}

function exposure(ledger: TestLedger): Promise<bigint> {
  return ledger.read(
    call('Concentration', 'exposure', ledger.party('harbour'), ledger.party('hengtai'), codeBytes3('CNY')),
  );
}

function changeRoles(ledger: TestLedger, roles: Parameters<typeof maskOf>[0]): Promise<unknown> {
  return ledger.instruct('deeptier', {
    contract: 'PartyRegistry',
    functionName: 'changeRoles',
    args: [ledger.party('harbour'), maskOf(roles)],
  });
}

function changeValidity(ledger: TestLedger, until: string): Promise<unknown> {
  return ledger.instruct('deeptier', {
    contract: 'PartyRegistry',
    functionName: 'changeValidity',
    args: [ledger.party('harbour'), dayNumber(ledgerDate(until))],
  });
}

/** From the next day on no recourse, no note below 100, one child a note; payables issued since are under these rules. */
async function narrowRules(ledger: TestLedger): Promise<void> {
  const { items } = ok(await ledger.as('deeptier.viewer').get('/v1/rule-sets'));
  const { number: _number, ...rules } = items[0];
  ok(
    await ledger
      .as('deeptier.checker')
      .post('/v1/rule-sets', {
        ...rules,
        effectiveFrom: '2026-04-02',
        recourseAllowed: false,
        minNote: '100',
        maxChildren: 1,
      }),
  );
  ledger.goTo('2026-04-02');
}
