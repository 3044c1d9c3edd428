// SPDX-License-Identifier: Apache-2.0
import type { Address } from '../../values/hex.ts';
import type { Account } from '../chain/transaction.ts';
import type { Database } from '../../store/database.ts';
import type { Migration } from '../../store/migrations.ts';
import type { Keystore } from './keystore.ts';

declare module '../../store/database.ts' {
  interface Tables {
    service_accounts: { purpose: string; address: string };
  }
}

export const serviceAccountMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 service-accounts',
    sql: 'create table service_accounts (purpose text primary key, address text not null unique);',
  },
];

/** The service's own key for one purpose (`deployer`, `relayer`), made at first use. */
export async function serviceAccount(db: Database, keystore: Keystore, purpose: string): Promise<Account> {
  const find = () =>
    db.selectFrom('service_accounts').select('address').where('purpose', '=', purpose).executeTakeFirst();
  if (!(await find())) {
    const address = await keystore.create();
    await db
      .insertInto('service_accounts')
      .values({ purpose, address })
      .onConflict((on) => on.doNothing())
      .execute();
  }
  const row = await find();
  if (!row) throw new Error(`no account for ${purpose}`);
  const address = row.address as Address;
  if (!(await keystore.has(address))) throw new Error(`the key ${address} of the ${purpose} is not in the keystore`);
  return keystore.account(address);
}
