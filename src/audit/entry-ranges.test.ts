import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatRanges, parseRanges, RangeSet } from './entry-ranges.ts';

test('neighbours are joined and pieces keep to their length', () => {
  assert.deepEqual(formatRanges([3, 7, 8, 9], 100), ['3,7..9']);
  assert.deepEqual(formatRanges([], 100), []);
  assert.deepEqual(formatRanges([1, 3, 5, 7], 3), ['1,3', '5,7']);
});

test('what was written is read back, and asking for a number finds exactly what was written', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(500)), (numbers) => {
      const sorted = numbers.toSorted((a, b) => a - b);
      const pieces = formatRanges(sorted, 40);
      assert.ok(pieces.every((piece) => piece.length <= 40));
      const set = new RangeSet(pieces.flatMap(parseRanges));
      for (let i = 0; i <= 501; i++) assert.equal(set.has(i), numbers.includes(i), `${i}`);
    }),
  );
});

test('a text of nonsense holds no ranges', () => {
  assert.deepEqual(parseRanges('x,9..3,..,1..,4-5'), []);
});
