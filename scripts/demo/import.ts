// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { ApiError, type ApiClient } from '../../server/demo/client.ts';
import { money } from './money.ts';
import type { People } from './people.ts';
import { inProgress } from './progress.ts';

interface Imported {
  readonly kind: 'invoice' | 'credit-note';
  readonly number: string | null;
  readonly currency: string;
  readonly payable: string;
  readonly lowers: { readonly amount: string } | null;
  readonly warnings: readonly { readonly rule: string }[];
  readonly similarTo: readonly object[];
}

interface Line {
  readonly file: string;
  readonly outcome: 'taken' | 'known' | 'refused';
  readonly text: string;
}

/** Refusals that mean: this document names no party of the ledger, so somebody has to say who they are. */
const UNNAMED = new Set(['DOCUMENT_BUYER_UNMATCHED', 'DOCUMENT_NOT_YOURS']);

/** The obligor brings every file in a folder; what is refused is refused with its reason. Credit notes come after invoices. */
export async function importFolder(people: People, folder: string): Promise<void> {
  const names = (await fs.readdir(folder, { recursive: true })).filter((name) => /\.xml$/i.test(name)).sort();
  if (names.length === 0) throw new Error(`${folder} has no XML file`);
  const buyer = await people.as('hengtai.maker');
  const debtor = await people.partyOf('hengtai');
  const sellers = [await people.partyOf('minghua'), await people.partyOf('tailong')];
  const declared = (index: number): string => `/v1/documents/for/${debtor}/from/${sellers[index % sellers.length]}`;

  const bring = async (index: number): Promise<Line> => {
    const file = names[index] as string;
    const bytes = await fs.readFile(path.join(folder, file));
    try {
      return { file, outcome: 'taken', text: describe(await bringOnce(buyer, bytes, declared(index))) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'DOCUMENT_ALREADY_REGISTERED') return { file, outcome: 'known', text: 'already registered' };
      return { file, outcome: 'refused', text: error.reason };
    }
  };
  const all = names.map((_, index) => index);
  const first = await inProgress('invoices', all, 4, bring);
  // A credit note may have been read before the invoice it refers to.
  const waiting = all.filter((index) => first[index]?.text.startsWith('DOCUMENT_REFERENCE_UNKNOWN'));
  for (const index of waiting) first[index] = await bring(index);

  const longest = Math.min(52, Math.max(...first.map(({ file }) => file.length)));
  for (const { file, outcome, text } of first) {
    const mark = outcome === 'taken' ? '✓' : outcome === 'known' ? '·' : '✗';
    console.log(
      `   ${mark} ${(file.length > longest ? `…${file.slice(1 - longest)}` : file).padEnd(longest)}  ${text}`,
    );
  }
}

async function bringOnce(buyer: ApiClient, bytes: Uint8Array, declaredPath: string): Promise<Imported> {
  try {
    return await buyer.postXml<Imported>('/v1/documents', bytes);
  } catch (error) {
    if (!(error instanceof ApiError) || !UNNAMED.has(error.code)) throw error;
    return buyer.postXml<Imported>(declaredPath, bytes);
  }
}

function describe({ kind, currency, payable, lowers, warnings, similarTo }: Imported): string {
  const amount = kind === 'invoice' ? money(payable, currency) : `credit of ${money(lowers?.amount ?? '0', currency)}`;
  const remarks = [
    ...(similarTo.length > 0 ? ['looks like another one'] : []),
    ...(warnings.length > 0 ? [`warnings ${[...new Set(warnings.map(({ rule }) => rule))].join(', ')}`] : []),
  ];
  return [amount, ...remarks].join('; ');
}
