// SPDX-License-Identifier: Apache-2.0
import type { Request, Response } from 'express';
import { z } from 'zod';
import { LookUps } from '../access/look-up.ts';
import type { AccessSource } from '../access/viewer.ts';
import { checkAccess } from '../auth/access.ts';
import { authenticate, subjectOf } from '../auth/authentication.ts';
import type { Caller, PartyOf } from '../auth/caller.ts';
import { authRefusals } from '../auth/refusals.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { Chain } from '../ledger/chain/chain.ts';
import { DeeptierError } from '../values/errors.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { Log } from '../runtime/log.ts';
import type { Database, Queryable } from '../store/database.ts';
import { type BodyReader, bodyReader, DEFAULT_BODY_LIMIT, parseJsonBody } from './body.ts';
import type { Context, ReadContext } from './context.ts';
import { headOf } from '../ledger/projector/head.ts';
import { idempotencyKeyOf, requestHash } from './idempotency.ts';
import { readInput } from './input.ts';
import type { Limiter } from './limits.ts';
import { operationBodyOf, operationPath } from './operation-route.ts';
import type { Carried, Operations } from './operations.ts';
import { type Cursors, pageAt } from './pagination.ts';
import { waitPreferred } from './prefer.ts';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';
import type { Readiness } from './readiness.ts';
import { httpRefusals } from './refusals.ts';
import { shapeResponse } from './response.ts';
import { type CommandRoute, nameOf, type OffLedgerRoute, type ReadRoute, type Route } from './route.ts';
import { MAXIMUM_PAGE, xmlBody } from './schemas.ts';
import { blockNumber } from '../values/schemas.ts';

/** Everything that serving a route takes. */
export interface ServeParts {
  readonly db: Database;
  readonly records: Database;
  readonly chain: Chain;
  readonly ledgerClient: LedgerClient;
  readonly partyOf: PartyOf;
  readonly access: AccessSource;
  readonly tokens: Tokens;
  readonly readiness: Readiness;
  readonly limiter: Limiter;
  readonly cursors: Cursors;
  readonly operations: Operations;
  /** Key of the hashes of requests. */
  readonly hashKey: Uint8Array;
  /** How long a command waits for its outcome if its caller does not say. */
  readonly waitMs: number;
  readonly log: Log;
}

export type Serve = (req: Request, res: Response, requestId: string) => Promise<void>;

const NOTHING = z.strictObject({});
const SENT_JSON = 'application/json; charset=utf-8';

/** Makes the server of one route. What it throws becomes a problem; see `app.ts`. */
export function serverOf(route: Route, parts: ServeParts): Serve {
  switch (route.kind) {
    case 'read':
      return serveRead(route, parts);
    case 'off-ledger':
      return serveOffLedger(route, parts);
    case 'command':
      return serveCommand(route, parts);
  }
}

