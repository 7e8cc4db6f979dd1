import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitInWords } from './wait.ts';

test('a wait is said in whole units, never shorter than it is', () => {
  const cases: [number, string][] = [
    [0, '1 second'],
    [1, '1 second'],
    [1_001, '2 seconds'],
    [30_000, '30 seconds'],
    [119_000, '119 seconds'],
    [119_001, '2 minutes'],
    [3_600_000, '60 minutes'],
    [7_199_000, '2 hours'],
    [7_200_001, '3 hours'],
  ];
  for (const [milliseconds, words] of cases)
    assert.equal(waitInWords(milliseconds), words, String(milliseconds));
});
