// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { assert } from 'chai';
import type { ApiClient } from '../../server/demo/client.ts';

const SAMPLE = path.resolve(import.meta.dirname, '../../samples/invoices/ubl-minghua-1018.xml');
const DAY = 86_400_000;

interface Note {
  readonly id: string;
  readonly amount: string;
}

/** An accepted payable of Hengtai's to Minghua, and Harbour that buys it under a published quote; the payable's number. */
export async function openMarket(as: (username: string) => Promise<ApiClient>): Promise<string> {
  const maker = await as('hengtai.maker');
  const { fingerprint, residual, currency } = await maker.postXml<{
    fingerprint: string;
    residual: string;
    currency: string;
  }>('/v1/documents', await fs.readFile(SAMPLE));
  const supplier = (await (await as('minghua.maker')).get<{ party: { id: string } }>('/v1/me')).party.id;
  const draft = await maker.post<{ id: string }>('/v1/issue-drafts', {
    supplier,
    currency,
    face: residual,
    maturity: new Date(Date.now() + 120 * DAY).toISOString().slice(0, 10),
    documents: [{ fingerprint, amount: residual }],
  });
  const { id } = await (await as('hengtai.checker')).post<{ id: string }>(`/v1/issue-drafts/${draft.id}/approval`);
  await (await as('minghua.maker')).post(`/v1/payables/${id}/acceptance`);
  const financier = await as('harbour.maker');
  await financier.put(`/v1/risk-assets/${currency}`, { amount: '1000000000000' });
  await financier.post('/v1/quotes', {
    visibility: 'public',
    currency,
    rate: '28500',
    dayCount: 'ACT/360',
    method: 'bank-discount',
    recourse: 'without',
    maxDays: 366,
    capacity: '100000000000',
    expiresAt: new Date(Date.now() + DAY).toISOString(),
  });
  return id;
}

/** The one note that a party holds of a payable, now or as of the end of a block. */
export async function heldNote(holder: ApiClient, payable: string, block?: string): Promise<Note> {
  const asOf = block === undefined ? '' : `&asOfBlock=${block}`;
  const { items } = await holder.get<{ items: Note[] }>(`/v1/notes?status=held&payable=${payable}${asOf}`);
  assert.strictEqual(items.length, 1, 'one note of the payable is held');
  return items[0] as Note;
}

/** The last block that the tables hold: reads that are compared name one. */
export async function headBlock(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/refusals`);
  await response.arrayBuffer();
  const block = response.headers.get('deeptier-block');
  assert.isOk(block !== null && block !== '0', 'an answer names its block');
  return block;
}
