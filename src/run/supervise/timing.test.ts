import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterEnd, TIMING } from './timing.ts';

test('each end in a row doubles the wait, and the sixth is a crash loop', () => {
  const waits: (number | undefined)[] = [];
  for (let ends = 0; ends < TIMING.crashes; ends++) waits.push(afterEnd(ends, 1_000, TIMING).wait);
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, undefined]);
});

test('no wait is longer than half a minute', () => {
  assert.equal(afterEnd(9, 0, { ...TIMING, crashes: 100 }).wait, 30_000);
});

test('an app that ran for a minute starts with a clean slate', () => {
  assert.deepEqual(afterEnd(5, 60_000, TIMING), { ends: 1, wait: 500 });
});
