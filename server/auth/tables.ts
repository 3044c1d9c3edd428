// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { ColumnType, Generated } from 'kysely';
import type { Migration } from '../store/migrations.ts';

declare module '../store/database.ts' {
  interface Tables {
    users: UsersTable;
    sign_in_failures: SignInFailuresTable;
  }
}

export interface UsersTable {
  id: string;
  party: PartyId;
  /** Lower case, unique. */
  username: string;
  password_hash: string;
  roles: string[];
  disabled: Generated<boolean>;
  /** Raised by every change of password, roles or standing; tokens of an older epoch are void. */
  epoch: Generated<number>;
  created_at: ColumnType<Date, never, never>;
}

export interface SignInFailuresTable {
  /** SHA-256 of the name somebody tried to sign in under, whether or not there is such a user. */
  name_hash: string;
  failures: number;
  /** Failures before this moment are forgotten; with enough of them, the name is locked until then. */
  until: Date;
}

export const authMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 auth',
    sql: `
      create table users (
        id uuid primary key,
        party bigint not null,
        username text not null unique check (username = lower(username)),
        password_hash text not null,
        roles text[] not null,
        disabled boolean not null default false,
        epoch integer not null default 0,
        created_at timestamptz not null default now()
      );
      create index users_by_party on users (party, username);
      create table sign_in_failures (
        name_hash text primary key,
        failures integer not null,
        until timestamptz not null
      );
      create index sign_in_failures_by_until on sign_in_failures (until)`,
  },
];
