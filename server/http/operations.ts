// SPDX-License-Identifier: Apache-2.0
import { canonicalJson } from '../values/json.ts';
import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { DeeptierError } from '../values/errors.ts';
import type { ContractRefusal } from '../ledger/contracts.ts';
import type { LedgerClient, Outcome } from '../ledger/client.ts';
import type { Database, Queryable } from '../store/database.ts';
import type { Context } from './context.ts';
import { InputError } from './input.ts';
import { problemOf } from './problem.ts';
import { httpRefusals } from './refusals.ts';
import { shapeResponse } from './response.ts';
import { type OffLedgerRoute, type CommandRoute, type Made, nameOf } from './route.ts';
import { serialiser } from './serialised.ts';
import type { OperationsTable } from './tables.ts';

export type Operation = Selectable<OperationsTable>;

/** A write as it came: whose, under which key, and what it says. */
export interface Order {
  readonly ctx: Context;
  readonly key: string;
  readonly path: string;
  readonly bodyHash: string;
  readonly input: { readonly params: object; readonly body: unknown };
}

export interface Carried {
  readonly operation: Operation;
  /** The key was used before: this is the answer of the first time. */
  readonly replayed: boolean;
}

export interface OperationsParts {
  readonly db: Database;
  readonly ledgerClient: LedgerClient;
  /** The refusal a contract's error stands for. */
  readonly refusalOf: (name: string, args: ContractRefusal['args']) => DeeptierError;
  readonly commands: readonly CommandRoute[];
}

/** Writes that happen once, however often they are asked for. */
export interface Operations {
  /** Runs an act and records its answer in one transaction. */
  act(route: OffLedgerRoute, order: Order): Promise<Carried>;
  /** Records a command with its instructions in one transaction, then waits at most `waitMs` for what comes of it. */
  command(route: CommandRoute, order: Order, waitMs: number): Promise<Carried>;
  /** An operation of the caller's party, settled if its outcome is known by now. */
  find(id: string, ctx: Context): Promise<Operation | undefined>;
}

type Settled = Exclude<Outcome, { readonly state: 'pending' }>;

interface Answer {
  readonly state: 'done' | 'refused';
  readonly response_status: number;
  readonly response_body: string;
  readonly response_location: string | null;
  readonly block: bigint | null;
}

const OPEN = {
  state: 'open',
  response_status: null,
  response_body: null,
  response_location: null,
  block: null,
} as const;

