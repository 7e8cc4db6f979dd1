import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constantTimeEqual, randomToken } from './bytes.ts';
import { EVENT_FIELDS, EVENT_TYPES } from './events.ts';
import { newId, newIncidentId } from './ids.ts';

test('ids say what they name, can be read out, and do not come twice', () => {
  assert.match(newId('per'), /^per_[0-9a-hjkmnp-tv-z]{20}$/);
  assert.match(newIncidentId(), /^[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}$/);
  assert.equal(new Set(Array.from({ length: 10_000 }, () => newIncidentId())).size, 10_000);
});

test('secrets compare by value, whatever their lengths', () => {
  const token = randomToken();
  assert.equal(token.length, 43);
  assert.ok(constantTimeEqual(token, token));
  assert.ok(!constantTimeEqual(token, `${token}x`));
  assert.ok(!constantTimeEqual('', token));
});

test('every field of an event is tagged, and what no log may hold has no room for a value', () => {
  for (const [name, { tag, schema }] of Object.entries(EVENT_FIELDS)) {
    assert.ok(['public', 'personal', 'never'].includes(tag), name);
    if (tag === 'never') assert.ok(!schema.safeParse('x').success, name);
  }
});

test('sign-ins, changes and the gate itself are on disk before they are answered', () => {
  for (const [type, { durability }] of Object.entries(EVENT_TYPES)) {
    // What was refused changes nothing, and a flood of it must not fill the disk.
    if (type === 'factor.failed') continue;
    if (
      /^(?:person|factor|session|key|data|setup)\.|^password\.(?:changed|reset)$|^signin\.succeeded$/.test(
        type,
      )
    ) {
      assert.equal(durability, 'sync', type);
    }
  }
});
