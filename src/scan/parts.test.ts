import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dealParts, partsOf } from './parts.ts';

const tree = (files: readonly (readonly [string, number])[]) => ({
  python: files.map(([path]) => path),
  sizes: files.map(([, size]) => size),
});
const ranges = (files: readonly (readonly [string, number])[], most: number) =>
  partsOf(tree(files), most).map(({ from, to, bytes }) => [from, to, bytes]);

test('a tree that fits is one part', () => {
  assert.deepEqual(
    ranges(
      [
        ['a/1.py', 40],
        ['b/1.py', 60],
      ],
      100,
    ),
    [[0, 2, 100]],
  );
  assert.deepEqual(ranges([], 100), []);
});

test('a part ends where the folders before and behind have least in common', () => {
  const files = [
    ['t/a/x/1.py', 40],
    ['t/a/y/1.py', 20],
    ['t/b/x/1.py', 20],
    ['t/b/x/2.py', 15],
    ['t/b/x/3.py', 60],
  ] as const;
  assert.deepEqual(ranges(files, 100), [
    [0, 2, 60],
    [2, 5, 95],
  ]);
});

test('a folder, and a file, that is larger than a part is taken all the same', () => {
  assert.deepEqual(
    ranges(
      [
        ['a/1.py', 80],
        ['a/2.py', 80],
        ['a/3.py', 300],
        ['a/4.py', 1],
      ],
      100,
    ),
    [
      [0, 1, 80],
      [1, 2, 80],
      [2, 3, 300],
      [3, 4, 1],
    ],
  );
});

test('parts cover every file once, in order, and are dealt out whole', () => {
  const file = fc.tuple(
    fc.constantFrom('a/1', 'a/b/1', 'a/b/2', 'c/1', 'c/d/e/1'),
    fc.integer({ min: 0, max: 120 }),
  );
  fc.assert(
    fc.property(fc.array(file, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (files, threads) => {
      const parts = partsOf(tree(files), 100);
      let at = 0;
      for (const { from, to, bytes } of parts) {
        assert.equal(from, at);
        assert.ok(to > from);
        const sizes = files.slice(from, to).map(([, size]) => size);
        assert.equal(
          bytes,
          sizes.reduce((sum, size) => sum + size, 0),
        );
        assert.ok(bytes <= 100 || to === from + 1);
        at = to;
      }
      assert.equal(at, files.length);
      assert.deepEqual(new Set(dealParts(parts, threads).flat()), new Set(parts));
    }),
  );
});
