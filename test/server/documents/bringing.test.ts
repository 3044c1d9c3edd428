// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type Reply, type TestLedger } from '../harness.ts';
import { fapiao, firstNoteOf, issueOn, sample } from './samples.ts';
import { call } from '../../../server/ledger/contract-types.ts';
import { assertEvery } from '../../every.ts';

const HENGTAI = '91440101MA5HTM018B';
const MINGHUA = '91440606MA5MHA0221';

function assertProblem(reply: Reply, status: number, code: string): void {
  assert.deepEqual([reply.status, reply.body.code], [status, code], JSON.stringify(reply.body));
  assert.match(reply.headers.get('content-type') ?? '', /^application\/problem\+json/);
}

describe('bringing documents', () => {
  let ledger: TestLedger;
  before(async () => {
    ledger = await openTestLedger({ date: '2026-11-23' });
  });
  after(() => ledger.stop());

  const bring = (user: string, xml: string | Uint8Array, path = '/v1/documents', key?: string): Promise<Reply> =>
    ledger.as(user).postXml(path, xml, key === undefined ? undefined : { key });
  const rows = async (): Promise<number> =>
    Number(
      (
        await ledger.db
          .selectFrom('documents')
          .select((eb) => eb.fn.countAll<bigint>().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    );
  const onChain = (fingerprint: string) => ledger.read(call('DocumentRegistry', 'document', fingerprint));

  it('registers an invoice of its seller, with what the chain has and what it never has', async () => {
    const { status, body, headers } = await bring('minghua.maker', sample('ubl-minghua-1018.xml'));
    assert.strictEqual(status, 201, JSON.stringify(body));
    assert.strictEqual(headers.get('location'), `/v1/documents/${body.fingerprint}`);
    assert.deepEqual(
      [
        body.kind,
        body.format,
        body.number,
        body.issueDate,
        body.currency,
        body.payable,
        body.residual,
        body.used,
        body.credited,
      ],
      ['invoice', 'ubl', 'MH-2026-1018', '2026-10-20', 'CNY', '180800000', '180800000', '0', '0'],
    );
    assert.deepEqual(body.amounts, {
      net: '160000000',
      tax: '20800000',
      gross: '180800000',
      prepaid: '0',
      rounding: '0',
      payable: '180800000',
    });
    assert.deepEqual(body.seller, {
      name: 'Minghua Axles Co., Ltd.',
      party: { id: String(ledger.party('minghua')), name: 'Minghua Axles Co., Ltd.' },
      match: 'matched',
    });
    assert.strictEqual(body.buyer.match, 'matched');
    assert.strictEqual(body.buyer.party.id, String(ledger.party('hengtai')));
    assert.deepEqual(
      [body.similarTo, body.uses, body.creditNotes, body.lowers, body.overdrawn],
      [[], [], [], null, null],
    );

    const { payableAmount, debtor, registrar } = await onChain(body.fingerprint);
    assert.deepEqual(
      [payableAmount, debtor, registrar],
      [180_800_000n, BigInt(ledger.party('hengtai')), BigInt(ledger.party('minghua'))],
    );
    assert.deepEqual((await ledger.as('minghua.viewer').get(`/v1/documents/${body.fingerprint}`)).body, body);

    const raw = await ledger.db.selectFrom('events').selectAll().where('contract', '=', 'DocumentRegistry').execute();
    assert.notMatch(
      JSON.stringify(raw, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
      /MH-2026|Minghua|91440606/,
    );
  });

  it('refuses the same document whatever its spelling, and says what differs', async () => {
    const before_ = await rows();
    const again = await bring('minghua.maker', sample('ubl-minghua-1018.xml'));
    assertProblem(again, 409, 'DOCUMENT_ALREADY_REGISTERED');
    assert.match(again.body.detail, /exact duplicate/);
    const byTheBuyer = await bring(
      'hengtai.maker',
      sample('ubl-minghua-1018.xml', (text) => text.replaceAll('MH-2026-1018', 'mh 2026/1018')),
    );
    assert.match(byTheBuyer.body.detail, /same but for case, blanks and punctuation/);
    const nextDay = await bring(
      'minghua.maker',
      sample('ubl-minghua-1018.xml', (text) => text.replace('2026-10-20', '2026-10-21')),
    );
    assert.deepEqual(nextDay.body.values.reasons, ['date-off-by-one']);
    const inAnotherFormat = await bring(
      'minghua.maker',
      sample('cii-minghua-1107.xml', (text) =>
        text.replaceAll(/<ram:ID>[^<]*1107[^<]*<\/ram:ID>/g, '<ram:ID>MH-2026-1018</ram:ID>'),
      ),
    );
    assertProblem(inAnotherFormat, 409, 'DOCUMENT_ALREADY_REGISTERED');
    assert.strictEqual(await rows(), before_);
  });

  it('answers the same key with the same answer, and refuses it for another file', async () => {
    const first = await bring('minghua.maker', sample('ubl-minghua-1102-prepaid.xml'), '/v1/documents', 'key-1102');
    const again = await bring('minghua.maker', sample('ubl-minghua-1102-prepaid.xml'), '/v1/documents', 'key-1102');
    assert.deepEqual([first.status, again.status, again.headers.get('idempotency-replayed')], [201, 201, 'true']);
    assert.deepEqual(again.body, first.body);
    assert.strictEqual(first.body.payable, '40000000');
    assert.strictEqual(first.body.amounts.gross, '56500000');
    assertProblem(
      await bring('minghua.maker', sample('ubl-minghua-1018.xml'), '/v1/documents', 'key-1102'),
      409,
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  it('lets one of two racers through', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => bring('tailong.maker', sample('ubl-tailong-2041-two-rates.xml'))),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409]);
    assertEvery(
      answers.filter(({ status }) => status === 409),
      ({ body }) => body.code === 'DOCUMENT_ALREADY_REGISTERED',
    );
    assert.notMatch(JSON.stringify(answers.map(({ body }) => body.detail)), /\{/);
  });

  it('takes the rest of the samples for what they are', async () => {
    const expected: readonly (readonly [string, string, string])[] = [
      ['tailong.maker', 'ubl-tailong-2057-rounded.xml', '22411600'],
      ['hengtai.maker', 'cii-minghua-1107.xml', '113000000'],
      ['tailong.maker', 'cii-tailong-2071.xml', '94920000'],
      ['tailong.maker', 'fapiao-tailong-tax-out-of-gross.xml', '31200000'],
      ['minghua.maker', 'ubl-minghua-1031-factored.xml', 'DOCUMENT_ALREADY_ASSIGNED'],
      ['tailong.maker', 'ubl-tailong-2063-wrong-total.xml', 'DOCUMENT_ARITHMETIC_FAILED'],
      ['tailong.maker', 'fapiao-xbrl-tailong-factored.xml', 'DOCUMENT_ALREADY_FINANCED'],
    ];
    for (const [user, file, outcome] of expected) {
      const { status, body } = await bring(user, sample(file));
      assert.strictEqual(status === 201 ? body.payable : body.code, outcome, `${file}: ${JSON.stringify(body)}`);
    }
  });

  it('takes a credit note off its invoice, once', async () => {
    const { body } = await bring('minghua.maker', sample('ubl-minghua-1018-credit-note.xml'));
    assert.deepEqual(
      [body.kind, body.payable, body.residual, body.number],
      ['credit-note', '0', '0', 'MH-CN-2026-0007'],
    );
    assert.deepEqual(
      [body.lowers.number, body.lowers.amount, body.lowers.residual, body.lowers.overdrawn],
      ['MH-2026-1018', '9040000', '171760000', null],
    );
    const original = (await ledger.as('hengtai.viewer').get(`/v1/documents/${body.lowers.fingerprint}`)).body;
    assert.deepEqual([original.payable, original.credited, original.residual], ['180800000', '9040000', '171760000']);
    assert.deepEqual(
      original.creditNotes.map(({ fingerprint, number, amount }: Record<string, string>) => [
        fingerprint,
        number,
        amount,
      ]),
      [[body.fingerprint, 'MH-CN-2026-0007', '9040000']],
    );
    assertProblem(
      await bring('minghua.maker', sample('ubl-minghua-1018-credit-note.xml')),
      409,
      'DOCUMENT_ALREADY_REGISTERED',
    );
  });

  it('refuses a credit note on nothing known, on two documents, in another currency, or by who may not', async () => {
    const renumbered = (text: string) => text.replace('MH-CN-2026-0007', 'MH-CN-2026-0008');
    const credit = (user: string, change: (text: string) => string) =>
      bring(
        user,
        sample('ubl-minghua-1018-credit-note.xml', (text) => change(renumbered(text))),
      );
    assertProblem(
      await credit('minghua.maker', (text) => text.replace('<cbc:ID>MH-2026-1018', '<cbc:ID>MH-2026-9999')),
      422,
      'DOCUMENT_REFERENCE_UNKNOWN',
    );
    assertProblem(
      await credit('minghua.maker', (text) => text.replace(/<cac:BillingReference>[^]*<\/cac:BillingReference>/, '')),
      422,
      'DOCUMENT_REFERENCE_UNKNOWN',
    );
    const reference =
      '<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>MH-2026-1102</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>';
    assertProblem(
      await credit('minghua.maker', (text) =>
        text.replace('<cac:AccountingSupplierParty>', `${reference}<cac:AccountingSupplierParty>`),
      ),
      422,
      'DOCUMENT_REFERENCE_AMBIGUOUS',
    );
    assertProblem(
      await credit('minghua.maker', (text) => text.replaceAll('CNY', 'EUR')),
      422,
      'DOCUMENT_CURRENCY_DIFFERS',
    );
    assertProblem(await credit('tailong.maker', (text) => text), 403, 'DOCUMENT_NOT_YOURS');
    // The buyer registered this one: the ledger takes credits of it from nobody else.
    const onTheBuyers = (text: string) => text.replace('<cbc:ID>MH-2026-1018', '<cbc:ID>MH-2026-1107');
    assertProblem(await credit('minghua.maker', onTheBuyers), 403, 'CREDIT_NOT_ALLOWED');
    assert.strictEqual((await credit('hengtai.maker', onTheBuyers)).status, 201);
  });

  it('lets a red letter cancel its blue one, and flags the payable that stands on it', async () => {
    const blue = (await bring('minghua.maker', sample('fapiao-minghua.xml'))).body;
    assert.strictEqual(blue.residual, '58620000');
    const payable = await issueOn(ledger, 'minghua', [{ fingerprint: blue.fingerprint, amount: 20_000_000n }]);
    await ledger.instruct('minghua', call('ReceivableLedger', 'accept', firstNoteOf(payable)));
    const twice = [3_000_000n, 2_000_000n].map((amount) => ({ fingerprint: blue.fingerprint, amount }));
    const withdrawn = await issueOn(ledger, 'minghua', twice);
    const path = `/v1/documents/${blue.fingerprint}`;
    const used = (await ledger.as('minghua.viewer').get(path)).body;
    assert.deepEqual([used.used, used.residual], ['25000000', '33620000']);
    assert.deepEqual(used.uses, [
      { payable: String(payable), amount: '20000000' },
      { payable: String(withdrawn), amount: '5000000' },
    ]);
    await ledger.instruct('hengtai', call('ReceivableLedger', 'withdraw', firstNoteOf(withdrawn)));
    const released = (await ledger.as('minghua.viewer').get(path)).body;
    assert.deepEqual(
      [released.used, released.residual, released.uses],
      ['20000000', '38620000', [{ payable: String(payable), amount: '20000000' }]],
    );

    const red = (await bring('minghua.maker', sample('fapiao-minghua-red-letter.xml'))).body;
    const flag = { excess: '20000000', payables: [String(payable)] };
    assert.deepEqual(
      [red.lowers.fingerprint, red.lowers.amount, red.lowers.residual, red.lowers.overdrawn],
      [blue.fingerprint, '58620000', '0', flag],
    );
    assert.deepEqual(
      red.warnings.map(({ rule }: { rule: string }) => rule).filter((rule: string) => rule === 'DOC-26'),
      ['DOC-26'],
    );
    const cancelled = (await ledger.as('hengtai.viewer').get(path)).body;
    assert.deepEqual(
      [cancelled.payable, cancelled.credited, cancelled.residual, cancelled.overdrawn],
      ['58620000', '58620000', '0', flag],
    );
    const listed = (await ledger.as('hengtai.viewer').get('/v1/documents?status=overdrawn')).body.items;
    assert.deepEqual(
      listed.map((each: { fingerprint: string }) => each.fingerprint),
      [blue.fingerprint],
    );
    await assert.isRejected(
      issueOn(ledger, 'minghua', [{ fingerprint: blue.fingerprint, amount: 1n }]),
      /DocumentResidualExceeded/,
    );
  });

  it('takes off no more than there is', async () => {
    const row = { seller: MINGHUA, buyer: HENGTAI, date: '2026-11-02' };
    const blue = (await bring('minghua.maker', fapiao({ ...row, number: '26442000000000000901', gross: 11_300n })))
      .body;
    const partly = (
      await bring(
        'minghua.maker',
        fapiao({ ...row, number: '26442000000000000902', gross: -10_000n, cancels: '26442000000000000901' }),
      )
    ).body;
    const rest = (
      await bring(
        'minghua.maker',
        fapiao({ ...row, number: '26442000000000000903', gross: -10_000n, cancels: '26442000000000000901' }),
      )
    ).body;
    assert.deepEqual([partly.lowers.amount, rest.lowers.amount, rest.lowers.residual], ['10000', '1300', '0']);
    assert.strictEqual(
      (await ledger.as('minghua.viewer').get(`/v1/documents/${blue.fingerprint}`)).body.overdrawn,
      null,
    );
  });

  it('refuses a document of others, and one that bills somebody else', async () => {
    assertProblem(await bring('jinfeng.maker', sample('cii-minghua-1107.xml')), 403, 'DOCUMENT_NOT_YOURS');
    assertProblem(await bring('harbour.maker', sample('cii-minghua-1107.xml')), 403, 'DOCUMENT_NOT_YOURS');
    // To a stranger nothing else is said: not that an amount is wrong, nor whether what a credit note refers to is here.
    assertProblem(await bring('jinfeng.maker', sample('ubl-tailong-2063-wrong-total.xml')), 403, 'DOCUMENT_NOT_YOURS');
    assertProblem(
      await bring(
        'jinfeng.maker',
        sample('ubl-minghua-1018-credit-note.xml', (text) =>
          text.replace('<cbc:ID>MH-2026-1018', '<cbc:ID>MH-2026-9999'),
        ),
      ),
      403,
      'DOCUMENT_NOT_YOURS',
    );
    const toNobody = sample('cii-minghua-1107.xml', (text) =>
      text.replaceAll(HENGTAI, '91330100MA0TEXT203').replaceAll('1107', '1108'),
    );
    assertProblem(await bring('minghua.maker', toNobody), 422, 'DOCUMENT_BUYER_UNMATCHED');
    assertProblem(
      await bring('minghua.maker', toNobody, `/v1/documents/for/${ledger.party('hengtai')}`),
      422,
      'DOCUMENT_BUYER_DIFFERS',
    );
    const toASupplier = sample('cii-minghua-1107.xml', (text) =>
      text.replaceAll(HENGTAI, '91441900MA5TLG0350').replaceAll('1107', '1108'),
    );
    assertProblem(await bring('minghua.maker', toASupplier), 403, 'ROLE_MISSING');
    assertProblem(
      await bring('minghua.maker', toASupplier, `/v1/documents/for/${ledger.party('hengtai')}`),
      422,
      'DOCUMENT_BUYER_DIFFERS',
    );
    const byNobody = sample('cii-minghua-1107.xml', (text) =>
      text.replaceAll(MINGHUA, '91330100MA0TEXT203').replaceAll('1107', '1108'),
    );
    assertProblem(await bring('jinfeng.maker', byNobody), 403, 'DOCUMENT_NOT_YOURS');
    const ofAStranger = await bring('hengtai.maker', byNobody);
    assert.deepEqual(
      [ofAStranger.status, ofAStranger.body.seller.match, ofAStranger.body.seller.party],
      [201, 'unknown', null],
    );
  });

  it('lets who brings it declare the parties only where the document names none it could be compared by', async () => {
    const anonymous = (number: string) =>
      sample('ubl-minghua-1018.xml', (text) =>
        text
          .replaceAll(`CN${HENGTAI}`, 'FR40303265045')
          .replaceAll(`CN${MINGHUA}`, 'DE136695976')
          .replaceAll(/<cbc:CompanyID schemeID="USCC">[^<]*<\/cbc:CompanyID>/g, '')
          .replaceAll('MH-2026-1018', number),
      );
    const debtor = ledger.party('hengtai');
    assertProblem(await bring('minghua.maker', anonymous('A-1')), 422, 'DOCUMENT_BUYER_UNMATCHED');
    const declared = await bring('minghua.maker', anonymous('A-1'), `/v1/documents/for/${debtor}`);
    assert.strictEqual(declared.status, 201, JSON.stringify(declared.body));
    assert.deepEqual(
      [declared.body.buyer.match, declared.body.seller.match, declared.body.seller.party.id],
      ['declared', 'declared', String(ledger.party('minghua'))],
    );
    const byTheDebtor = await bring('hengtai.maker', anonymous('A-2'), `/v1/documents/for/${debtor}`);
    assert.deepEqual([byTheDebtor.status, byTheDebtor.body.seller.match], [201, 'unknown']);
    const named = await bring(
      'hengtai.maker',
      anonymous('A-3'),
      `/v1/documents/for/${debtor}/from/${ledger.party('tailong')}`,
    );
    assert.deepEqual(
      [named.status, named.body.seller.match, named.body.seller.party.name],
      [201, 'declared', 'Tailong Seating Co., Ltd.'],
    );
    assertProblem(
      await bring('jinfeng.maker', anonymous('A-4'), `/v1/documents/for/${debtor}/from/${ledger.party('tailong')}`),
      403,
      'DOCUMENT_NOT_YOURS',
    );
    const ofMinghua = sample('ubl-minghua-1018.xml', (text) => text.replaceAll('MH-2026-1018', 'A-5'));
    assertProblem(
      await bring('hengtai.maker', ofMinghua, `/v1/documents/for/${debtor}/from/${ledger.party('tailong')}`),
      422,
      'DOCUMENT_SELLER_DIFFERS',
    );
    assertProblem(await bring('minghua.maker', anonymous('A-6'), '/v1/documents/for/4000000'), 404, 'PARTY_UNKNOWN');
    assertProblem(
      await bring('hengtai.maker', anonymous('A-6'), `/v1/documents/for/${debtor}/from/4000000`),
      404,
      'PARTY_UNKNOWN',
    );
  });

  it('knows a party by the identifiers of those it succeeded', async () => {
    const [jinfeng, kaida] = [ledger.party('jinfeng'), ledger.party('kaida')];
    const old = fapiao({
      seller: '91440605MA5JFC040M',
      buyer: HENGTAI,
      number: '26442000000000000777',
      date: '2026-11-03',
      gross: 500_000n,
    });
    assertProblem(await bring('kaida.maker', old), 403, 'DOCUMENT_NOT_YOURS');
    const order = `0x${'01'.repeat(32)}`;
    await ledger.instruct('deeptier', {
      contract: 'PartyRegistry',
      functionName: 'proposeSuccession',
      args: [jinfeng, kaida, order],
    });
    const consent = call('PartyRegistry', 'consentToSuccession', jinfeng, kaida);
    await ledger.instruct('kaida', consent);
    await ledger.instruct('jinfeng', consent);
    const { status, body } = await bring('kaida.maker', old);
    assert.deepEqual(
      [status, body.seller.party?.id, body.seller.match],
      [201, String(kaida), 'matched'],
      JSON.stringify(body),
    );
  });

  it('accepts near duplicates and flags them on both sides', async () => {
    const seller = '91330100MA0TEXT203';
    const row = { seller, buyer: HENGTAI, date: '2026-12-31', gross: 12_360_000n };
    const one = (await bring('hengtai.maker', fapiao({ ...row, number: 'INV-1001' }))).body;
    const twin = (await bring('hengtai.maker', fapiao({ ...row, number: 'INV-1OO1', gross: 12_359_999n }))).body;
    assert.deepEqual(
      twin.similarTo.map(({ fingerprint, reasons }: { fingerprint: string; reasons: string[] }) => [
        fingerprint,
        reasons,
      ]),
      [[one.fingerprint, ['number-lookalike', 'amount-off-by-one-unit']]],
    );
    assert.match(twin.similarTo[0].comparison, /look alike.*differs by 1 minor unit/);
    const overTheYear = (await bring('hengtai.maker', fapiao({ ...row, number: 'INV-1001', date: '2027-01-01' }))).body;
    assert.isOk(
      overTheYear.similarTo.some(({ reasons }: { reasons: string[] }) => reasons.join() === 'date-off-by-one'),
    );
    const seen = (await ledger.as('hengtai.viewer').get(`/v1/documents/${one.fingerprint}`)).body;
    assert.deepEqual(
      new Set(seen.similarTo.map((each: { fingerprint: string }) => each.fingerprint)),
      new Set([twin.fingerprint, overTheYear.fingerprint]),
    );
  });

  it('refuses files that are made to do harm, or are none', async () => {
    const xml = (content: string) => bring('minghua.maker', content);
    assertProblem(
      await xml('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
      422,
      'DOCUMENT_HAS_DTD',
    );
    assertProblem(
      await xml(`<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "${'&a;'.repeat(10)}">]><l>&b;</l>`),
      422,
      'DOCUMENT_HAS_DTD',
    );
    assertProblem(await xml('<a>'.repeat(100) + '</a>'.repeat(100)), 422, 'DOCUMENT_TOO_DEEP');
    assertProblem(await xml(`<a>${'<b/>'.repeat(200_001)}</a>`), 422, 'DOCUMENT_TOO_MANY_NODES');
    assertProblem(await xml('<a>'), 422, 'DOCUMENT_NOT_WELL_FORMED');
    assertProblem(await xml('<a/>'), 415, 'DOCUMENT_FORMAT_UNKNOWN');
    assertProblem(await xml(''), 400, 'BODY_MALFORMED');
    assertProblem(await xml(`<a>${' '.repeat(5 * 1024 * 1024)}</a>`), 413, 'BODY_TOO_LARGE');
    assertProblem(
      await ledger.as('minghua.maker').post('/v1/documents', { number: 'MH-1' }),
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    );
    assertProblem(
      await ledger.as('minghua.maker').postXml('/v1/documents', sample('ubl-minghua-1018.xml'), { key: ' ' }),
      400,
      'IDEMPOTENCY_KEY_MISSING',
    );
  });

  it('reads a padded file of nearly five mebibytes', async () => {
    const padding = `<!--${'x'.repeat(5 * 1024 * 1024 - 20_000)}-->`;
    const large = sample('ubl-minghua-1018.xml', (text) =>
      text.replaceAll('MH-2026-1018', 'LARGE-1').replace('<cbc:ID>', `${padding}<cbc:ID>`),
    );
    const { status, body } = await bring('minghua.maker', large);
    assert.strictEqual(status, 201, JSON.stringify(body));
    const file = await ledger.as('minghua.viewer').get(`/v1/documents/${body.fingerprint}/file`);
    assert.strictEqual(file.body, large);
  });

  it('keeps nothing of a file that the ledger would refuse', async () => {
    const file = sample('ubl-minghua-1018.xml', (text) => text.replaceAll('MH-2026-1018', 'LATER-1'));
    await ledger.instruct('deeptier', {
      contract: 'PartyRegistry',
      functionName: 'suspend',
      args: [ledger.party('hengtai'), 'a test'],
    });
    assertProblem(await bring('minghua.maker', file), 403, 'PARTY_IS_SUSPENDED');
    const kept = await ledger.db.selectFrom('document_files').select('details').execute();
    assert.strictEqual(
      kept.some(({ details }) => details.number === 'LATER-1'),
      false,
    );
    await ledger.instruct('deeptier', {
      contract: 'PartyRegistry',
      functionName: 'readmit',
      args: [ledger.party('hengtai')],
    });
    assert.strictEqual((await bring('minghua.maker', file)).status, 201);
  });
});
