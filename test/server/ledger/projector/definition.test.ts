// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import ts from 'typescript';
import { capabilities } from '../../../../server/capabilities.ts';
import { codeDigest, importsOf, reachable } from '../../../../server/ledger/projector/code-digest.ts';
import { eventsOf, projectionSchema } from '../../../../server/ledger/projector/definition.ts';
import type { Projection } from '../../../../server/ledger/projector/projection.ts';
import { bigint, oneOf, text } from '../../../../server/store/columns.ts';
import { versionedTable } from '../../../../server/store/versioned.ts';

const SERVER = path.resolve(import.meta.dirname, '../../../../server');

describe('the name of the projection schema', () => {
  const columns = { id: bigint(), label: text() };
  const made = (definition: Parameters<typeof versionedTable>[1], sources = { events: ['E'], code: 'c' }) => {
    const projection: Projection = { name: 'jars', tables: [versionedTable('jars', definition)], on: {} };
    return projectionSchema([projection], sources).name;
  };
  const name = made({ columns, key: ['id'] });

  it('is the same for the same definition', () => {
    assert.match(name, /^projection_[0-9a-f]{12}$/);
    assert.strictEqual(made({ columns: { id: bigint(), label: text() }, key: ['id'] }), name);
  });

  it('is another one when a column, a word it may hold, a key, a check, an index, an event or the code changes', () => {
    const others = [
      made({ columns: { ...columns, colour: text() }, key: ['id'] }),
      made({ columns: { id: bigint(), label: text().orNull() }, key: ['id'] }),
      made({ columns: { id: bigint(), label: oneOf(['plums']) }, key: ['id'] }),
      made({ columns: { id: bigint(), label: oneOf(['plums', 'figs']) }, key: ['id'] }),
      made({ columns, key: ['id', 'label'] }),
      made({ columns, key: ['id'], checks: ['id > 0'] }),
      made({ columns, key: ['id'], indexes: { by_label: '(label)' } }),
      made({ columns, key: ['id'] }, { events: ['E', 'F'], code: 'c' }),
      made({ columns, key: ['id'] }, { events: ['E'], code: 'd' }),
    ];
    assert.lengthOf(new Set([name, ...others]), others.length + 1);
  });

  it('does not depend on the order in which artifacts are read, nor on what is no event', () => {
    const [event, other] = [
      { type: 'event', name: 'A' },
      { type: 'event', name: 'B' },
    ];
    const some = new Map([
      ['X', { abi: [event, { type: 'function', name: 'f' }] }],
      ['Y', { abi: [other] }],
    ]);
    const same = new Map([
      ['Y', { abi: [other] }],
      ['X', { abi: [event] }],
      ['Z', { abi: [{ type: 'error', name: 'E' }] }],
    ]);
    assert.deepEqual(eventsOf(some), eventsOf(same));
    assert.notDeepEqual(eventsOf(some), eventsOf(new Map([['X', { abi: [event] }]])));
  });
});

describe('the digest of the code that makes rows of events', () => {
  let directory: string;
  let copy: string;
  const entries = (root: string) => [
    path.join(root, 'ledger/projector/projector.ts'),
    path.join(root, 'receivables/projection.ts'),
  ];

  before(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-code-'));
    copy = path.join(directory, 'server');
    await fs.cp(SERVER, copy, { recursive: true });
    await fs.symlink(path.resolve(SERVER, '../node_modules'), path.join(directory, 'node_modules'));
  });
  after(() => fs.rm(directory, { recursive: true, force: true }));

  async function withEdit(file: string, edit: (text: string) => string): Promise<string> {
    const name = path.join(copy, file);
    const original = await fs.readFile(name, 'utf8');
    assert.notStrictEqual(edit(original), original, `the edit of ${file} changes it`);
    await fs.writeFile(name, edit(original));
    try {
      return await codeDigest(copy, entries(copy));
    } finally {
      await fs.writeFile(name, original);
    }
  }

  it('is that of the text, wherever it lies', async () => {
    assert.strictEqual(await codeDigest(copy, entries(copy)), await codeDigest(SERVER, entries(SERVER)));
  });

  it('changes with a handler, a value that it uses, and the projector itself; not with what they do not use', async () => {
    const before = await codeDigest(copy, entries(copy));
    const append = (text: string) => `${text}\nexport const changed = 1;\n`;
    for (const file of [
      'receivables/projection.ts',
      'receivables/tables.ts',
      'values/ids.ts',
      'store/versioned.ts',
      'ledger/projector/projector.ts',
    ]) {
      assert.notStrictEqual(await withEdit(file, append), before, file);
    }
    for (const file of ['receivables/routes.ts', 'covers/projection.ts', 'http/app.ts']) {
      assert.strictEqual(await withEdit(file, append), before, file);
    }
  });

  it('follows every module that a file imports when it runs, as Node runs it and the compiler reads it', async () => {
    let imports = 0;
    for (const entry of await fs.readdir(SERVER, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const source = await fs.readFile(path.join(entry.parentPath, entry.name), 'utf8');
      const expected = ts
        .preProcessFile(stripTypeScriptTypes(source), true, true)
        .importedFiles.map(({ fileName }) => fileName);
      assert.deepEqual(new Set(importsOf(source)), new Set(expected), path.join(entry.parentPath, entry.name));
      imports += expected.length;
    }
    assert.isAbove(imports, 1_000);
  });

  it('takes in the projection of every room that has one', async () => {
    const rooms = capabilities.filter(({ projection }) => projection).map(({ name }) => name);
    assert.isAbove(rooms.length, 10);
    const { files, packages } = await reachable(
      SERVER,
      rooms.map((room) => path.join(SERVER, room, 'projection.ts')),
    );
    for (const room of rooms) {
      assert.isTrue(files.has(`${room}/projection.ts`), room);
      const loaded = (await import(path.join(SERVER, room, 'projection.ts'))) as Record<string, unknown>;
      const projection = capabilities.find(({ name }) => name === room)?.projection;
      assert.include(Object.values(loaded), projection, `the projection of ${room} is declared in its projection.ts`);
    }
    assert.include(packages, 'kysely');
  });
});
