// SPDX-License-Identifier: Apache-2.0
declare const VALUE: unique symbol;

/** A column of a table: its type in SQL, and in `T` what is read from it and written to it. */
export interface Column<T> {
  readonly type: string;
  /** The only words it may hold, if it holds words. */
  readonly words: readonly string[] | undefined;
  readonly nullable: boolean;
  readonly [VALUE]?: () => T;
  orNull(): Column<T | null>;
}

export type Columns = Readonly<Record<string, Column<unknown>>>;

/** The row that columns make. */
export type ValuesOf<C extends Columns> = { -readonly [Name in keyof C]: C[Name] extends Column<infer T> ? T : never };

/** A whole number of at most 63 bits. `T` may say what it identifies. */
export const bigint = <T extends bigint = bigint>(): Column<T> => column('bigint');

/** A whole number of so many decimal digits: 20 hold 64 bits, 39 hold 128, 78 hold 256. */
export const numeric = (digits: number): Column<bigint> => column(`numeric(${digits})`);

/** A whole number of at most 31 bits. */
export const integer = <T extends number = number>(): Column<T> => column('integer');

export const boolean = (): Column<boolean> => column('boolean');

export const text = <T extends string = string>(): Column<T> => column('text');

/** Text that is compared byte by byte, so that an index finds it by how it begins. */
export const plainText = (): Column<string> => column('text collate "C"');

/** One of some words. */
export const oneOf = <const Word extends string>(words: readonly Word[]): Column<Word> => column('text', { words });

/** 'YYYY-MM-DD'. */
export const date = <T extends string = string>(): Column<T> => column('date');

export const bytes = (): Column<Uint8Array> => column('bytea');

/** What JSON can hold. */
export const json = <T>(): Column<T> => column('jsonb');

/** A column as `create table` takes it. */
export function columnSql(name: string, { type, words, nullable }: Column<unknown>): string {
  const check = words && `check (${name} in (${words.map((word) => `'${word.replaceAll("'", "''")}'`).join(', ')}))`;
  return [name, type, nullable ? undefined : 'not null', check].filter((part) => part !== undefined).join(' ');
}

function column<T>(
  type: string,
  { words, nullable = false }: { words?: readonly string[]; nullable?: boolean } = {},
): Column<T> {
  return { type, words, nullable, orNull: () => column<T | null>(type, { ...(words && { words }), nullable: true }) };
}
