import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './durations.ts';

test('durations are numbers with units', () => {
  assert.equal(parseDuration('90s'), 90_000);
  assert.equal(parseDuration('1h30m'), 5_400_000);
  assert.equal(parseDuration('7d'), 604_800_000);
  assert.equal(parseDuration('250ms'), 250);
});

test('anything else is an error with a code', () => {
  for (const text of ['', '5', '5 m', '-5m', '1.5h', '5m5m', 'm5', '5min', '5m ', '9999999999s']) {
    assert.throws(() => parseDuration(text), { code: 'invalid-duration' }, text);
  }
});

test('what is written reads back the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (milliseconds) => {
      assert.equal(parseDuration(formatDuration(milliseconds)), milliseconds);
    }),
  );
});
