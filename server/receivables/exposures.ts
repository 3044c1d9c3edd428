// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { Selectable } from 'kysely';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';
import type { ExposuresTable } from './tables.ts';

export interface Exposure {
  readonly obligor: PartyId;
  readonly currency: string;
  readonly limit: bigint;
  readonly outstanding: bigint;
}

/** What an obligor may owe and owes, by currency; its own, without those it succeeded. */
export async function exposuresOf(db: Queryable, obligor: PartyId, block: AtBlock): Promise<Exposure[]> {
  const rows = await asOf(db.selectFrom('exposures').selectAll().where('obligor', '=', obligor), 'exposures', block)
    .orderBy('currency')
    .execute();
  return rows.map(exposureOf);
}

function exposureOf(row: Selectable<ExposuresTable>): Exposure {
  return { obligor: row.obligor, currency: row.currency, limit: row.credit_limit, outstanding: row.outstanding };
}
