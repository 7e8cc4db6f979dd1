import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlushChoice } from './flush-choice.ts';

/** An event loop whose time passes only in flushes and where a test says so. */
class FakeLoop {
  time = 0;
  work = 0;
  now = () => this.time;
  active = () => this.work;

  pass(milliseconds: number, busy: boolean): void {
    this.time += milliseconds;
    if (busy) this.work += milliseconds;
  }
}

/** Flushes that take so long, each where the choice says; returns how many of them the loop waited for. */
const flush = (choice: FlushChoice, loop: FakeLoop, times: readonly number[]): number => {
  let waited = 0;
  for (const milliseconds of times) {
    const blocked = choice.mayBlock(1);
    if (blocked) waited++;
    loop.pass(milliseconds, blocked);
    choice.took(milliseconds, 1, blocked);
  }
  return waited;
};

const row = (count: number, milliseconds: number): number[] => Array<number>(count).fill(milliseconds);

test('a loop that has nothing else to do waits for short flushes, after a few in the pool', () => {
  const loop = new FakeLoop();
  assert.equal(flush(new FlushChoice(1, loop), loop, row(100, 0.2)), 96);
});

test('a slow disk is not waited for, and one that turns slow hardly ever', () => {
  const loop = new FakeLoop();
  assert.equal(flush(new FlushChoice(1, loop), loop, row(100, 8)), 0);
  const choice = new FlushChoice(1, loop);
  flush(choice, loop, row(100, 0.2));
  assert.equal(flush(choice, loop, row(1_000, 8)), 1);
});

test('a long flush now and then costs a few in the pool, one in eight keeps the loop from nearly all', () => {
  const loop = new FakeLoop();
  const mostly = (every: number) =>
    Array.from({ length: 10_000 }, (_, i) => (i % every === every - 1 ? 3 : 0.2));
  assert.ok(flush(new FlushChoice(1, loop), loop, mostly(100)) > 8_500);
  assert.ok(flush(new FlushChoice(1, loop), loop, mostly(8)) < 100);
});

test('a busy loop does not wait, and recording alone does not make it busy', () => {
  const loop = new FakeLoop();
  const choice = new FlushChoice(1, loop);
  for (let i = 0; i < 1_000; i++) {
    flush(choice, loop, [0.02]);
    loop.pass(0.08, true);
  }
  assert.equal(choice.mayBlock(1), true);
  for (let i = 0; i < 100; i++) {
    flush(choice, loop, [0.02]);
    loop.pass(1, true);
  }
  assert.equal(choice.mayBlock(1), false);
});

test('a few events are waited for together, many are not', () => {
  const loop = new FakeLoop();
  const choice = new FlushChoice(1, loop);
  flush(choice, loop, row(100, 0.2));
  assert.deepEqual(
    [2, 16, 17, 1_024].map((events) => choice.mayBlock(events)),
    [true, true, false, false],
  );
});

test('0 is never', () => {
  const loop = new FakeLoop();
  assert.equal(flush(new FlushChoice(0, loop), loop, row(100, 0.01)), 0);
});
