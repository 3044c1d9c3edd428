// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { PARTY_ROLES } from '../values/roles.ts';

const SAMPLES = path.resolve(import.meta.dirname, '../../samples');

const file = z.object({
  parties: z.array(
    z.object({
      id: z.string(),
      name: z.object({ en: z.string(), zh: z.string() }),
      uscc: z.string(),
      role: z.enum(PARTY_ROLES),
      tier: z.int().nullable(),
    }),
  ),
});

/** A member of the demo consortium; every one of them is invented. */
export interface DemoParty extends z.output<typeof file.shape.parties.element> {
  /** The first word of its id: `hengtai`; its users are named after it. */
  readonly short: string;
}

/** The demo consortium: an obligor, suppliers in four tiers, two financiers, a settlement bank, an auditor, a regulator, the operator. */
export async function demoConsortium(): Promise<readonly DemoParty[]> {
  const { parties } = file.parse(JSON.parse(await fs.readFile(path.join(SAMPLES, 'parties.json'), 'utf8')));
  return parties.map((party) => ({ ...party, short: party.id.split('-')[0] as string }));
}
