import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsByDays, lastDay, typedDays } from './role-ends.ts';

const NOW = Date.parse('2027-01-15T12:00:00Z');

test('a day counts to its end in UTC, and is shown as it was typed', () => {
  const ends = endsByDays({ analyst: '2027-01-15' }, undefined, NOW);
  assert.deepEqual(ends, { analyst: Date.parse('2027-01-16T00:00:00Z') });
  assert.equal(lastDay(ends?.['analyst'] ?? 0), '2027-01-15');
});

test('an end to the second stays when its day was not touched', () => {
  const at = Date.parse('2027-02-01T18:00:00Z');
  assert.deepEqual(endsByDays({ analyst: lastDay(at) }, { analyst: at }, NOW), { analyst: at });
});

test('what is no day, does not exist or is past is refused', () => {
  for (const day of ['2027-01-14', '2027-02-30', 'tomorrow', '2027-1-16', '20270116']) {
    assert.equal(endsByDays({ analyst: day }, undefined, NOW), undefined, day);
  }
});

test('only the date fields of the roles are read', () => {
  const form = { 'until-analyst': ' 2027-02-01 ', 'until-admin': '', 'until-other': '2027-02-01' };
  assert.deepEqual(typedDays(form, ['analyst', 'admin']), { analyst: '2027-02-01' });
});
