// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../catalogue.ts';
import { html, joined, prose, type Html } from './html.ts';

/** What the pages load, by its address; all of it lies on this machine. */
export const docsAssets: ReadonlyMap<string, string> = new Map([
  ['/docs/swagger-ui.css', vendored('swagger-ui.css')],
  ['/docs/swagger-ui-bundle.js', vendored('swagger-ui-bundle.js')],
  ['/docs/viewer.js', own('viewer.js')],
  ['/docs/docs.css', own('docs.css')],
]);

/** The API for people: Swagger UI on `/openapi.json`, with a form to sign in and a search over all operations. */
export function viewerPage(): string {
  return pageOf(
    'Deeptier API',
    html`<header>
        <a href="/docs/refusals">Refusals and rules</a>
        <a href="/openapi.json">OpenAPI document</a>
        <form id="sign-in">
          <label>User name <input name="username" autocomplete="username" required /></label>
          <label>Password <input name="password" type="password" autocomplete="current-password" required /></label>
          <button>Sign in</button>
        </form>
        <p id="signed-in" role="status">Not signed in.</p>
      </header>
      <noscript><p>This page needs JavaScript; the OpenAPI document and the list of refusals do not.</p></noscript>
      <div id="viewer"></div>
      <script src="/docs/swagger-ui-bundle.js"></script>
      <script src="/docs/viewer.js"></script>`,
    html`<link rel="stylesheet" href="/docs/swagger-ui.css" />`,
  );
}

/** Every refusal and every rule, each at an address of its own: `#NOTE_UNKNOWN`, `#rule-SET-3`. */
export function refusalsPage({ refusals, rules }: Catalogue): string {
  const names = [...new Set([...refusals.map(({ rule }) => rule), ...Object.keys(rules)])].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  return pageOf(
    'Deeptier: refusals and rules',
    html`<header>
        <h1>Refusals and rules</h1>
        <a href="/docs">API</a>
        <a href="#rules">Rules</a>
      </header>
      <table id="refusals">
        <caption>
          Every refusal there is. A code never changes its meaning; names in braces stand for values.
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
      <table id="rules">
        <caption>
          The rules behind the refusals.
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
                        .filter(({ rule }) => rule === name)
                        .map(({ code }) => html`<a href="#${code}"><code>${code}</code></a>`),
                    )}
                  </td>
                </tr>`,
            ),
          )}
        </tbody>
      </table>`,
  );
}

function pageOf(title: string, body: Html, head: Html = { markup: '' }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${head}
        <link rel="stylesheet" href="/docs/docs.css" />
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup;
}

function own(name: string): string {
  return fileURLToPath(new URL(`assets/${name}`, import.meta.url));
}

function vendored(name: string): string {
  return fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`));
}
