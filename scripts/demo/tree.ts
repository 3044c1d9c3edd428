// SPDX-License-Identifier: Apache-2.0
import { money } from './money.ts';
import type { People } from './people.ts';

interface Node {
  readonly note: string;
  readonly holder: { readonly name: string };
  readonly tier: number;
  readonly amount: string;
  readonly units: { readonly start: string; readonly end: string };
  readonly status: string;
  readonly children: readonly Node[];
}

interface Tree {
  readonly currency: string;
  readonly face: string;
  readonly obligor: { readonly name: string };
  readonly byTier: readonly { readonly tier: number; readonly amount: string }[];
  readonly notes: readonly Node[];
}

/** Prints everything below a payable, and checks that its leaves add up to its face. */
export async function drawTree(people: People, payable: string): Promise<void> {
  const regulator = await people.as('guangdong.desk');
  const tree = await regulator.get<Tree>(`/v1/payables/${payable}/tree`);
  console.log(`\n   ${tree.obligor.name} owes ${money(tree.face, tree.currency)} (payable ${payable})`);
  tree.notes.forEach((node, index) => draw(node, tree.currency, '   ', index === tree.notes.length - 1));
  console.log(
    `\n   by tier: ${tree.byTier.map(({ tier, amount }) => `${tier}: ${money(amount, tree.currency)}`).join('   ')}`,
  );
  const total = tree.byTier.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  if (total !== BigInt(tree.face)) throw new Error(`the tiers add up to ${total}, not to the face of ${tree.face}`);
  console.log(`   the tiers add up to the face, to the last minor unit`);
}

function draw(node: Node, currency: string, indent: string, last: boolean, above?: Node): void {
  const what = node.amount === '0' ? 'passed on or sold in full' : money(node.amount, currency);
  const where = node.amount === '0' ? '' : `  units [${node.units.start}, ${node.units.end})`;
  const hop = node.tier === above?.tier ? 'bought by ' : '';
  console.log(
    `${indent}${last ? '└─' : '├─'} tier ${node.tier}  ${hop}${node.holder.name}: ${what}, ${node.status}${where}`,
  );
  node.children.forEach((child, index) =>
    draw(child, currency, `${indent}${last ? '   ' : '│  '}`, index === node.children.length - 1, node),
  );
}