function serveRead(route: ReadRoute, parts: ServeParts): Serve {
  const paramsSchema = route.params ?? NOTHING;
  const querySchema = (route.query ?? NOTHING).extend({ asOfBlock: blockNumber.optional() });

  return async (req, res, requestId) => {
    const caller = await admit(route, parts, req, res);
    const params = readInput(paramsSchema, req.params, 'path');
    const { asOfBlock, ...query } = readInput(querySchema, req.query, 'query');
    const pageLimit: unknown = 'limit' in query ? query['limit'] : undefined;

    const { cursor, limit: _limit, asOfBlock: _asOfBlock, ...filters } = req.query;
    const scope = { path: route.path, params: req.params, filters, party: caller?.party ?? null };
    const position = typeof cursor === 'string' ? parts.cursors.read(scope, cursor) : undefined;
    const asked = asOfBlock === undefined ? position?.block : BigInt(asOfBlock);
    if (position && asked !== position.block) throw new DeeptierError(httpRefusals.CURSOR_INVALID);

    const looks = new LookUps(route.lookUp ?? null);
    const answer = async (db: Queryable, isSnapshot: boolean): Promise<{ block: bigint; body: unknown }> => {
      const head = await headOf(db);
      if (asked !== undefined && asked > head) {
        throw new DeeptierError(httpRefusals.BLOCK_NOT_REACHED, { asked: asked.toString(), reached: head.toString() });
      }
      const block = asked ?? head;
      const ctx: Omit<ReadContext, 'caller'> & { caller?: Caller } = {
        ...commonContext(parts, requestId, caller, looks),
        db,
        block,
        // Only a snapshot can say "latest" and mean the block in the header.
        asOf: isSnapshot && block === head ? 'latest' : block,
        page: pageAt(parts.cursors, scope, {
          block,
          after: position?.after,
          limit: typeof pageLimit === 'number' ? pageLimit : MAXIMUM_PAGE,
        }),
      };
      const body = await recorded(looks, { ...ctx, caller }, async () => {
        const shown = await route.handle(ctx, { params, query });
        looks.assertDeclared(nameOf(route));
        return shown;
      });
      return { block, body };
    };
    const { block, body } =
      route.snapshot === false
        ? await answer(parts.db, false)
        : await parts.db
            .transaction()
            .setIsolationLevel('repeatable read')
            .setAccessMode('read only')
            .execute((tx) => answer(tx, true));

    res.setHeader('Deeptier-Block', block.toString());
    if (route.produces !== undefined) {
      res.setHeader('Content-Type', route.produces);
      const shaped = shapeResponse(route, body) as string | Uint8Array;
      res.end(typeof shaped === 'string' ? shaped : Buffer.from(shaped));
      return;
    }
    send(res, 200, SENT_JSON, JSON.stringify(shapeResponse(route, body)));
  };
}

function serveOffLedger(route: OffLedgerRoute, parts: ServeParts): Serve {
  const read = inputReader(route);

  return async (req, res, requestId) => {
    const caller = await admit(route, parts, req, res);
    const key = route.idempotency === 'required' ? idempotencyKeyOf(req.get('idempotency-key')) : undefined;
    const { input, raw } = await read(req, res);
    if (key === undefined || caller === undefined) {
      const looks = new LookUps(null);
      const ctx = commonContext(parts, requestId, caller, looks);
      const made = await recorded(looks, { ...ctx, caller }, () => route.handle(ctx, input, parts.db));
      if (made.location !== undefined) res.setHeader('Location', made.location);
      send(res, route.status, SENT_JSON, JSON.stringify(shapeResponse(route, made.body)));
      return;
    }
    const looks = new LookUps(null);
    const ctx: Context = { ...commonContext(parts, requestId, caller, looks), caller };
    const order = { ctx, key, path: req.path, bodyHash: requestHash(parts.hashKey, req.path, raw), input };
    sendCarried(res, await recorded(looks, ctx, () => parts.operations.act(route, order)));
  };
}

function serveCommand(route: CommandRoute, parts: ServeParts): Serve {
  const read = inputReader(route);

  return async (req, res, requestId) => {
    const caller = await admit(route, parts, req, res);
    if (!caller) throw new Error('a command has no caller');
    const key = idempotencyKeyOf(req.get('idempotency-key'));
    const { input, raw } = await read(req, res);
    if ((await parts.readiness()).some((part) => !part.ready)) throw new DeeptierError(httpRefusals.NOT_READY);
    const looks = new LookUps(null);
    const ctx: Context = { ...commonContext(parts, requestId, caller, looks), caller };
    const order = { ctx, key, path: req.path, bodyHash: requestHash(parts.hashKey, req.path, raw), input };
    const wait = waitPreferred(req.get('prefer'));
    if (wait !== undefined) res.setHeader('Preference-Applied', `wait=${wait}`);
    const waitMs = wait === undefined ? parts.waitMs : wait * 1000;
    sendCarried(res, await recorded(looks, ctx, () => parts.operations.command(route, order, waitMs)));
  };
}

