import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from './facts.ts';
import { type Guard, PASS, type Verdict } from './guard.ts';
import { judge } from './judge.ts';

const guard = (
  name: string,
  check: () => Verdict | Promise<Verdict>,
  mode: Guard['mode'] = 'block',
): Guard => ({
  name,
  stage: 'request',
  needs: [],
  mode,
  check,
});
const facts = {} as Facts;
const refuse: Verdict = { verdict: 'refuse', why: 'no' };

test('the first guard that does not pass decides, and those behind it are not asked', async () => {
  const asked: string[] = [];
  const ask = (name: string, verdict: Verdict) =>
    guard(name, () => {
      asked.push(name);
      return verdict;
    });
  const judgement = await judge([ask('a', PASS), ask('b', refuse), ask('c', PASS)], facts, () => {});
  assert.deepEqual([judgement.guard, judgement.verdict, asked], ['b', refuse, ['a', 'b']]);
});

test('a guard that throws or rejects refuses', async () => {
  const failing = [
    guard('throws', () => {
      throw new TypeError('broken');
    }),
    guard('rejects', () => Promise.reject(new TypeError('broken'))),
  ];
  for (const broken of failing) {
    const judgement = await judge([broken, guard('later', () => PASS)], facts, () => {});
    assert.equal(judgement.guard, broken.name);
    assert.equal(judgement.verdict.verdict, 'refuse');
    assert.ok(judgement.error instanceof TypeError);
  }
});

test('a guard in observe mode tells and lets pass, and the next is asked', async () => {
  const told: string[] = [];
  const observe = ({ guard: name }: { guard: string }) => told.push(name);
  const guards = [
    guard('sync', () => refuse, 'observe'),
    guard('async', async () => refuse, 'observe'),
    guard('last', () => refuse),
  ];
  const judgement = await judge(guards, facts, observe);
  assert.deepEqual(told, ['sync', 'async']);
  assert.equal(judgement.guard, 'last');
});

test('guards that answer at once cost no promise', () => {
  assert.ok(!(judge([guard('a', () => PASS)], facts, () => {}) instanceof Promise));
});
