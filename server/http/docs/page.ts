import { STATUS_CODES } from 'node:http';
import type { Refusal } from '../../values/errors.ts';
import type { Catalogue } from '../catalogue.ts';
import { exampleOf, type JsonSchema, resolved } from '../example.ts';
import type { DescribedAccess, OpenApiDocument } from '../openapi.ts';
import { type Html, html, joined, prose } from './html.ts';
import { docsStyle } from './style.ts';

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: JsonSchema;
}

interface Body {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema; readonly example?: unknown }>>;
}

interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
  readonly 'x-access': 'public' | DescribedAccess;
  readonly 'x-kind'?: 'read' | 'off-ledger' | 'command';
  readonly 'x-refusals': readonly string[];
}

type Schemas = Readonly<Record<string, JsonSchema>>;

const METHODS = ['get', 'post', 'put', 'delete'] as const;

const KINDS = {
  read: 'A read, true at the block its answer names.',
  'off-ledger': 'A write of the gateway alone; nothing goes to the ledger.',
  command: 'A command: signed with your party’s key and carried to the ledger.',
} as const;

/** The API for people: one page of HTML, made of the OpenAPI document, without scripts and without anything from elsewhere. */
export function docsPage(document: OpenApiDocument, catalogue: Catalogue): string {
  const operations = operationsOf(document);
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  const capabilities = Map.groupBy(operations, (operation) => operation.tags[0] ?? 'platform');
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Deeptier API</title>
        <style>
          ${{ markup: docsStyle }}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <div class="frame">
          <nav aria-label="Contents">
            <p><strong>Deeptier API</strong> <span class="quiet">${document.info.version}</span></p>
            <ul>
              <li><a href="#basics">Basics</a></li>
              <li><a href="#refusals">Refusals</a></li>
              <li><a href="#rules">Rules</a></li>
              <li><a href="/openapi.json">OpenAPI document</a></li>
            </ul>
            ${joined([...capabilities].map(([name, group]) => navigationOf(name, group)))}
          </nav>
          <main id="content">
            <h1>Deeptier API</h1>
            <p>${document.info.description ?? ''}</p>
            ${basics()}
            ${joined(
              [...capabilities].map(
                ([name, group]) =>
                  html`<section aria-labelledby="capability-${name}">
                    <h2 id="capability-${name}">${name}</h2>
                    ${joined(group.map((operation) => articleOf(operation, schemas)))}
                  </section>`,
              ),
            )}
            ${refusalTable(catalogue.refusals)} ${ruleTable(catalogue)}
          </main>
        </div>
      </body>
    </html> `;
  return page.markup;
}

function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = (item as Readonly<Record<string, unknown>>)[method] as
        Omit<Operation, 'method' | 'path'> | undefined;
      return operation ? [{ ...operation, method, path }] : [];
    }),
  );
}

function navigationOf(name: string, operations: readonly Operation[]): Html {
  return html`<h2>${name}</h2>
    <ul>
      ${joined(operations.map(({ operationId, summary }) => html`<li><a href="#${operationId}">${summary}</a></li>`))}
    </ul>`;
}

function basics(): Html {
  return html`<section aria-labelledby="basics">
    <h2 id="basics">Basics</h2>
    <p>
      <strong>Who calls.</strong> Send <code>Authorization: Bearer …</code> with the token of a session. What a user may
      do follows from the roles of the party and of the user; everything else is denied.
    </p>
    <p>
      <strong>Amounts</strong> are whole minor units of the currency beside them, as decimal strings:
      <code>"12345678"</code> with <code>"CNY"</code> is CNY 123,456.78. Dates are calendar dates
      <code>YYYY-MM-DD</code>.
    </p>
    <p>
      <strong>Reads</strong> carry <code>Deeptier-Block</code>, the block they are true at, and take
      <code>?asOfBlock=</code> to look back. A list goes on with <code>cursor</code> as of the block it began at.
    </p>
    <p>
      <strong>Writes</strong> need an <code>Idempotency-Key</code>. Sent again with the same body, the answer is the
      same, with <code>Idempotency-Replayed: true</code>; with another body it is refused. A command that takes longer
      than you wait (<code>Prefer: wait=N</code>) answers 202 with the address of its operation.
    </p>
    <p>
      <strong>Refusals</strong> are problem details (RFC 9457, <code>application/problem+json</code>) with a stable
      <code>code</code>, the <code>rule</code> behind it, one sentence, and the values in it. All of them are
      <a href="#refusals">listed below</a>.
    </p>
  </section>`;
}

function articleOf(operation: Operation, schemas: Schemas): Html {
  const kind = operation['x-kind'];
  return html`<article aria-labelledby="${operation.operationId}">
    <h3 id="${operation.operationId}">${operation.summary}</h3>
    <p class="call">
      <span class="method ${operation.method}">${operation.method}</span> <code>${operation.path}</code>
    </p>
    ${operation.description === undefined ? '' : html`<p>${prose(operation.description)}</p>`}
    <p class="quiet">${accessOf(operation['x-access'])}${kind ? html` ${KINDS[kind]}` : ''}</p>
    ${parametersOf(operation.parameters ?? [], schemas)} ${bodyOf(operation.requestBody, schemas)}
    ${answersOf(operation, schemas)}
    ${
      operation['x-refusals'].length === 0
        ? ''
        : html`<h4>Refusals</h4>
            <ul class="codes">
              ${joined(
                operation['x-refusals'].map(
                  (code) =>
                    html`<li>
                      <a href="#${code}"><code>${code}</code></a>
                    </li>`,
                ),
              )}
            </ul>`
    }
  </article>`;
}

function accessOf(access: Operation['x-access']): string {
  if (access === 'public') return 'Open to everybody.';
  const users = `a user in the role ${listed(access.userRoles)}`;
  return access.partyRoles === 'any'
    ? `Open to ${users} of any party.`
    : `Open to ${users} of a party in the role ${listed(access.partyRoles)}.`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function parametersOf(parameters: readonly Parameter[], schemas: Schemas): Html | '' {
  if (parameters.length === 0) return '';
  return html`<h4>Parameters</h4>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">In</th>
            <th scope="col">Form</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          ${joined(
            parameters.map((parameter) => {
              const schema = parameter.schema ?? {};
              return html`<tr>
                <td>
                  <code>${parameter.name}</code>${parameter.required ? '' : html` <span class="quiet">optional</span>`}
                </td>
                <td>${parameter.in}</td>
                <td>${formOf(schema, schemas)}</td>
                <td>${prose(parameter.description ?? meaningOf(schema, schemas))}</td>
              </tr>`;
            }),
          )}
        </tbody>
      </table>
    </div>`;
}

function bodyOf(body: Body | undefined, schemas: Schemas): Html | '' {
  if (!body?.content) return '';
  return joined(
    Object.entries(body.content).map(([mediaType, { schema, example }]) => {
      if (mediaType !== 'application/json' || !schema)
        return html`<h4>Body</h4>
          <p>Bytes of the type <code>${mediaType}</code>.</p>`;
      return html`<h4>Body</h4>
        ${propertiesOf(schema, schemas)}
        <p class="quiet">For example:</p>
        <pre tabindex="0"><code>${JSON.stringify(example ?? exampleOf(schema, schemas), null, 2)}</code></pre>`;
    }),
  );
}

function propertiesOf(schema: JsonSchema, schemas: Schemas): Html | '' {
  const rows = rowsOf(schema, schemas, '', 0);
  if (rows.length === 0) return '';
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th scope="col">Property</th>
          <th scope="col">Form</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${joined(rows)}
      </tbody>
    </table>
  </div>`;
}