/** Finds out who calls, counts the call, and lets in whom the route is open to; nobody is a caller of a public route. */
async function admit(route: Route, parts: ServeParts, req: Request, res: Response): Promise<Caller | undefined> {
  const subject = await subjectOf(parts.tokens, req.get('authorization')).catch((error: unknown) => {
    if (error instanceof DeeptierError) return error;
    throw error;
  });
  const known = subject !== undefined && !(subject instanceof DeeptierError);
  await parts.limiter(req, res, known ? subject.userId : undefined, route.kind !== 'read');
  if (route.access === 'public') return undefined;
  if (subject === undefined) throw new DeeptierError(authRefusals.TOKEN_MISSING);
  if (!known) throw subject;
  const { caller, writesRefused } = await authenticate(parts, subject);
  checkAccess(route.access, caller);
  if (route.kind !== 'read' && writesRefused && !route.openWithoutStanding) throw writesRefused;
  return caller;
}

/** Reads parameters and body of a write; `raw` is the body as it came, before its schema filled anything in. */
function inputReader(
  route: OffLedgerRoute | CommandRoute,
): (req: Request, res: Response) => Promise<{ input: { params: object; body: unknown }; raw: unknown }> {
  const isXml = route.body === xmlBody;
  const readBody: BodyReader = bodyReader(isXml ? 'xml' : 'json', route.bodyLimit ?? DEFAULT_BODY_LIMIT);
  const bodySchema = route.body ?? NOTHING;

  return async (req, res) => {
    const params = readInput(route.params ?? NOTHING, req.params, 'path');
    readInput(NOTHING, req.query, 'query');
    if (!route.body && !hasBody(req)) return { input: { params, body: {} }, raw: null };
    const bytes = await readBody(req, res);
    if (isXml) {
      if (bytes.length === 0) throw new DeeptierError(httpRefusals.BODY_MALFORMED, { fault: 'it is empty' });
      return { input: { params, body: bytes }, raw: bytes };
    }
    const raw = parseJsonBody(bytes);
    return { input: { params, body: readInput(bodySchema, raw, 'body') }, raw };
  };
}

function hasBody(req: Request): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}

function commonContext(
  parts: ServeParts,
  requestId: string,
  caller: Caller | undefined,
  looks: LookUps,
): Omit<Context, 'caller'> & { caller?: Caller } {
  return {
    db: parts.db,
    records: parts.records,
    access: parts.access,
    shows: looks.shows,
    chain: parts.chain,
    ledgerClient: parts.ledgerClient,
    requestId,
    log: parts.log.child({ requestId }),
    asOf: 'latest',
    ...(caller && { caller }),
  };
}

/** Does `work` and puts on record what it said it would show, even if it came to nothing after that; a public route shows nothing. */
async function recorded<T>(
  looks: LookUps,
  ctx: Omit<Context, 'caller'> & { readonly caller?: Caller | undefined },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } finally {
    if (ctx.caller) await looks.record({ ...ctx, caller: ctx.caller });
  }
}

function sendCarried(res: Response, { operation, replayed }: Carried): void {
  res.setHeader('Deeptier-Operation', operation.id);
  if (replayed) res.setHeader('Idempotency-Replayed', 'true');
  if (operation.block !== null) res.setHeader('Deeptier-Block', operation.block.toString());
  if (operation.response_status === null || operation.response_body === null) {
    res.setHeader('Location', operationPath(operation.id));
    res.setHeader('Retry-After', '1');
    send(res, 202, SENT_JSON, JSON.stringify(operationBodyOf(operation)));
    return;
  }
  if (operation.response_location !== null) res.setHeader('Location', operation.response_location);
  const mediaType = operation.state === 'refused' ? PROBLEM_MEDIA_TYPE : SENT_JSON;
  send(res, operation.response_status, mediaType, operation.response_body);
}

function send(res: Response, status: number, mediaType: string, body: string): void {
  res.statusCode = status;
  res.setHeader('Content-Type', mediaType);
  res.end(body);
}
