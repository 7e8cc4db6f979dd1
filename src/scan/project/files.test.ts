import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type FoundFiles, findFiles } from './files.ts';

const folderOf = (context: TestContext, files: readonly string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-files-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), 'x = 1\n');
  }
  return folder;
};

const below = (folder: string, { python, templates, leftOut }: FoundFiles) => ({
  python: python.map((path) => path.slice(folder.length + 1)),
  templates: templates.map((path) => path.slice(folder.length + 1)),
  leftOut: leftOut.map(({ path, why }) => `${path.slice(folder.length + 1)}: ${why}`),
});

test('code and templates are found in one order, other files and folders of tools are not', (context) => {
  const files = [
    'b.py',
    'a/z.py',
    'a/B.pyw',
    'a/page.html',
    'a/notes.txt',
    'a/types.pyi',
    'node_modules/x.py',
  ];
  const folder = folderOf(context, files);
  assert.deepEqual(below(folder, findFiles([folder])), {
    python: ['a/B.pyw', 'a/z.py', 'b.py'],
    templates: ['a/page.html'],
    leftOut: [],
  });
});

test('a link is followed by what it is called and where it leads, once', (context) => {
  const folder = folderOf(context, ['code.py', 'text.txt']);
  symlinkSync(join(folder, 'text.txt'), join(folder, 'linked.py'));
  symlinkSync(join(folder, 'code.py'), join(folder, 'twice.py'));
  symlinkSync(folder, join(folder, 'round'));
  assert.deepEqual(below(folder, findFiles([folder])), {
    python: ['code.py', 'linked.py'],
    templates: [],
    leftOut: [
      'round: a link to something that is scanned already',
      'twice.py: a link to something that is scanned already',
    ],
  });
});

test('what is named itself is read whatever it is called', (context) => {
  const folder = folderOf(context, ['script']);
  assert.deepEqual(below(folder, findFiles([join(folder, 'script')])).python, ['script']);
});

test('too many files are said once, those of no interest among them', (context) => {
  const folder = folderOf(context, ['a.txt', 'b.txt', 'c.py', 'd.py', 'e/f.py', 'g.py']);
  assert.deepEqual(below(folder, findFiles([folder], 3)), {
    python: ['c.py'],
    templates: [],
    leftOut: [': more than 3 files'],
  });
});