function rowsOf(schema: JsonSchema, schemas: Schemas, prefix: string, depth: number): Html[] {
  if (depth > 6) return [];
  const actual = resolved(schema, schemas);
  const variants = actual.anyOf ?? actual.oneOf;
  if (variants) return variants.flatMap((variant) => rowsOf(variant, schemas, prefix, depth + 1));
  if (actual.items) return rowsOf(actual.items, schemas, `${prefix}[]`, depth + 1);
  return Object.entries(actual.properties ?? {}).flatMap(([name, property]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const optional = actual.required?.includes(name) ? '' : html` <span class="quiet">optional</span>`;
    return [
      html`<tr>
        <td><code>${path}</code>${optional}</td>
        <td>${formOf(property, schemas)}</td>
        <td>${prose(meaningOf(property, schemas))}</td>
      </tr>`,
      ...rowsOf(property, schemas, path, depth + 1),
    ];
  });
}

function formOf(schema: JsonSchema, schemas: Schemas): string {
  const actual = resolved(schema, schemas);
  const name = schema.$ref?.split('/').at(-1);
  const variants = actual.anyOf ?? actual.oneOf;
  if (variants) return [...new Set(variants.map((variant) => formOf(variant, schemas)))].join(' or ');
  if (actual.const !== undefined) return JSON.stringify(actual.const);
  if (actual.enum)
    return actual.enum.length > 12 ? (name ?? 'one of a list') : actual.enum.map((value) => String(value)).join(', ');
  if (actual.items) return `list of ${formOf(actual.items, schemas)}`;
  const type = Array.isArray(actual.type)
    ? (actual.type as readonly string[]).join(' or ')
    : ((actual.type as string | undefined) ?? 'anything');
  const bounds = [
    ...(actual.minimum === undefined || actual.minimum === Number.MIN_SAFE_INTEGER ? [] : [`from ${actual.minimum}`]),
    ...(actual.maximum === undefined || actual.maximum === Number.MAX_SAFE_INTEGER ? [] : [`to ${actual.maximum}`]),
    ...(actual.maxLength === undefined ? [] : [`at most ${actual.maxLength} characters`]),
  ];
  return [name ?? type, ...bounds].join(' ');
}

