// SPDX-License-Identifier: Apache-2.0
import type { ApiClient } from '../../server/demo/client.ts';
import { noteIdOf, numbered } from '../../server/values/ids.ts';
import { money } from './money.ts';
import type { Issued } from './issue.ts';
import type { People } from './people.ts';

/** Who pays whom with which part of what it has, in per mille, down to the fourth tier. */
const HOPS = [
  {
    from: 'first supplier',
    to: [
      ['jinfeng', 400n],
      ['kaida', 250n],
    ],
  },
  { from: 'jinfeng', to: [['lihe', 600n]] },
  { from: 'lihe', to: [['xinyuan', 500n]] },
] as const;

interface Note {
  readonly id: string;
  readonly amount: string;
}

/** What the party at the end of the chain holds, and who paid it with that. */
export interface Deepest extends Note {
  readonly holder: string;
  readonly buyer: string;
}

/** Splits a payable and passes the pieces on; every recipient accepts its own. */
export async function passDown(people: People, payable: Issued): Promise<Deepest> {
  const held = new Map<string, Note>();
  const root = { id: noteIdOf(numbered(payable.id), 1n).toString(), amount: payable.face };
  held.set('first supplier', root);
  for (const { from, to } of HOPS) {
    const giver = from === 'first supplier' ? payable.supplier : from;
    const note = held.get(from) as Note;
    const shares = await Promise.all(
      to.map(async ([short, perMille]) => ({
        short,
        to: await people.partyOf(short),
        amount: atLeastOne((BigInt(note.amount) * perMille) / 1000n),
      })),
    );
    const client = await people.as(`${giver}.maker`);
    await client.post(`/v1/notes/${note.id}/transfers`, {
      shares: shares.map(({ to: party, amount }) => ({ to: party, amount })),
    });
    for (const { short, amount } of shares) {
      const recipient = await people.as(`${short}.maker`);
      const offered = await offerTo(recipient, payable.id, amount);
      await recipient.post(`/v1/notes/${offered}/acceptance`);
      held.set(short, { id: offered, amount });
      console.log(`   ${giver} → ${short}: ${money(amount, payable.currency)}, accepted`);
    }
  }
  const {
    from: buyer,
    to: [[holder]],
  } = HOPS[2];
  return { ...(held.get(holder) as Note), holder, buyer };
}

async function offerTo(recipient: ApiClient, payable: string, amount: string): Promise<string> {
  const { items } = await recipient.get<{ items: { id: string; amount: string }[] }>(
    `/v1/notes?status=offered&payable=${payable}`,
  );
  const offered = items.find((note) => note.amount === amount);
  if (!offered) throw new Error(`an offer of ${amount} on payable ${payable} has not arrived`);
  return offered.id;
}

function atLeastOne(units: bigint): string {
  return String(units > 0n ? units : 1n);
}
