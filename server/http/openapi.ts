// SPDX-License-Identifier: Apache-2.0
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import type { Access } from '../auth/access.ts';
import { authRefusals } from '../auth/refusals.ts';
import type { Refusal } from '../values/errors.ts';
import type { Catalogue } from './catalogue.ts';
import { exampleOf, type JsonSchema } from './example.ts';
import { operationBody } from './operation-route.ts';
import { problem, PROBLEM_MEDIA_TYPE } from './problem.ts';
import { httpRefusals } from './refusals.ts';
import { nameOf, type ReadRoute, type Route } from './route.ts';
import { xmlBody } from './schemas.ts';
import { blockNumber, uuid } from '../values/schemas.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

const NONE = z.strictObject({});

/** The OpenAPI 3.1 document of all routes; `abouts` says what each capability is for. Throws `TypeError` if a body leaves open which properties it has. */
export function openApiOf(
  routes: readonly Route[],
  catalogue: Catalogue,
  version: string,
  abouts: Readonly<Record<string, string>> = {},
): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  for (const [path, summary, responses] of PLATFORM_PATHS) {
    const common = { tags: ['platform'], summary, security: [], 'x-access': 'public', 'x-refusals': [], responses };
    paths[path] = { get: { operationId: path.replaceAll(/\W/g, ''), ...common } };
  }
  const document = createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Deeptier',
      version,
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [...new Set(routes.map((route) => route.capability))].map((name) => ({
      name,
      ...(abouts[name] === undefined ? {} : { description: abouts[name] }),
    })),
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: problem },
    },
    'x-refusals': catalogue.refusals.map((refusal) => ({ ...refusal })),
    'x-rules': { ...catalogue.rules },
  });
  const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, JsonSchema>>;
  for (const route of routes) {
    const content = contentOf(document.paths?.[route.path]?.[route.method]?.requestBody);
    const schema = content?.['application/json']?.schema;
    if (schema) {
      assertClosed(schema, schemas, nameOf(route), new Set());
      if (content['application/json']) content['application/json'].example = exampleOf(schema, schemas);
    }
  }
  return document;
}

const INTRODUCTION = `A deep-tier supply-chain finance ledger: digital payables split and passed down the tiers, traced back to the promise behind them.

- **Callers** send \`Authorization: Bearer …\` with the token of a session. The roles of the party and of the user determine what the user may do; everything else is denied.
- **Amounts** are whole minor units of the currency beside them, as decimal strings: \`"12345678"\` with \`"CNY"\` is CNY 123,456.78. Dates are calendar dates, \`YYYY-MM-DD\`.
- **Reads** carry \`Deeptier-Block\`, the block they are true at, and take \`?asOfBlock=\` to look back. A list continues with \`cursor\` as of the block it began at.
- **Writes** require an \`Idempotency-Key\`. A repeated key with the same body returns the same answer, with \`Idempotency-Replayed: true\`; with another body it is refused. A command that takes longer than the caller waits (\`Prefer: wait=N\`) answers 202 with the address of its operation.
- **Refusals** are problem details (RFC 9457, \`application/problem+json\`) with a stable \`code\`, the \`rule\` behind it, one sentence, and the values in it. Each operation lists its own; all of them are at \`/docs/refusals\` and, as JSON, at \`/v1/refusals\`.`;

type MediaTypes = Record<string, { schema?: JsonSchema; example?: unknown }>;

function contentOf(holder: unknown): MediaTypes | undefined {
  return (holder as { content?: MediaTypes } | undefined)?.content;
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const refusals = refusalsOf(route);
  const query = route.kind === 'read' ? (route.query ?? NONE).extend({ asOfBlock: asOfBlock.optional() }) : undefined;
  const header = headersOf(route);
  return {
    operationId: operationIdOf(route),
    tags: [route.capability],
    summary: route.summary,
    description: [route.description, accessOf(route.access), KINDS[route.kind]]
      .filter((text) => text !== undefined)
      .join('\n\n'),
    ...(route.access === 'public' && { security: [] }),
    'x-access': route.access === 'public' ? 'public' : { ...route.access },
    'x-kind': route.kind,
    ...(route.kind === 'read' && route.lookUp && { 'x-look-up': Object.values(route.lookUp)[0] }),
    'x-refusals': refusals.map((refusal) => refusal.code),
    requestParams: { ...(route.params && { path: route.params }), ...(query && { query }), ...(header && { header }) },
    ...(route.kind !== 'read' && route.body && { requestBody: requestBodyOf(route.body) }),
    responses: { ...successOf(route), ...problemsOf(refusals) },
  };
}