function meaningOf(schema: JsonSchema, schemas: Schemas): string {
  return schema.description ?? resolved(schema, schemas).description ?? '';
}

function answersOf(operation: Operation, schemas: Schemas): Html {
  const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
  return joined(
    successes.map(([status, response]) => {
      const [mediaType, content] = Object.entries(response.content ?? {})[0] ?? [];
      return html`<h4>Answer ${status} ${STATUS_CODES[status] ?? ''}</h4>
        <p>
          ${prose(response.description ?? '')}${mediaType === undefined || mediaType === 'application/json' ? '' : html` Type <code>${mediaType}</code>.`}
        </p>
        ${
          mediaType === 'application/json' && content?.schema
            ? html`<details>
                <summary>Properties and example</summary>
                ${propertiesOf(content.schema, schemas)}
                <pre tabindex="0"><code>${JSON.stringify(exampleOf(content.schema, schemas), null, 2)}</code></pre>
              </details>`
            : ''
        }`;
    }),
  );
}

function refusalTable(refusals: readonly Refusal[]): Html {
  return html`<section aria-labelledby="refusals">
    <h2 id="refusals">Refusals</h2>
    <div class="wide">
      <table>
        <caption>
          Every refusal there is. The code never changes its meaning; names in braces stand for values.
        </caption>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">Rule</th>
            <th scope="col">Status</th>
            <th scope="col">Sentence</th>
          </tr>
        </thead>
        <tbody>
          ${joined(
            refusals.map(
              ({ code, rule, status, sentence }) =>
                html`<tr id="${code}">
                  <th scope="row"><code>${code}</code></th>
                  <td><a href="#rule-${rule}">${rule}</a></td>
                  <td>${status}</td>
                  <td>${sentence}</td>
                </tr>`,
            ),
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function ruleTable({ refusals, rules }: Catalogue): Html {
  const names = [...new Set([...refusals.map((refusal) => refusal.rule), ...Object.keys(rules)])].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  return html`<section aria-labelledby="rules">
    <h2 id="rules">Rules</h2>
    <div class="wide">
      <table>
        <caption>
          What stands behind the refusals.
        </caption>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Text</th>
            <th scope="col">Refused as</th>
          </tr>
        </thead>
        <tbody>
          ${joined(
            names.map(
              (name) =>
                html`<tr id="rule-${name}">
                  <th scope="row">${name}</th>
                  <td>${prose(rules[name] ?? '')}</td>
                  <td>
                    ${joined(
                      refusals
                        .filter((refusal) => refusal.rule === name)
                        .map(({ code }) => html`<a href="#${code}"><code>${code}</code></a> `),
                    )}
                  </td>
                </tr>`,
            ),
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