export function openOperations({ db, ledgerClient, refusalOf, commands }: OperationsParts): Operations {
  const oneByOne = serialiser();
  const commandByName = new Map(commands.map((route) => [nameOf(route), route]));

  return {
    act(route, order) {
      return claim(route, order, () =>
        db.transaction().execute(async (tx) => {
          const operation = await insert(tx, route, order, OPEN);
          if (!operation) return undefined;
          const made = await route.handle({ ...order.ctx, db: tx }, order.input, tx);
          return close(tx, operation.id, doneAnswer(route, made, null));
        }),
      );
    },

    async command(route, order, waitMs) {
      const { operation, replayed } = await claim(route, order, async () => {
        const signer = (await route.signerOf?.(order.ctx, order.input)) ?? order.ctx.caller.key;
        const prepared = await route.prepare(order.ctx, order.input);
        if ('atOnce' in prepared) {
          return db.transaction().execute(async (tx) => {
            const opened = await insert(tx, route, order, OPEN);
            return opened && close(tx, opened.id, doneAnswer(route, await prepared.atOnce(tx), null));
          });
        }
        const calls =
          prepared.simulate === false ? prepared.calls : await ledgerClient.simulateAll(signer, prepared.calls);
        if (calls.length === 0) throw new Error(`${nameOf(route)} prepared no call`);
        return db.transaction().execute(async (tx) => {
          const opened = await insert(tx, route, order, OPEN);
          if (!opened) return undefined;
          await prepared.record?.(tx, opened.id);
          await ledgerClient.enqueue(tx, opened.id, signer, calls);
          return opened;
        });
      });
      return { operation: await settle(operation, order.ctx, waitMs), replayed };
    },

    async find(id, ctx) {
      const operation = await db
        .selectFrom('operations')
        .selectAll()
        .where('id', '=', id)
        .where('party', '=', ctx.caller.party)
        .executeTakeFirst();
      return operation && settle(operation, ctx, 0);
    },
  };

  /**
   * The operation of this key: the one there is, or the one `make` records. Only requests that meet in this process wait
   * for one another here; between processes, the unique key decides, and `make` answers undefined to who came second.
   */
  async function claim(
    route: OffLedgerRoute | CommandRoute,
    order: Order,
    make: () => Promise<Operation | undefined>,
  ): Promise<Carried> {
    const scope = canonicalJson([order.ctx.caller.party, nameOf(route), order.key]);
    return oneByOne(scope, async () => {
      const before = await existing(route, order);
      if (before) return { operation: before, replayed: true };
      const operation = await make().catch((error: unknown) => {
        if (!isLasting(error)) throw error;
        return insert(db, route, order, refusedAnswer(error, order.ctx.requestId, null));
      });
      if (operation) return { operation, replayed: false };
      const other = await existing(route, order);
      if (!other) throw new Error(`an operation of ${nameOf(route)} vanished`);
      return { operation: other, replayed: true };
    });
  }

  async function existing(route: OffLedgerRoute | CommandRoute, order: Order): Promise<Operation | undefined> {
    const operation = await db
      .selectFrom('operations')
      .selectAll()
      .where('party', '=', order.ctx.caller.party)
      .where('method', '=', route.method)
      .where('route', '=', route.path)
      .where('idem_key', '=', order.key)
      .executeTakeFirst();
    if (operation && operation.body_hash !== order.bodyHash) {
      throw new DeeptierError(httpRefusals.IDEMPOTENCY_KEY_REUSED, {
        method: route.method.toUpperCase(),
        route: route.path,
      });
    }
    return operation;
  }

  async function settle(operation: Operation, ctx: Context, waitMs: number): Promise<Operation> {
    if (operation.state !== 'open') return operation;
    const route = commandByName.get(nameOf({ method: operation.method, path: operation.route }));
    if (!route) throw new Error(`operation ${operation.id} is of a route that is no more`);
    const outcome = await ledgerClient.await(operation.id, waitMs);
    if (outcome.state === 'pending') return operation;
    return close(db, operation.id, await answerOf(route, operation, outcome, ctx));
  }

  async function answerOf(route: CommandRoute, operation: Operation, outcome: Settled, ctx: Context): Promise<Answer> {
    if (outcome.state === 'refused') {
      const error = outcome.refusal
        ? refusalOf(outcome.refusal.name, outcome.refusal.args)
        : new DeeptierError(httpRefusals.REASON_NOT_GIVEN);
      return refusedAnswer(error, ctx.requestId, outcome.block);
    }
    const params = paramsOf(route, operation.path);
    const made = await route.respond({ ...ctx, db, asOf: outcome.block }, outcome, { params });
    return doneAnswer(route, made, outcome.block);
  }
}

/** Whether an error is the answer for ever: not a fault of ours, and not a matter of trying again. */
function isLasting(error: unknown): error is DeeptierError {
  return error instanceof DeeptierError && error.status < 500 && error.status !== 429;
}

function doneAnswer(route: OffLedgerRoute | CommandRoute, made: Made<unknown>, block: bigint | null): Answer {
  return {
    state: 'done',
    response_status: route.status,
    response_body: JSON.stringify(shapeResponse(route, made.body)),
    response_location: made.location ?? null,
    block,
  };
}

function refusedAnswer(error: DeeptierError, requestId: string, block: bigint | null): Answer {
  const faults = error instanceof InputError ? error.faults : undefined;
  return {
    state: 'refused',
    response_status: error.status,
    response_body: JSON.stringify(problemOf(error, requestId, faults)),
    response_location: null,
    block,
  };
}

/** Undefined if the key was taken meanwhile. */
function insert(
  db: Queryable,
  route: OffLedgerRoute | CommandRoute,
  { ctx, key, path, bodyHash }: Order,
  answer: typeof OPEN | Answer,
): Promise<Operation | undefined> {
  return db
    .insertInto('operations')
    .values({
      id: randomUUID(),
      party: ctx.caller.party,
      user_id: ctx.caller.userId,
      method: route.method,
      route: route.path,
      idem_key: key,
      path,
      body_hash: bodyHash,
      ...answer,
    })
    .onConflict((conflict) => conflict.columns(['party', 'method', 'route', 'idem_key']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Records the answer unless somebody who waited for the same outcome did; the first answer recorded is the answer. */
async function close(db: Queryable, id: string, answer: Answer): Promise<Operation> {
  const closed = await db
    .updateTable('operations')
    .set(answer)
    .where('id', '=', id)
    .where('state', '=', 'open')
    .returningAll()
    .executeTakeFirst();
  return closed ?? db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** The parameters in a path, as they were when it was called. */
function paramsOf(route: CommandRoute, path: string): object {
  const names = route.path.split('/');
  const values = path.split('/');
  const raw = Object.fromEntries(
    names.flatMap((name, index) =>
      name.startsWith('{') ? [[name.slice(1, -1), decodeURIComponent(values[index] ?? '')] as const] : [],
    ),
  );
  return route.params ? route.params.parse(raw) : {};
}
