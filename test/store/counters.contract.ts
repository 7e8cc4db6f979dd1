import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Counters } from '../../src/core/index.ts';

export interface CountersUnderTest {
  open(): Promise<Counters>;
  /** Lets so much time pass. */
  pass(milliseconds: number): Promise<void>;
}

let used = 0;
const newKey = (): string => `key-${++used}-${process.pid}`;

/** What every implementation of the counters has to do. */
export const countersContract = (name: string, subject: CountersUnderTest): void => {
  test(`${name}: a bucket gives its capacity at once and then refuses, saying how long`, async () => {
    const counters = await subject.open();
    const key = newKey();
    const bucket = { capacity: 3, window: 3_000 };
    for (const remaining of [2, 1, 0]) {
      assert.deepEqual(await counters.take(key, bucket), { allowed: true, remaining, retryAfter: 0 });
    }
    const refused = await counters.take(key, bucket);
    assert.equal(refused.allowed, false);
    assert.equal(refused.remaining, 0);
    assert.ok(refused.retryAfter > 800 && refused.retryAfter <= 1_000, `retryAfter ${refused.retryAfter}`);
  });

  test(`${name}: a bucket fills evenly and never above its capacity`, async () => {
    const counters = await subject.open();
    const key = newKey();
    const bucket = { capacity: 2, window: 400 };
    await counters.take(key, bucket, 2);
    await subject.pass(220);
    assert.equal((await counters.take(key, bucket)).allowed, true);
    assert.equal((await counters.take(key, bucket)).allowed, false);
    await subject.pass(2_000);
    assert.equal((await counters.take(key, bucket, 3)).allowed, false);
    assert.equal((await counters.take(key, bucket, 2)).allowed, true);
  });

  test(`${name}: a hundred parallel takes get exactly what the bucket holds (CVE-2026-45364)`, async () => {
    const counters = await subject.open();
    const key = newKey();
    const bucket = { capacity: 7, window: 600_000 };
    const results = await Promise.all(Array.from({ length: 100 }, () => counters.take(key, bucket)));
    assert.equal(results.filter(({ allowed }) => allowed).length, 7);
  });

  test(`${name}: a negative cost gives back, up to the capacity`, async () => {
    const counters = await subject.open();
    const key = newKey();
    const bucket = { capacity: 2, window: 600_000 };
    await counters.take(key, bucket, 2);
    assert.equal((await counters.take(key, bucket, -1)).allowed, true);
    assert.equal((await counters.take(key, bucket)).allowed, true);
    await counters.take(key, bucket, -50);
    assert.equal((await counters.take(key, bucket, 3)).allowed, false);
  });

  test(`${name}: a longer window slows a bucket that is in use`, async () => {
    const counters = await subject.open();
    const key = newKey();
    await counters.take(key, { capacity: 1, window: 1_000 });
    const slow = await counters.take(key, { capacity: 1, window: 60_000 });
    assert.equal(slow.allowed, false);
    assert.ok(slow.retryAfter > 58_000, `retryAfter ${slow.retryAfter}`);
  });

  test(`${name}: a counter adds, reads and vanishes after its time`, async () => {
    const counters = await subject.open();
    const key = newKey();
    assert.equal(await counters.read(key), 0);
    assert.equal(await counters.add(key, 2, 300), 2);
    assert.equal(await counters.add(key, 3, 300), 5);
    assert.equal(await counters.read(key), 5);
    await subject.pass(350);
    assert.equal(await counters.read(key), 0);
    assert.equal(await counters.add(key, 1, 300), 1);
  });

  test(`${name}: a bucket and a counter of one name are two things, and reset forgets both`, async () => {
    const counters = await subject.open();
    const key = newKey();
    const bucket = { capacity: 1, window: 600_000 };
    await counters.take(key, bucket);
    await counters.add(key, 4, 600_000);
    assert.equal(await counters.read(key), 4);
    await counters.reset(key);
    assert.equal(await counters.read(key), 0);
    assert.equal((await counters.take(key, bucket)).allowed, true);
  });

  test(`${name}: keys of any length and content are apart from each other`, async () => {
    const counters = await subject.open();
    const [a, b] = [`${newKey()}${'x'.repeat(5_000)}`, `${newKey()}\r\n\0 {tag}ü`];
    await counters.add(a, 1, 60_000);
    await counters.add(b, 2, 60_000);
    assert.deepEqual([await counters.read(a), await counters.read(b)], [1, 2]);
    assert.equal(await counters.read(a.slice(0, -1)), 0);
  });
};
