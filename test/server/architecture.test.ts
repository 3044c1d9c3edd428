// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { capabilities } from '../../server/capabilities.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const SERVER = path.join(PROJECT, 'server');
/** In lines; a contract has fewer. */
const LONGEST_FILE = 450;
const LONGEST_CONTRACT = 400;

/** Folders that no business word lives in. */
const PLATFORM = ['values', 'access', 'ledger', 'http', 'auth', 'store', 'runtime'];

/**
 * Where these rules do not hold yet. An entry that is not needed any more fails like one that is missing: entries only
 * ever go.
 */
const TABLES_OF_OTHERS: readonly string[] = [];
const ROOMS_OF_THE_PLATFORM: readonly string[] = [];
const CIRCLES: readonly string[] = [];

interface Source {
  /** Below `server`, with slashes. */
  readonly file: string;
  /** The folder it is in; empty for those that put the rooms together. */
  readonly folder: string;
  readonly tree: ts.SourceFile;
  /** The files below `server` that it imports, as values or as types. */
  readonly imports: readonly Import[];
}

interface Import {
  readonly file: string;
  readonly folder: string;
}

const sources: readonly Source[] = fs
  .readdirSync(SERVER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .map((name) => {
    const file = name.split(path.sep).join('/');
    const text = fs.readFileSync(path.join(SERVER, name), 'utf8');
    return {
      file,
      folder: folderOf(file),
      imports: importsOf(file, text),
      tree: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true),
    };
  });

const rooms = capabilities.map(({ name }) => name);

/** Each table's folder: where it is declared, or created by a migration. */
const owners = new Map<string, string>(
  sources.flatMap(({ folder, tree }) => [
    ...[...tree.text.matchAll(/\bversionedTable\(\s*'(\w+)'/g)].map(([, table = '']) => [table, folder] as const),
    ...[...tree.text.matchAll(/\bcreate table (?!if\b)(\w+) \(/g)].map(([, table = '']) => [table, folder] as const),
  ]),
);

const READERS = new Set([
  'selectFrom',
  'innerJoin',
  'leftJoin',
  'rightJoin',
  'fullJoin',
  'crossJoin',
  'innerJoinLateral',
  'leftJoinLateral',
  'insertInto',
  'updateTable',
  'deleteFrom',
  'mergeInto',
  'using',
  'table',
]);

/** The tables that a file names in its queries, whether built or written out. */
function tablesIn(tree: ts.SourceFile): string[] {
  const found = new Set<string>();
  const take = (text: string) => {
    const name = text.trim().split(/\s/)[0] ?? '';
    if (owners.has(name)) found.add(name);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const called = ts.isPropertyAccessExpression(node.expression)
        ? node.expression.name.text
        : node.expression.getText();
      if (READERS.has(called)) {
        for (const argument of node.arguments) {
          const names = ts.isArrayLiteralExpression(argument) ? argument.elements : [argument];
          for (const name of names) if (ts.isStringLiteralLike(name)) take(name.text);
        }
      }
    }
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText().startsWith('sql')) {
      const { template } = node;
      const text = ts.isNoSubstitutionTemplateLiteral(template)
        ? template.text
        : [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)].join(' ? ');
      for (const [, table = ''] of text.matchAll(/\b(?:from|join|into|update|exists|table)\s+"?(\w+)/gi)) take(table);
      // A list of tables: `from a, b`.
      for (const [, list = ''] of text.matchAll(
        /\bfrom\s+(\w+(?:\s+(?:as\s+)?\w+)?(?:\s*,\s*\w+(?:\s+(?:as\s+)?\w+)?)+)/gi,
      )) {
        list.split(',').forEach(take);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return [...found].sort();
}

function importsOf(file: string, text: string): Import[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => path.posix.join(path.posix.dirname(file), fileName))
    .filter((name) => !name.startsWith('..'))
    .map((name) => ({ file: name, folder: folderOf(name) }));
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
}

describe('the house', () => {
  it('has a folder for each room, and knows the owner of each table', () => {
    const folders = new Set(sources.map(({ folder }) => folder));
    assert.includeMembers([...folders], [...rooms, ...PLATFORM.filter((folder) => folder !== 'access')]);
    assert.isAbove(owners.size, 50);
    assert.strictEqual(owners.get('notes'), 'receivables');
    assert.strictEqual(owners.get('users'), 'auth');
  });

  it('lets nobody read or write the tables of another room', () => {
    const found = sources.flatMap((source) => [
      ...tablesIn(source.tree)
        .filter((table) => owners.get(table) !== source.folder)
        .map((table) => `${source.file}: ${table} of ${String(owners.get(table))}`),
      ...source.imports
        .filter(
          ({ file, folder }) => folder !== source.folder && /(?:^|-|\/)tables?\.ts$/.test(file) && source.folder !== '',
        )
        .map(({ file }) => `${source.file}: imports ${file}`),
    ]);
    assert.deepEqual(found, [...TABLES_OF_OTHERS]);
  });

  it('has no business word in the platform: it imports no room', () => {
    const found = sources
      .filter(({ folder }) => PLATFORM.includes(folder))
      .flatMap((source) =>
        source.imports.filter(({ folder }) => !PLATFORM.includes(folder)).map(({ file }) => `${source.file}: ${file}`),
      );
    assert.deepEqual(found, [...ROOMS_OF_THE_PLATFORM]);
  });

  it('says its licence in every source file, and none is too long to be read', () => {
    const files = fs.globSync('{contracts,scripts,server,test}/**/*.{sol,ts,mjs,js}', { cwd: PROJECT });
    assert.isAbove(files.length, 500);
    const texts = files.map((file) => ({ file, text: fs.readFileSync(path.join(PROJECT, file), 'utf8') }));
    const bare = texts.filter(({ text }) => !text.includes('SPDX-License-Identifier: Apache-2.0'));
    assert.deepEqual(
      bare.map(({ file }) => file),
      [],
    );
    const long = texts
      .filter(({ file }) => !file.startsWith('test/'))
      .filter(
        ({ file, text }) => text.split('\n').length > (file.startsWith('contracts/') ? LONGEST_CONTRACT : LONGEST_FILE),
      );
    assert.deepEqual(
      long.map(({ file }) => file),
      [],
    );
  });

  it('has no circle of rooms', () => {
    const edges = new Map<string, Map<string, string[]>>();
    for (const source of sources) {
      if (source.folder === '') continue;
      for (const { file, folder } of source.imports) {
        if (folder === source.folder || folder === '') continue;
        const out = edges.get(source.folder) ?? new Map<string, string[]>();
        out.set(folder, [...(out.get(folder) ?? []), `${source.file} -> ${file}`]);
        edges.set(source.folder, out);
      }
    }
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      [...(edges.get(from)?.keys() ?? [])].some(
        (next) => next === to || (!seen.has(next) && (seen.add(next), reaches(next, to, seen))),
      );
    const inCircle = [...edges].flatMap(([from, out]) =>
      [...out].filter(([to]) => reaches(to, from)).map(([to, imports]) => ({ edge: `${from} -> ${to}`, imports })),
    );
    assert.deepEqual(
      inCircle.map(({ edge }) => edge).sort(),
      [...CIRCLES],
      inCircle.flatMap(({ imports }) => imports).join('\n'),
    );
  });
});
