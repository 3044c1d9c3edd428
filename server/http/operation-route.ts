// SPDX-License-Identifier: Apache-2.0
import { ANYBODY } from '../access/who.ts';
import { z } from 'zod';
import { DeeptierError } from '../values/errors.ts';
import type { Operation, Operations } from './operations.ts';
import { problem } from './problem.ts';
import { httpRefusals } from './refusals.ts';
import { type ReadRoute, readRoute } from './route.ts';
import { blockNumber, instant, uuid } from '../values/schemas.ts';

/** A write as its party sees it. */
export const operationBody = z
  .strictObject({
    id: uuid,
    state: z.enum(['open', 'done', 'refused']),
    method: z.enum(['post', 'put', 'delete']),
    path: z.string(),
    createdAt: instant,
    block: blockNumber.nullable().meta({ description: 'The block its events are in, once there is one.' }),
    status: z.int().nullable().meta({ description: 'HTTP status of the answer, once there is one.' }),
    location: z.string().nullable(),
    response: z.unknown().meta({ description: 'The answer as the route describes it, once done; otherwise null.' }),
    problem: problem.nullable(),
  })
  .meta({ id: 'Operation' });

export function operationBodyOf(operation: Operation): z.input<typeof operationBody> {
  const answer: unknown = operation.response_body === null ? null : JSON.parse(operation.response_body);
  return {
    id: operation.id,
    state: operation.state,
    method: operation.method as 'post' | 'put' | 'delete',
    path: operation.path,
    createdAt: operation.created_at.toISOString(),
    block: operation.block?.toString() ?? null,
    status: operation.response_status,
    location: operation.response_location,
    response: operation.state === 'done' ? answer : null,
    problem: operation.state === 'refused' ? (answer as z.input<typeof problem>) : null,
  };
}

export function operationPath(id: string): string {
  return `/v1/operations/${id}`;
}

/** `GET /v1/operations/{id}`: what became of a write that answered 202, or whose answer was lost. */
export function operationRoute(operations: Operations): ReadRoute {
  return readRoute({
    path: operationPath('{id}'),
    summary: 'Show the outcome of a write',
    description:
      'A write that takes longer than its caller waits answers 202 with this address. Only the party that ordered it sees it.',
    access: ANYBODY,
    lookUp: null,
    // It may record what became of the operation, which a snapshot for reading cannot.
    snapshot: false,
    params: z.strictObject({ id: uuid }),
    response: operationBody,
    refusals: [httpRefusals.OPERATION_UNKNOWN],
    async handle(ctx, { params }) {
      const operation = await operations.find(params.id, ctx);
      if (!operation) throw new DeeptierError(httpRefusals.OPERATION_UNKNOWN);
      return operationBodyOf(operation);
    },
  });
}