const KINDS = {
  read: 'A read, true at the block its answer names.',
  'off-ledger': 'A write of the gateway alone; nothing is sent to the ledger.',
  command: 'A command: signed with the key of your party and sent to the ledger.',
} as const;

function accessOf(access: Access): string {
  if (access === 'public') return 'Open to everybody.';
  const users = `a user in the role ${listed(access.userRoles)}`;
  return access.partyRoles === 'any'
    ? `Open to ${users} of any party.`
    : `Open to ${users} of a party in the role ${listed(access.partyRoles)}.`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

const asOfBlock = blockNumber.meta({ description: 'Read as of the end of this block; the latest if absent.' });

const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .meta({
    description:
      'Chosen by the caller, new for every intent. The same key with the same request gives the same answer again.',
    example: '7d0f4c0e-transfer-1',
  });

const prefer = z
  .string()
  .optional()
  .meta({
    description: '`wait=N`: seconds to wait for the outcome, at most 25; `respond-async`: do not wait.',
    example: 'wait=10',
  });

function headersOf(route: Route): z.ZodObject | undefined {
  if (route.kind === 'command') return z.object({ 'Idempotency-Key': idempotencyKey, Prefer: prefer });
  if (route.kind === 'off-ledger' && route.idempotency === 'required')
    return z.object({ 'Idempotency-Key': idempotencyKey });
  return undefined;
}

function requestBodyOf(body: z.ZodType): NonNullable<ZodOpenApiOperationObject['requestBody']> {
  if (body === xmlBody) return { required: true, content: { 'application/xml': { schema: {} } } };
  return { required: true, content: { 'application/json': { schema: body } } };
}

const blockHeader = z.object({ 'Deeptier-Block': blockNumber.meta({ description: 'The block this is true at.' }) });
const writeHeaders = z.object({
  'Deeptier-Operation': uuid.meta({ description: 'Id of the operation, see /v1/operations/{id}.' }),
  'Idempotency-Replayed': z
    .literal('true')
    .optional()
    .meta({ description: 'The answer is that of an earlier request with this key.' }),
  'Deeptier-Block': blockNumber.optional().meta({ description: 'The block its events are in.' }),
  Location: z.string().optional().meta({ description: 'Path of the created resource.' }),
});

function successOf(route: Route): ZodOpenApiResponsesObject {
  if (route.kind === 'read') {
    return {
      200: {
        description: 'The requested resource.',
        headers: blockHeader,
        content: isFile(route)
          ? { [route.produces]: { schema: {} } }
          : { 'application/json': { schema: route.response } },
      },
    };
  }
  const status = route.status === 201 ? '201' : '200';
  const made = {
    description: route.status === 201 ? 'Created.' : 'Done.',
    ...((route.kind === 'command' || route.idempotency === 'required') && { headers: writeHeaders }),
    content: { 'application/json': { schema: route.response } },
  };
  if (route.kind === 'off-ledger') return { [status]: made };
  return {
    [status]: made,
    202: {
      description: 'Accepted, and not complete within the time you waited; Location is the address of its operation.',
      headers: writeHeaders,
      content: { 'application/json': { schema: operationBody } },
    },
  };
}

function isFile(route: ReadRoute): route is ReadRoute & { readonly produces: string } {
  return route.produces !== undefined;
}

function problemsOf(refusals: readonly Refusal[]): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(refusals, (refusal) => refusal.status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: [
          `${STATUS_CODES[status] ?? 'Refused'}:\n`,
          ...group.map(({ code, rule, sentence }) => `- \`${code}\` (${rule}): ${sentence}`),
        ].join('\n'),
        content: { [PROBLEM_MEDIA_TYPE]: { schema: problem } },
      },
    ]),
  );
}

