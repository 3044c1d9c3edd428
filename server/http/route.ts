// SPDX-License-Identifier: Apache-2.0
import type { Address } from '../values/hex.ts';
import type { z } from 'zod';
import type { LookUpDeclaration } from '../access/look-up.ts';
import { type Access, assertAccess } from '../auth/access.ts';
import type { Refusal } from '../values/errors.ts';
import type { Call } from '../ledger/contract-types.ts';
import type { Outcome } from '../ledger/client.ts';
import type { Queryable, Transaction } from '../store/database.ts';
import type { Context, ContextOf, ReadContext } from './context.ts';

/** No parameters at all: the type of `params`, `query` or `body` where a route declares none. */
type None = z.ZodObject<Record<never, never>, z.core.$strict>;

interface Described<A extends Access, P extends z.ZodObject> {
  /** As in OpenAPI: `/v1/things/{id}`. */
  readonly path: string;
  /** One line, an order or a question: "Transfer part of a note". */
  readonly summary: string;
  readonly description?: string;
  readonly access: A;
  /** One property for each name in braces in the path. */
  readonly params?: P;
  /** What this capability may refuse here; the platform's own refusals are added. */
  readonly refusals: readonly Refusal[];
}

interface Writing<A extends Access, P extends z.ZodObject, B extends z.ZodType> extends Described<A, P> {
  readonly method: 'post' | 'put' | 'delete';
  /** A strict object, down to every object within it; or `xmlBody`. */
  readonly body?: B;
  /** Largest body in bytes; 1 MiB unless said otherwise. */
  readonly bodyLimit?: number;
  /** Open also to a party whose writes are refused at present: for what nobody may be kept from. The ledger has the last word. */
  readonly openWithoutStanding?: true;
}

/** What an act or a command answers with. */
export interface Made<Body> {
  readonly body: Body;
  /** Path of what was made. */
  readonly location?: string;
}

export interface ReadRouteDefinition<
  A extends Access,
  R extends z.ZodType,
  P extends z.ZodObject,
  Q extends z.ZodObject,
> extends Described<A, P> {
  /** A strict object; a list spreads `pageQuery` into it. `asOfBlock` is added to every read. */
  readonly query?: Q;
  /** Only what it describes is sent. */
  readonly response: R;
  /** Media type of a response that is `fileBody`. */
  readonly produces?: string;
  /** What it is recorded as; left out of a public route alone, which shows nobody's records. */
  readonly lookUp?: LookUpDeclaration;
  /** False for a read that touches no table or asks the chain at length: then it holds no database snapshot. */
  readonly snapshot?: boolean;
  handle(
    ctx: ContextOf<A, ReadContext>,
    input: { readonly params: z.output<P>; readonly query: z.output<Q> },
  ): Promise<z.input<R>>;
}

export interface OffLedgerRouteDefinition<
  A extends Access,
  R extends z.ZodType,
  P extends z.ZodObject,
  B extends z.ZodType,
> extends Writing<A, P, B> {
  readonly status: 200 | 201;
  readonly response: R;
  /**
   * `none` for an act whose answer must not be stored, because it holds a secret, or whose failures must be: then no key
   * is asked for and `db` is the database, not a transaction. Public acts are always so. Otherwise `required`.
   */
  readonly idempotency?: 'required' | 'none';
  /** Everything it writes goes through `db` (which is also `ctx.db`), together with the record of the operation. */
  handle(
    ctx: ContextOf<A, Context>,
    input: { readonly params: z.output<P>; readonly body: z.output<B> },
    db: Queryable,
  ): Promise<Made<z.input<R>>>;
}

/** The calls a command becomes, in order, all signed by one key. */
export interface Prepared {
  readonly calls: readonly Call[];
  /** Ask the ledger first whether the calls would succeed, one after the other; true unless said otherwise. */
  readonly simulate?: boolean;
  /**
   * Runs in the transaction that records the operation with its instructions: what has to be on record exactly when they
   * are. It may still throw a refusal, and then nothing is.
   */
  record?(tx: Transaction, operationId: string): Promise<void>;
}

/** A command that turns out to need nothing of the ledger. */
export interface DoneAtOnce<Body> {
  /** Runs in the transaction that records the operation, and answers it. It may still throw a refusal, and then nothing is recorded of it. */
  atOnce(tx: Transaction): Promise<Made<Body>>;
}

/** An outcome that is done; it was projected. */
export type Done = Extract<Outcome, { readonly state: 'done' }>;

export interface CommandRouteDefinition<
  A extends Exclude<Access, 'public'>,
  R extends z.ZodType,
  P extends z.ZodObject,
  B extends z.ZodType,
> extends Writing<A, P, B> {
  readonly status: 200 | 201;
  readonly response: R;
  /** Whose key signs; the caller's party's unless said otherwise. */
  signerOf?(ctx: Context, input: { readonly params: z.output<P>; readonly body: z.output<B> }): Promise<Address>;
  /** Checks what only this capability can check, and says which calls the command is. Must change nothing: it may run twice. */
  prepare(
    ctx: Context,
    input: { readonly params: z.output<P>; readonly body: z.output<B> },
  ): Promise<Prepared | DoneAtOnce<z.input<R>>>;
  /** The answer, read from the tables as of the outcome's block (`ctx.asOf`). May run again after a crash. */
  respond(ctx: Context, outcome: Done, input: { readonly params: z.output<P> }): Promise<Made<z.input<R>>>;
}

