import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Busy, WorkQueue } from './work-queue.ts';

test('no more jobs run at once than the queue is wide, and all of them get their turn in order', async () => {
  const queue = new WorkQueue(3, 100);
  let [running, most] = [0, 0];
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      queue.run(async () => {
        order.push(index);
        most = Math.max(most, ++running);
        await wait(2);
        running--;
      }),
    ),
  );
  assert.equal(most, 3);
  assert.deepEqual(
    order,
    Array.from({ length: 20 }, (_, index) => index),
  );
});

test('beyond its capacity it is busy at once, with a time to wait', async () => {
  const queue = new WorkQueue(1, 2);
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => queue.run(() => wait(5, 'done'))),
  );
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 3);
  for (const result of results) {
    if (result.status !== 'rejected') continue;
    assert.ok(
      result.reason instanceof Busy && result.reason.code === 'busy' && result.reason.retryAfter >= 1_000,
    );
  }
  assert.equal(await queue.run(async () => 'free again'), 'free again');
});

test('a job that throws gives its place to the next one', async () => {
  const queue = new WorkQueue(1, 10);
  const failing = queue.run(() => Promise.reject(new TypeError('no')));
  const next = queue.run(async () => 'yes');
  await assert.rejects(failing, TypeError);
  assert.equal(await next, 'yes');
});
