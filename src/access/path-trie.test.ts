import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesGlob } from './glob.ts';
import { PathTrie } from './path-trie.ts';

const matches = (pattern: string, path: string): boolean => {
  const trie = new PathTrie<string>();
  trie.at(pattern, () => pattern);
  const found: string[] = [];
  trie.collect(path, found);
  return found.length > 0;
};

const CASES: readonly [string, readonly string[], readonly string[]][] = [
  ['/', ['/'], ['/a', '/a/']],
  ['/admin', ['/admin', '/admin/'], ['/', '/admin/x', '/adminx', '/Admin']],
  ['/admin/**', ['/admin', '/admin/', '/admin/x', '/admin/x/y/'], ['/administrator', '/', '/x/admin']],
  ['/**', ['/', '/a', '/a/b/c'], []],
  ['/*', ['/a', '/a/'], ['/', '/a/b']],
  ['/*/edit', ['/a/edit'], ['/edit', '/a/b/edit', '/a/edit/b']],
  ['/**/edit', ['/edit', '/a/edit', '/a/b/edit'], ['/edit/a', '/edits']],
  ['/a/**/b/**', ['/a/b', '/a/x/b/c', '/a/b/b'], ['/a', '/a/x', '/b']],
  ['/*.csv', ['/.csv', '/x.csv'], ['/x.csv/y', '/x.csvs', '/x']],
  ['/a*a', ['/aa', '/aba', '/aaa'], ['/a', '/ab']],
  ['/ab*ba', ['/abba', '/abxba'], ['/aba', '/ab', '/abb']],
  ['/a*b*c', ['/abc', '/axbxc', '/abbcc'], ['/acb', '/ac', '/abcx']],
  ['/x*bc*c', ['/xbcc', '/x1bc2c'], ['/xbc', '/xcbc']],
  ['/a//b', ['/a/b', '/a//b'], ['/a']],
];

for (const [pattern, fitting, other] of CASES) {
  test(`${pattern} matches what it says and nothing else`, () => {
    for (const path of fitting) assert.ok(matches(pattern, path), path);
    for (const path of other) assert.ok(!matches(pattern, path), path);
  });
}

test('each matching pattern is found, whichever ways lead to it', () => {
  const trie = new PathTrie<string>();
  const patterns = ['/**', '/**/a/**', '/**/a/**/b', '/*/a', '/a/**', '/a', '/*', '/a*', '/*a', '/b'];
  for (const pattern of patterns) trie.at(pattern, () => pattern);
  const found: string[] = [];
  trie.collect('/a/a/a/b', found);
  assert.deepEqual([...new Set(found)].sort(), ['/**', '/**/a/**', '/**/a/**/b', '/a/**']);
  found.length = 0;
  trie.collect('/a', found);
  assert.deepEqual([...new Set(found)].sort(), ['/**', '/**/a/**', '/*', '/*a', '/a', '/a*', '/a/**'].sort());
});

test('a value is made once for a pattern', () => {
  const trie = new PathTrie<object>();
  const value = trie.at('/a/*.x/**', () => ({}));
  assert.equal(
    trie.at('/a/*.x/**', () => ({})),
    value,
  );
});

test('globs match as their regular expressions do', () => {
  const glob = fc
    .array(fc.constantFrom('a', 'b', '*', 'ab'), { maxLength: 6 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(glob, fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }), (pattern, letters) => {
      const text = letters.join('');
      const expected = new RegExp(`^${pattern.replaceAll(/\*+/g, '.*')}$`).test(text);
      assert.equal(matchesGlob(pattern, text), expected, `${pattern} ${text}`);
    }),
    { numRuns: 2_000 },
  );
});
