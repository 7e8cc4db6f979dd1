import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGatehouseError } from '../core/index.ts';
import { roleEndsOf } from './role-ends.ts';

test('a day counts to its end in UTC, a time to the second', () => {
  assert.deepEqual(roleEndsOf(['analyst=2027-01-31', 'admin=2027-01-31T18:00:00+01:00']), {
    analyst: Date.parse('2027-02-01T00:00:00Z'),
    admin: Date.parse('2027-01-31T17:00:00Z'),
  });
});

test('what says no time is refused with what to write', () => {
  for (const word of [
    'analyst',
    'analyst=',
    '=2027-01-31',
    'analyst=soon',
    'analyst=2027-02-30',
    'analyst=2027-01-31T18:00',
  ]) {
    assert.throws(
      () => roleEndsOf([word]),
      (error) => isGatehouseError(error, 'usage'),
      word,
    );
  }
});
