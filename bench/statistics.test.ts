import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quantile, ratioOf, slopeOf, spreadOf } from './statistics.ts';

test('quartiles are interpolated between neighbours', () => {
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { low: 1.75, median: 2.5, high: 3.25 });
  assert.deepEqual(spreadOf([7]), { low: 7, median: 7, high: 7 });
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test('a quantile lies within the sample and never falls as its part grows', () => {
  const sample = fc.array(fc.integer(), { minLength: 1 });
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(sample, part, part, (values, a, b) => {
      const [low, high] = [quantile(values, Math.min(a, b)), quantile(values, Math.max(a, b))];
      assert.ok(low <= high && low >= Math.min(...values) && high <= Math.max(...values));
    }),
  );
});

test('a ratio compares what ran side by side, so that a slow round of the machine does not count', () => {
  assert.deepEqual(ratioOf([50, 5, 50], [100, 10, 100]), { median: 0.5, low: 0.5, high: 0.5 });
});

test('the slope of a line is found, and none where nothing changes', () => {
  assert.equal(slopeOf([0, 1, 2, 3], [5, 7, 9, 11]), 2);
  assert.equal(slopeOf([0, 1, 2], [4, 4, 4]), 0);
  assert.equal(slopeOf([1], [4]), 0);
});