interface Erased {
  /** The room it belongs to; groups the documentation. */
  readonly capability: string;
  readonly params: z.ZodObject | undefined;
}

/** A read, whatever its types. */
export interface ReadRoute
  extends Omit<ReadRouteDefinition<Access, z.ZodType, z.ZodObject, z.ZodObject>, 'handle' | 'params'>, Erased {
  readonly kind: 'read';
  readonly method: 'get';
  handle(ctx: Omit<ReadContext, 'caller'>, input: { params: object; query: object }): Promise<unknown>;
}

/** A write that never goes on chain, whatever its types. */
export interface OffLedgerRoute
  extends Omit<OffLedgerRouteDefinition<Access, z.ZodType, z.ZodObject, z.ZodType>, 'handle' | 'params'>, Erased {
  readonly kind: 'off-ledger';
  readonly idempotency: 'required' | 'none';
  handle(ctx: Omit<Context, 'caller'>, input: { params: object; body: unknown }, db: Queryable): Promise<Made<unknown>>;
}

/** A write that becomes signed instructions to the ledger, whatever its types. */
export interface CommandRoute
  extends
    Omit<
      CommandRouteDefinition<Exclude<Access, 'public'>, z.ZodType, z.ZodObject, z.ZodType>,
      'signerOf' | 'prepare' | 'respond' | 'params'
    >,
    Erased {
  readonly kind: 'command';
  signerOf?(ctx: Context, input: { params: object; body: unknown }): Promise<Address>;
  prepare(ctx: Context, input: { params: object; body: unknown }): Promise<Prepared | DoneAtOnce<unknown>>;
  respond(ctx: Context, outcome: Done, input: { params: object }): Promise<Made<unknown>>;
}

export type Route = ReadRoute | OffLedgerRoute | CommandRoute;

/** The platform's own, until it is said which room they belong to. */
const PLATFORM = 'platform';

/** The routes of a room. */
export function ofCapability(capability: string, routes: readonly Route[]): readonly Route[] {
  return routes.map((route) => ({ ...route, capability }));
}

/** Declares a question: answered from the tables as of one block. */
export function readRoute<
  const A extends Access,
  R extends z.ZodType,
  P extends z.ZodObject = None,
  Q extends z.ZodObject = None,
>(definition: ReadRouteDefinition<A, R, P, Q>): ReadRoute {
  const route = checked<ReadRoute>({
    ...definition,
    capability: PLATFORM,
    params: definition.params,
    kind: 'read',
    method: 'get',
  });
  if (route.access !== 'public' && route.lookUp === undefined)
    throw new TypeError(`${nameOf(route)} does not say what a look at it is recorded as`);
  return route;
}

/** Declares a write that never goes on chain: users, sessions, drafts. */
export function offLedgerRoute<
  const A extends Access,
  R extends z.ZodType,
  P extends z.ZodObject = None,
  B extends z.ZodType = None,
>(definition: OffLedgerRouteDefinition<A, R, P, B>): OffLedgerRoute {
  const idempotency = definition.idempotency ?? (definition.access === 'public' ? 'none' : 'required');
  const route: OffLedgerRoute = {
    ...definition,
    capability: PLATFORM,
    params: definition.params,
    kind: 'off-ledger',
    idempotency,
  };
  if (route.access === 'public' && idempotency !== 'none') {
    throw new TypeError(`${nameOf(route)}: a public act has no party to keep an idempotency key for`);
  }
  return checked(route);
}

/** Declares an order to the ledger: signed with a party's key, carried by the relayer, answered once it is projected. */
export function commandRoute<
  const A extends Exclude<Access, 'public'>,
  R extends z.ZodType,
  P extends z.ZodObject = None,
  B extends z.ZodType = None,
>(definition: CommandRouteDefinition<A, R, P, B>): CommandRoute {
  const route: CommandRoute = { ...definition, capability: PLATFORM, params: definition.params, kind: 'command' };
  if ((route.access as Access) === 'public')
    throw new TypeError(`${nameOf(route)}: a command needs a party to sign it`);
  return checked(route);
}

/** `GET /v1/things/{id}`: names a route in messages, metrics and the log. */
export function nameOf(route: { readonly method: string; readonly path: string }): string {
  return `${route.method.toUpperCase()} ${route.path}`;
}

/** The names in braces of a path. */
export function paramsIn(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
}

function checked<T extends Route>(route: T): T {
  const name = nameOf(route);
  assertAccess(route.access, name);
  if (!/^(?:\/(?:[a-z0-9][a-z0-9.-]*|\{[a-zA-Z]\w*\}))+$/.test(route.path))
    throw new TypeError(`${name}: malformed path`);
  const inPath = paramsIn(route.path).sort().join();
  const described = Object.keys(route.params?.shape ?? {})
    .sort()
    .join();
  if (inPath !== described) throw new TypeError(`${name}: the path names "${inPath}", params describes "${described}"`);
  return route;
}