/** The route's own refusals, then those the platform may add to it. */
function refusalsOf(route: Route): Refusal[] {
  const own = new Map(route.refusals.map((refusal) => [refusal.code, refusal]));
  const { TOKEN_MISSING, TOKEN_INVALID, ACCESS_DENIED } = authRefusals;
  const added = [httpRefusals.INPUT_INVALID, httpRefusals.RATE_LIMITED, httpRefusals.NOT_READY, httpRefusals.INTERNAL];
  if (route.access !== 'public') added.push(TOKEN_MISSING, TOKEN_INVALID, ACCESS_DENIED);
  if (route.kind === 'read') {
    added.push(httpRefusals.BLOCK_NOT_REACHED);
    if (route.query && 'cursor' in route.query.shape) added.push(httpRefusals.CURSOR_INVALID);
  } else {
    added.push(httpRefusals.BODY_MALFORMED, httpRefusals.BODY_TOO_LARGE, httpRefusals.MEDIA_TYPE_UNSUPPORTED);
    if (route.kind === 'command' || route.idempotency === 'required') {
      added.push(
        httpRefusals.IDEMPOTENCY_KEY_MISSING,
        httpRefusals.IDEMPOTENCY_KEY_MALFORMED,
        httpRefusals.IDEMPOTENCY_KEY_REUSED,
      );
    }
    if (route.kind === 'command') added.push(httpRefusals.REASON_NOT_GIVEN);
  }
  for (const refusal of added) own.set(refusal.code, refusal);
  return [...own.values()];
}

/** `POST /v1/things/{id}/parts` is `postThingsByIdParts`. */
function operationIdOf(route: Route): string {
  const words = route.path
    .split('/')
    .filter((segment) => segment !== '' && segment !== 'v1')
    .map((segment) => (segment.startsWith('{') ? `by-${segment.slice(1, -1)}` : segment));
  const capitalised = words
    .flatMap((word) => word.split(/[^a-zA-Z0-9]/))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return route.method + capitalised.join('');
}

/** Every object of a body says that it has no other properties than those described. */
function assertClosed(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  where: string,
  seen: Set<string>,
): void {
  if (typeof schema.$ref === 'string') {
    if (seen.has(schema.$ref)) return;
    seen.add(schema.$ref);
    const target = schemas[schema.$ref.split('/').at(-1) ?? ''];
    if (target) assertClosed(target, schemas, where, seen);
    return;
  }
  if (schema.properties && schema.additionalProperties !== false) {
    throw new TypeError(`${where}: an object in the body is not strict (${Object.keys(schema.properties).join(', ')})`);
  }
  const inner = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
    ...(schema.prefixItems ?? []),
    ...(schema.items ? [schema.items] : []),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
  ];
  for (const part of inner) assertClosed(part, schemas, where, seen);
}

const readinessBody = z
  .strictObject({
    ready: z.boolean(),
    parts: z.array(z.strictObject({ name: z.string(), ready: z.boolean(), detail: z.string() })),
  })
  .meta({ id: 'Readiness' });

const PLATFORM_PATHS: ReadonlyArray<readonly [path: string, summary: string, responses: ZodOpenApiResponsesObject]> = [
  [
    '/livez',
    'Whether the process runs',
    answering('It runs.', 'application/json', z.strictObject({ alive: z.literal(true) })),
  ],
  [
    '/readyz',
    'Whether commands are accepted, and the part that is not ready if not',
    {
      ...answering('All parts are ready.', 'application/json', readinessBody),
      503: { description: 'A part is not ready.', content: { 'application/json': { schema: readinessBody } } },
    },
  ],
  [
    '/metrics',
    'Metrics for Prometheus; from this machine only unless configured otherwise',
    answering('The metrics.', 'text/plain', { type: 'string' }),
  ],
  ['/openapi.json', 'This document', answering('OpenAPI 3.1.', 'application/json', { type: 'object' })],
  ['/docs', 'This document, for people', answering('A page.', 'text/html', { type: 'string' })],
  ['/docs/refusals', 'Every refusal and every rule, for people', answering('A page.', 'text/html', { type: 'string' })],
];

function answering(
  description: string,
  mediaType: string,
  schema: z.ZodType | { type: 'string' | 'object' },
): ZodOpenApiResponsesObject {
  return { 200: { description, content: { [mediaType]: { schema } } } };
}
