// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { AccessSource } from '../access/viewer.ts';
import type { PartyOf } from '../auth/caller.ts';
import { deriveSecret } from '../auth/secrets.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { Chain } from '../ledger/chain/chain.ts';
import { DeeptierError, type Refusal } from '../values/errors.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { Log } from '../runtime/log.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { Database } from '../store/database.ts';
import { type Catalogue, catalogueOf, catalogueRoute } from './catalogue.ts';
import { docsAssets, refusalsPage, viewerPage } from './docs/pages.ts';
import { refusalFor } from './faults.ts';
import { InputError } from './input.ts';
import { DEFAULT_RATE_LIMITS, openLimiter, type RateLimits } from './limits.ts';
import { isLocal } from './loopback.ts';
import { type OpenApiDocument, openApiOf } from './openapi.ts';
import { operationRoute } from './operation-route.ts';
import { openOperations, type OperationsParts } from './operations.ts';
import { openCursors } from './pagination.ts';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts';
import { type Readiness, remembered } from './readiness.ts';
import { httpRefusals } from './refusals.ts';
import { nameOf, type Route } from './route.ts';
import { serverOf, type ServeParts } from './serve.ts';

export interface AppParts {
  /** All routes of all capabilities. */
  readonly routes: readonly Route[];
  readonly db: Database;
  /** A pool of its own for what is recorded of reads: they hold a connection of `db` meanwhile. Default `db`. */
  readonly records?: Database;
  readonly chain: Chain;
  readonly ledgerClient: LedgerClient;
  readonly partyOf: PartyOf;
  /** What decides who may see what. */
  readonly access: AccessSource;
  readonly tokens: Tokens;
  readonly metrics: Metrics;
  readonly log: Log;
  /** The refusal a contract's error stands for. */
  readonly refusalOf: OperationsParts['refusalOf'];
  /** Each part the gateway needs before it can take commands. */
  readonly readiness: Readiness;
  /** At least 32 bytes; keys for cursors and request hashes are derived from it. */
  readonly secret: Uint8Array;
  /** Version of the product, shown in the documentation. */
  readonly version: string;
  /** Refusals that no route names, such as those of shared checks. */
  readonly refusals?: readonly Refusal[];
  /** The text of each rule, by its name (`SET-3`). */
  /** What each capability is for, by name. */
  readonly abouts?: Readonly<Record<string, string>>;
  readonly rules?: readonly Readonly<Record<string, string>>[];
  readonly limits?: Partial<RateLimits>;
  /** How long a command waits for its outcome if its caller does not say. Default 10 s. */
  readonly waitMs?: number;
  /** Number of reverse proxies in front whose X-Forwarded-For is believed. Default 0. */
  readonly trustedProxies?: number;
  /** Serve /metrics to any address, not to loopback only. */
  readonly metricsForAll?: boolean;
  /** Serves the console: every address that is not under /v1 and not the platform's. */
  readonly site?: RequestHandler;
}

export interface App {
  readonly express: Express;
  readonly openApi: OpenApiDocument;
  readonly catalogue: Catalogue;
}

interface Visit {
  readonly requestId: string;
  route: string;
}

