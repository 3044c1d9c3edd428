// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { ask, type Answered, type Gateway, jarRefusals, openTestbed, type Testbed } from './testbed.ts';

type Json = Readonly<Record<string, unknown>>;

interface Described {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters?: ReadonlyArray<{
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Json;
  }>;
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Json; readonly example?: unknown }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema: Json }> }
  >;
  readonly security?: readonly unknown[];
  readonly 'x-access': unknown;
  readonly 'x-refusals': readonly string[];
}

interface Document {
  readonly openapi: string;
  readonly info: Json;
  readonly paths: Record<string, Record<string, Described>>;
  readonly components: { readonly schemas: Record<string, Json>; readonly securitySchemes: Json };
  readonly 'x-refusals': ReadonlyArray<{
    readonly code: string;
    readonly rule: string;
    readonly status: number;
    readonly sentence: string;
  }>;
}

describe('the OpenAPI document', () => {
  let bed: Testbed;
  let gateway: Gateway;
  let document: Document;
  let ajv: Ajv2020;
  let token: string;

  before(async () => {
    bed = await openTestbed();
    gateway = await bed.open();
    const answer = await ask(gateway, 'GET', '/openapi.json');
    document = answer.body as unknown as Document;
    token = await gateway.token(await bed.user(1, 'maker.one', ['maker']));
    // `example` is OpenAPI's, and formats only say again what the patterns beside them do.
    ajv = new Ajv2020({
      strict: true,
      allErrors: true,
      validateFormats: false,
      keywords: ['example'],
      strictTypes: false,
    });
    ajv.addSchema(
      {
        $id: 'https://deeptier.test/openapi',
        $defs: JSON.parse(
          JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
        ) as Json,
      },
      undefined,
      false,
      false,
    );
  });
  after(() => bed.close());

  const operations = (): Array<[string, string, Described]> =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]): [string, string, Described] => [method, path, operation]),
    );

  function compiled(schema: Json): ValidateFunction {
    const text = JSON.stringify(schema).replaceAll('"#/components/schemas/', '"https://deeptier.test/openapi#/$defs/');
    return ajv.compile(JSON.parse(text) as Json);
  }

  function assertDescribed(answer: Answered, method: string, path: string): void {
    const response = document.paths[path]?.[method]?.responses[answer.status];
    assert.isOk(response, `${method} ${path} does not describe ${answer.status}`);
    const mediaType = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const schema = response.content?.[mediaType]?.schema;
    assert.isOk(schema, `${method} ${path} does not describe ${mediaType}`);
    const validate = compiled(schema);
    assert.isOk(validate(answer.body), JSON.stringify(validate.errors));
  }

  it('is of version 3.1 and has the parts that version asks for', () => {
    assert.match(document.openapi, /^3\.1\.\d+$/);
    assert.deepEqual([document.info['title'], document.info['version']], ['Deeptier', '0.0.0-test']);
    const ids = new Set<string>();
    for (const [method, path, operation] of operations()) {
      assert.isOk(!ids.has(operation.operationId), `${operation.operationId} twice`);
      ids.add(operation.operationId);
      assert.isOk(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        `${method} ${path}`,
      );
      for (const response of Object.values(operation.responses)) assert.isOk(response.description.length > 0);
      const names = (operation.parameters ?? [])
        .filter((parameter) => parameter.in === 'path')
        .map((parameter) => parameter.name);
      assert.deepEqual(
        names,
        [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]),
      );
      for (const parameter of operation.parameters ?? [])
        assert.isOk(parameter.in !== 'path' || parameter.required === true);
    }
    for (const [, reference] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      assert.isOk(document.components.schemas[reference ?? ''], `${reference} is not there`);
    }
  });

  it('describes exactly the routes the app answers', () => {
    interface Layer {
      readonly route?: { readonly path: string; readonly methods: Record<string, boolean> };
    }
    const layers = (gateway.express as unknown as { router: { stack: Layer[] } }).router.stack;
    const served = layers.flatMap(({ route }) =>
      route
        ? Object.keys(route.methods)
            .filter((method) => ['get', 'post', 'put', 'delete', 'patch'].includes(method))
            .map((method) => `${method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`)
        : [],
    );
    const described = operations().map(([method, path]) => `${method} ${path}`);
    // `app.all` of an address answers 405 and lists every method there is; those are not routes.
    const own = layers.flatMap(({ route }) =>
      route && Object.keys(route.methods).length === 1 && !route.methods['_all']
        ? [`${Object.keys(route.methods)[0]} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`]
        : [],
    );
    assert.deepEqual([...new Set(own)].sort(), [...described].sort());
    assert.isOk(served.length >= described.length);
  });

  it('holds schemas that are valid JSON Schema 2020-12, and examples that fit them', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      const validate = compiled(schema);
      if (schema['example'] !== undefined)
        assert.isOk(validate(schema['example']), `${name}: ${JSON.stringify(validate.errors)}`);
    }
    let examples = 0;
    for (const [method, path, operation] of operations()) {
      for (const parameter of operation.parameters ?? []) compiled(parameter.schema);
      for (const response of Object.values(operation.responses))
        for (const { schema } of Object.values(response.content ?? {})) compiled(schema);
      for (const { schema, example } of Object.values(operation.requestBody?.content ?? {})) {
        const validate = compiled(schema);
        if (example === undefined) continue;
        examples += 1;
        assert.isOk(validate(example), `${method} ${path}: ${JSON.stringify(validate.errors)}`);
      }
    }
    assert.isOk(examples >= 3);
  });

  it('is kept by live answers, good and bad', async () => {
    const key = (value: string): Record<string, string> => ({ 'idempotency-key': value });
    const pour = { amount: '5', currency: 'CNY' };
    const created = await ask(gateway, 'POST', '/v1/jars/33/pourings', { token, json: pour, headers: key('a') });
    assert.strictEqual(created.status, 201);
    bed.ledger.automatic = false;
    const accepted = await ask(gateway, 'POST', '/v1/jars/33/pourings', {
      token,
      json: pour,
      headers: { ...key('b'), prefer: 'wait=0' },
    });
    assert.strictEqual(accepted.status, 202);
    for (const [answer, method, path] of [
      [created, 'post', '/v1/jars/{id}/pourings'],
      [accepted, 'post', '/v1/jars/{id}/pourings'],
      [await ask(gateway, 'POST', '/v1/jars/33/pourings', { token, json: pour }), 'post', '/v1/jars/{id}/pourings'],
      [
        await ask(gateway, 'POST', '/v1/jars/33/pourings', { token, json: {}, headers: key('c') }),
        'post',
        '/v1/jars/{id}/pourings',
      ],
      [
        await ask(gateway, 'POST', '/v1/jars/404/pourings', { token, json: pour, headers: key('d') }),
        'post',
        '/v1/jars/{id}/pourings',
      ],
      [
        await ask(gateway, 'POST', '/v1/jars/404/pourings', { json: pour, headers: key('d') }),
        'post',
        '/v1/jars/{id}/pourings',
      ],
      [await ask(gateway, 'GET', accepted.headers.get('location') ?? '', { token }), 'get', '/v1/operations/{id}'],
      [
        await ask(gateway, 'GET', `/v1/operations/${created.headers.get('deeptier-operation')}`, { token }),
        'get',
        '/v1/operations/{id}',
      ],
      [await ask(gateway, 'GET', '/v1/jars?limit=2', { token }), 'get', '/v1/jars'],
      [await ask(gateway, 'GET', '/v1/jars/3', { token }), 'get', '/v1/jars/{id}'],
      [await ask(gateway, 'GET', '/v1/jars/3?asOfBlock=99999', { token }), 'get', '/v1/jars/{id}'],
      [await ask(gateway, 'GET', '/v1/refusals'), 'get', '/v1/refusals'],
      [await ask(gateway, 'GET', '/readyz'), 'get', '/readyz'],
      [await ask(gateway, 'GET', '/livez'), 'get', '/livez'],
      [await ask(gateway, 'GET', '/v1/faults'), 'get', '/v1/faults'],
    ] as const) {
      assertDescribed(answer, method, path);
    }
  });

  it('says of amounts and ids, in its own words, exactly what is accepted', () => {
    const amount = compiled({ $ref: '#/components/schemas/Amount' });
    for (const good of ['1', '10', '99', '18446744073709551615', '18446744073709551609', '17999999999999999999'])
      assert.isOk(amount(good), good);
    for (const bad of [
      '0',
      '',
      '-1',
      '01',
      '1.0',
      '1e3',
      '18446744073709551616',
      '99999999999999999999',
      '184467440737095516150',
      5,
    ])
      assert.isOk(!amount(bad), String(bad));
  });

  it('closes request bodies against properties it does not name', () => {
    const schema = document.paths['/v1/labels']?.['post']?.requestBody?.content['application/json']?.schema;
    assert.isOk(schema);
    const validate = compiled(schema);
    assert.isOk(validate({ label: 'a', nested: { deep: ['b'] } }));
    assert.isOk(!validate({ label: 'a', other: 1 }));
    assert.isOk(!validate({ label: 'a', nested: { deep: ['b'], other: 1 } }));
  });

  it('says who may call, and asks for a token unless everybody may', () => {
    assert.deepEqual(document.paths['/v1/labels']?.['post']?.['x-access'], {
      partyRoles: ['keeper'],
      userRoles: ['maker'],
    });
    for (const [method, path, operation] of operations()) {
      assert.strictEqual(operation['x-access'] === 'public', operation.security?.length === 0, `${method} ${path}`);
    }
  });

  it('lists every refusal with its rule, and those of each route', async () => {
    const codes = new Set(document['x-refusals'].map((refusal) => refusal.code));
    for (const code of [...Object.keys(jarRefusals), 'IDEMPOTENCY_KEY_REUSED', 'USER_LOCKED', 'INTERNAL'])
      assert.isOk(codes.has(code), code);
    for (const [method, path, operation] of operations()) {
      for (const code of operation['x-refusals']) {
        const refusal = document['x-refusals'].find((known) => known.code === code);
        assert.isOk(refusal, `${method} ${path}: ${code}`);
        assert.isOk(operation.responses[refusal.status]?.description.includes(code), `${method} ${path}: ${code}`);
      }
    }
    const { body } = await ask(gateway, 'GET', '/v1/refusals');
    const items = body['items'] as ReadonlyArray<{ code: string; ruleText: string | null }>;
    assert.deepEqual(
      items.map((item) => item.code),
      [...codes],
    );
    assert.deepEqual(
      items.filter((item) => item.ruleText === null),
      [],
      'a rule without a text',
    );
  });

  describe('for people', () => {
    const escaped = (sentence: string): string =>
      [
        ['&', '&amp;'],
        ['<', '&lt;'],
        ['>', '&gt;'],
        ['"', '&quot;'],
        ["'", '&#39;'],
      ].reduce((text, [sign = '', entity = '']) => text.replaceAll(sign, entity), sentence);

    /** What a browser loads for a page: the page itself, and each script and style that it names. */
    async function loaded(path: string): Promise<ReadonlyMap<string, Answered>> {
      const page = await ask(gateway, 'GET', path);
      const files = new Map([[path, page]]);
      for (const [, address = ''] of page.text.matchAll(/(?:src|rel="stylesheet" href)="([^"]+)"/g))
        files.set(address, await ask(gateway, 'GET', address));
      return files;
    }

    it('is a viewer with everything it needs, from this gateway alone', async () => {
      const files = await loaded('/docs');
      assert.deepEqual(
        [...files].map(([address, { status, headers }]) => [address, status, headers.get('content-type')]),
        [
          ['/docs', 200, 'text/html; charset=utf-8'],
          ['/docs/swagger-ui.css', 200, 'text/css; charset=utf-8'],
          ['/docs/docs.css', 200, 'text/css; charset=utf-8'],
          ['/docs/swagger-ui-bundle.js', 200, 'text/javascript; charset=utf-8'],
          ['/docs/viewer.js', 200, 'text/javascript; charset=utf-8'],
        ],
      );
      for (const { headers } of files.values()) {
        const policy = headers.get('content-security-policy') ?? '';
        assert.match(policy, /default-src 'none';script-src 'self';style-src 'self';/);
        assert.notMatch(policy, /https?:|unsafe-eval|script-src[^;]*unsafe-inline|\*/);
      }
      // The vendor's files are named above; ours load nothing more than the document and a session.
      for (const address of ['/docs', '/docs/docs.css', '/docs/viewer.js'])
        assert.notMatch(files.get(address)?.text ?? 'missing', /https?:\/\/|@import|url\(|import\(/, address);
      assert.notMatch(files.get('/docs')?.text ?? '', /<script>|<style|\sstyle=|\son\w+=/);
    });

    it('serves none of the vendor’s other files', async () => {
      for (const address of [
        '/docs/',
        '/docs/index.html',
        '/docs/package.json',
        '/docs/../package.json',
        '/docs/%2e%2e',
      ])
        assert.strictEqual((await ask(gateway, 'GET', address)).status, 404, address);
    });

    it('tells of each operation who may call it, what it is, and the sentence of each refusal', () => {
      const pour = document.paths['/v1/jars/{id}/pourings']?.['post'];
      assert.match(pour?.description ?? '', /Open to a user in the role maker of a party in the role keeper\./);
      assert.match(pour?.description ?? '', /A command: signed with the key of your party/);
      for (const [method, path, operation] of operations()) {
        for (const code of operation['x-refusals']) {
          const refusal = document['x-refusals'].find((known) => known.code === code);
          assert.isOk(refusal);
          const told = operation.responses[refusal.status]?.description;
          assert.isOk(
            told?.includes(`\`${code}\` (${refusal.rule}): ${refusal.sentence}`),
            `${method} ${path}: ${code}`,
          );
        }
      }
    });

    it('has a page of every refusal and rule, where the address in a problem leads', async () => {
      const { text } = await ask(gateway, 'GET', '/docs/refusals');
      for (const { code, rule, sentence } of document['x-refusals']) {
        assert.isOk(text.includes(`<tr id="${code}">`), code);
        assert.isOk(text.includes(`<tr id="rule-${rule}">`), rule);
        assert.isOk(text.includes(`<td>${escaped(sentence)}</td>`), code);
      }
      const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
      assert.strictEqual(new Set(ids).size, ids.length);
      for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) assert.isOk(ids.includes(target), target);
      const viewer = await ask(gateway, 'GET', '/docs/viewer.js');
      assert.match(viewer.text, /location\.replace\(`\/docs\/refusals\$\{location\.hash\}`\)/);
    });

    it('escapes what capabilities write', async () => {
      const { text } = await ask(gateway, 'GET', '/docs/refusals');
      assert.isOk(text.includes('The jar is sealed until {date}, by &lt;who&gt; &amp; when.'));
      assert.isOk(!text.includes('<who>'));
    });
  });
});
