import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERROR_CODES } from './errors.ts';

const ROOT = join(import.meta.dirname, '../..');
const codes = Object.keys(ERROR_CODES);

test('the list of errors in the docs and the codes are the same, in the same order', () => {
  const listed = [...readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm)].map(
    (match) => match[1],
  );
  assert.deepEqual(listed, [...codes].sort());
  assert.deepEqual(codes, [...codes].sort());
});

test('every code is used by the sources, and no error is thrown without one', () => {
  const sources = globSync('src/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts') && !file.endsWith('core/errors.ts'))
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
  const everything = sources.map(({ text }) => text).join('\n');
  assert.deepEqual(
    codes.filter((code) => !everything.includes(`'${code}'`)),
    [],
  );
  const bare = sources.filter(({ text }) => /throw new Error\(/.test(text)).map(({ file }) => file);
  assert.deepEqual(bare, []);
});
