import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dealOut, sharesOf, threadsFor } from './shares.ts';

const tree = (files: [string, number][]) => ({
  python: files.map(([path]) => path),
  sizes: files.map(([, size]) => size),
});

test('a share ends with its folder once it is nearly full, and in the middle of a folder that is larger', () => {
  const found = tree([
    ['a/1.py', 40],
    ['a/2.py', 40],
    ['b/1.py', 60],
    ['b/2.py', 60],
    ['b/3.py', 10],
  ]);
  assert.deepEqual(
    sharesOf(found, 100).map(({ from, to, bytes }) => [from, to, bytes]),
    [
      [0, 2, 80],
      [2, 4, 120],
      [4, 5, 10],
    ],
  );
});

test('every file is in one share, whatever its size', () => {
  const found = tree([
    ['a.py', 0],
    ['b.py', 5_000],
    ['c.py', 0],
  ]);
  assert.deepEqual(
    sharesOf(found, 100).flatMap(({ from, to }) => found.python.slice(from, to)),
    found.python,
  );
  assert.deepEqual(sharesOf(tree([]), 100), []);
});

test('shares are dealt out in their order, and nobody gets none', () => {
  const shares = sharesOf(tree(Array.from({ length: 10 }, (_, i) => [`${i}/a.py`, 100])), 100);
  const dealt = dealOut(shares, 3);
  assert.deepEqual(dealt.flat(), shares);
  assert.ok(dealt.every(({ length }) => length >= 3));
  assert.equal(dealOut(shares.slice(0, 1), 8).length, 1);
  assert.equal(dealOut([], 8).length, 0);
});

test('a tree of less than two shares gets one thread', () => {
  const sized = (bytes: number) => [{ from: 0, to: 1, bytes }];
  assert.equal(threadsFor(sized(199), 4, 100), 1);
  assert.equal(threadsFor(sized(200), 4, 100), 4);
  assert.equal(threadsFor([], 4), 1);
});
