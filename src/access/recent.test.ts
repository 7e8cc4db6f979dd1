import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from './recent.ts';

test('what came twice is found again', () => {
  const recent = new Recent<number>();
  recent.set('/a', 1, 7);
  assert.equal(recent.get('/a', 7), undefined);
  recent.set('/a', 1, 7);
  assert.equal(recent.get('/a', 7), 1);
  recent.set('/a', 2, 7);
  assert.equal(recent.get('/a', 7), 2);
  assert.equal(recent.size, 1);
});

test('keys with the same hash are told apart', () => {
  const recent = new Recent<string>();
  const keys = Array.from({ length: 50 }, (_, i) => `/${i}`);
  for (const key of [...keys, ...keys]) recent.set(key, key, 42);
  for (const key of keys) assert.equal(recent.get(key, 42), key);
  assert.equal(recent.get('/other', 42), undefined);
});

test('a flood of new keys is not kept, and one of doubled keys up to the cap', () => {
  const recent = new Recent<number>();
  for (let i = 1; i < 3_000; i++) recent.set(`/${i}`, i, i);
  assert.equal(recent.size, 0);
  for (let i = 1; i < 50_000; i++) {
    for (const _ of [1, 2]) recent.set(`/${i}`, i, i);
    assert.ok(recent.size <= 2_048);
    assert.equal(recent.get(`/${i}`, i), i);
  }
});

test('long keys, and keys cut from long texts, are not kept', () => {
  const recent = new Recent<number>();
  for (const _ of [1, 2]) {
    recent.set(`/${'a'.repeat(300)}`, 1, 5);
    recent.set('/a', 1, 9, 300);
  }
  assert.equal(recent.size, 0);
});