/** Puts the gateway's HTTP side together. Throws `TypeError` if the routes contradict one another or leave anything open. */
export function createApp(parts: AppParts): App {
  const { db, ledgerClient, log, metrics } = parts;
  const commands = parts.routes.filter((route) => route.kind === 'command');
  const operations = openOperations({ db, ledgerClient, refusalOf: parts.refusalOf, commands });
  const routes = [...parts.routes, operationRoute(operations), catalogueRoute(() => catalogue)];
  const catalogue = catalogueOf(routes, parts.refusals ?? [], parts.rules ?? []);
  // Half a second of work, of no use to whoever only sends requests: it is done when it is asked for.
  const openApi = once(() => openApiOf(routes, catalogue, parts.version, parts.abouts));
  const openApiText = once(() => JSON.stringify(openApi()));
  const pages = { '/docs': viewerPage(), '/docs/refusals': refusalsPage(catalogue) };
  const readiness = remembered(parts.readiness);
  const serveParts: ServeParts = {
    ...parts,
    records: parts.records ?? db,
    operations,
    readiness,
    limiter: openLimiter({ ...DEFAULT_RATE_LIMITS, ...parts.limits }),
    cursors: openCursors(deriveSecret(parts.secret, 'cursors')),
    hashKey: deriveSecret(parts.secret, 'request-hashes'),
    waitMs: parts.waitMs ?? 10_000,
  };
  const visits = new WeakMap<Response, Visit>();

  const app = express();
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.set('etag', false);
  app.set('trust proxy', parts.trustedProxies ?? 0);

  app.use((req, res, next) => {
    const visit: Visit = { requestId: randomUUID(), route: 'none' };
    visits.set(res, visit);
    res.setHeader('X-Request-Id', visit.requestId);
    res.setHeader('Cache-Control', 'no-store');
    const started = performance.now();
    res.on('close', () => {
      const milliseconds = performance.now() - started;
      metrics.request({ method: req.method, route: visit.route, status: res.statusCode, seconds: milliseconds / 1000 });
      const line = {
        requestId: visit.requestId,
        method: req.method,
        route: visit.route,
        status: res.statusCode,
        milliseconds,
      };
      if (req.method === 'GET' && res.statusCode < 400) log.debug(line, 'answered');
      else log.info(line, 'answered');
    });
    next();
  });
  app.use(helmet(SECURITY_HEADERS));

  for (const [path, methods] of byPath(bySpecificity(routes))) {
    const address = path.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const route of methods) {
      const serve = serverOf(route, serveParts);
      app[route.method](address, async (req, res) => {
        const visit = visitOf(res);
        visit.route = route.path;
        await serve(req, res, visit.requestId);
      });
    }
    onlyMethods(
      app,
      address,
      methods.map((route) => route.method.toUpperCase()),
    );
  }

  app.get('/livez', (_req, res) => {
    res.json({ alive: true });
  });
  app.get('/readyz', async (_req, res) => {
    const checked = await readiness();
    const ready = checked.every((part) => part.ready);
    res.status(ready ? 200 : 503).json({ ready, parts: checked });
  });
  app.get('/metrics', async (req, res) => {
    if (!parts.metricsForAll && !isLocal(req)) throw new DeeptierError(httpRefusals.ROUTE_UNKNOWN);
    res.setHeader('Content-Type', metrics.registry.contentType);
    res.end(await metrics.registry.metrics());
  });
  app.get('/openapi.json', (_req, res) => {
    res.setHeader('Cache-Control', 'public, max-age=60');
    res.type('json').end(openApiText());
  });
  for (const [path, page] of Object.entries(pages)) {
    app.get(path, (_req, res) => {
      res.setHeader('Cache-Control', 'public, max-age=60');
      res.type('html').end(page);
    });
  }
  app.use('/docs', (req, res, next) => {
    const file = req.method === 'GET' ? docsAssets.get(req.baseUrl + req.path) : undefined;
    if (file === undefined) return next();
    res.sendFile(file, { etag: true, cacheControl: false, headers: { 'Cache-Control': 'public, no-cache' } });
  });
  for (const path of ['/livez', '/readyz', '/metrics', '/openapi.json', ...Object.keys(pages)])
    onlyMethods(app, path, ['GET']);

  if (parts.site) {
    const { site } = parts;
    app.use((req, res, next) => (req.path.startsWith('/v1/') ? next() : site(req, res, next)));
  }
  app.use(() => {
    throw new DeeptierError(httpRefusals.ROUTE_UNKNOWN);
  });

  const onError: ErrorRequestHandler = (thrown: unknown, _req, res, next) => {
    const { requestId, route } = visitOf(res);
    const error = refusalFor(thrown);
    if (error.status >= 500) log.error({ requestId, route, err: thrown }, 'failed');
    else if (error.details !== undefined)
      log.info({ requestId, route, code: error.code, details: error.details }, 'refused');
    metrics.refusal(error.code, route);
    if (res.headersSent) {
      next(thrown);
      return;
    }
    for (const [name, value] of Object.entries(headersOf(error))) res.setHeader(name, value);
    res.statusCode = error.status;
    res.setHeader('Cache-Control', 'no-store');
    res.setHeader('Content-Type', PROBLEM_MEDIA_TYPE);
    res.end(JSON.stringify(problemOf(error, requestId, error instanceof InputError ? error.faults : undefined)));
  };
  app.use(onError);

  return {
    express: app,
    get openApi() {
      return openApi();
    },
    catalogue,
  };

  function visitOf(res: Response): Visit {
    const visit = visits.get(res);
    if (!visit) throw new Error('a response is not of this app');
    return visit;
  }
}

/** Nothing is loaded from anywhere else, nothing may frame us; styles an element sets on itself are the charts'. */
const SECURITY_HEADERS: Parameters<typeof helmet>[0] = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'style-src-attr': ["'unsafe-inline'"],
      'img-src': ["'self'", 'data:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'manifest-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
};

function headersOf(error: DeeptierError): Record<string, string> {
  switch (error.code) {
    case 'TOKEN_MISSING':
      return { 'WWW-Authenticate': 'Bearer realm="deeptier"' };
    case 'TOKEN_INVALID':
      return { 'WWW-Authenticate': 'Bearer realm="deeptier", error="invalid_token"' };
    case 'SESSION_REFUSED':
      return { 'WWW-Authenticate': 'Bearer realm="deeptier"' };
    case 'USER_LOCKED':
      return {
        'Retry-After': String(Math.max(1, Math.ceil((Date.parse(String(error.values['until'])) - Date.now()) / 1000))),
      };
    case 'METHOD_NOT_ALLOWED':
      return { Allow: String(error.values['allowed']) };
    default:
      return error.status === 503 ? { 'Retry-After': '2' } : {};
  }
}

/** Answers all other methods of an address. */
function onlyMethods(app: Express, address: string, methods: readonly string[]): void {
  const allowed = [...(methods.includes('GET') ? ['HEAD'] : []), ...methods, 'OPTIONS'].sort().join(', ');
  app.all(address, (req, res) => {
    if (req.method !== 'OPTIONS') throw new DeeptierError(httpRefusals.METHOD_NOT_ALLOWED, { allowed });
    res.setHeader('Allow', allowed);
    res.status(204).end();
  });
}

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>();
  const shapes = new Map<string, string>();
  for (const route of routes) {
    const shape = route.path.replaceAll(/\{\w+\}/g, '{}');
    if ((shapes.get(shape) ?? route.path) !== route.path)
      throw new TypeError(`${route.path} and ${shapes.get(shape)} are one address`);
    shapes.set(shape, route.path);
    const methods = paths.get(route.path) ?? [];
    if (methods.some((other) => other.method === route.method))
      throw new TypeError(`${nameOf(route)} is declared twice`);
    paths.set(route.path, [...methods, route]);
  }
  return paths;
}

/** Names before parameters, so that `/v1/things/recent` is never taken for the thing "recent". */
function bySpecificity(routes: readonly Route[]): Route[] {
  const rank = (path: string): string => path.replaceAll(/\{\w+\}/g, '~');
  return [...routes].sort((a, b) => (rank(a.path) < rank(b.path) ? -1 : rank(a.path) > rank(b.path) ? 1 : 0));
}

/** What `make` gives, made at the first call. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
