// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { Projection } from './projection.ts';
import { projectorDdl } from './tables.ts';

/** A schema for the tables that are made of the ledger's events, named for all that decides what is in them. */
export interface ProjectionSchema {
  /** `projection_` and twelve hex digits: another definition, another name. */
  readonly name: string;
  /** What creates its tables, in SQL. */
  readonly ddl: string;
}

/** What decides the rows beside the tables' own definitions. */
export interface ProjectionSources {
  /** The events that the contracts announce, as their ABI has them. */
  readonly events: unknown;
  /** Of the code that makes rows of events; see `codeDigest`. */
  readonly code: string;
}

export const PROJECTION_PREFIX = 'projection_';

export function projectionSchema(projections: readonly Projection[], sources: ProjectionSources): ProjectionSchema {
  const tables = projections.flatMap((projection) => projection.tables);
  const ddl = [projectorDdl, ...tables.map((table) => table.ddl)].join('\n');
  const hash = createHash('sha256')
    .update(JSON.stringify([ddl, sources.events, sources.code]))
    .digest('hex');
  return { name: `${PROJECTION_PREFIX}${hash.slice(0, 12)}`, ddl };
}

interface AbiItem {
  readonly type?: string;
}

/** The events of all contracts, in an order that does not depend on how they were read. */
export function eventsOf(artifacts: ReadonlyMap<string, { readonly abi: readonly AbiItem[] }>): unknown {
  return [...artifacts]
    .map(([name, { abi }]) => [name, abi.filter(({ type }) => type === 'event')] as const)
    .filter(([, events]) => events.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
