import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from './recent.ts';

test('what came twice is found again, and what is asked for stays', () => {
  const recent = new Recent<number>();
  recent.set('/a', 1, 7);
  assert.equal(recent.get('/a'), undefined);
  recent.set('/a', 1, 7);
  for (let i = 0; i < 5_000; i++) {
    recent.set(`/new/${i}`, i, i);
    recent.set(`/new/${i}`, i, i);
    assert.equal(recent.get('/a'), 1);
  }
  assert.equal(recent.get('/new/0'), undefined);
});

test('a flood of new keys is not kept, and one of doubled keys to two generations', () => {
  const recent = new Recent<number>();
  for (let i = 1; i < 50_000; i++) recent.set(`/${i}`, i, i);
  assert.equal(recent.size, 0);
  for (let i = 1; i < 50_000; i++) for (const _ of [1, 2]) recent.set(`/${i}`, i, i);
  assert.ok(recent.size > 0 && recent.size <= 2_048);
});

test('long keys, and keys cut from long texts, are not kept', () => {
  const recent = new Recent<number>();
  for (const _ of [1, 2]) {
    recent.set(`/${'a'.repeat(300)}`, 1, 5);
    recent.set('/a', 1, 9, 300);
  }
  assert.equal(recent.size, 0);
});
