import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeObj, type Obj, State, writeField } from './state.ts';
import { translateObj } from './summary.ts';
import { constant, objectRef, type Val } from './value.ts';

const field = (state: State, id: number): readonly unknown[] => state.get(id)?.fields.get('a')?.consts ?? [];

const write = (state: State, id: number, value: Val): void => {
  const obj = state.own(id);
  if (obj !== undefined) writeField(obj, 'a', value);
};

const begin = (objects = 1): State => {
  const state = new State([], new Map());
  for (let id = 1; id <= objects; id++)
    state.place(id, makeObj('instance', { fields: new Map([['a', constant(1)]]) }));
  return state;
};

test('what one branch writes is not seen in the other, nor in what both came from', () => {
  const before = begin();
  const [left, right] = [before.fork(0), before.fork(0)];
  write(left, 1, constant(2));
  write(before, 1, constant(3));
  assert.deepEqual([field(left, 1), field(right, 1), field(before, 1)], [[2], [1], [3]]);
});

test('two branches are joined whichever of them has changed an object', () => {
  for (const objects of [1, 100]) {
    const before = begin(objects);
    before.fork(0);
    const [left, right] = [before.fork(0), before.fork(0)];
    write(left, 1, constant(2));
    const [other, copy] = [right.fork(0), left.fork(0)];
    assert.equal(left.absorb(right, [], false), true);
    assert.deepEqual(field(left, 1), [2, 1]);
    assert.equal(left.absorb(right, [], false), false);
    assert.equal(other.absorb(copy, [], false), true);
    assert.deepEqual(field(other, 1), [1, 2]);
  }
});

test('an object that one branch alone has made is not shared for writing after a join', () => {
  const [left, right] = [begin(), begin()];
  right.place(7, makeObj('instance', { fields: new Map([['a', constant(1)]]) }));
  left.absorb(right, [], false);
  write(right, 7, constant(2));
  assert.deepEqual(field(left, 7), [1]);
});

test('objects keep the order of their numbers, however often they are written and shared', () => {
  const state = begin(40);
  const fork = state.fork(0);
  write(fork, 30, constant(2));
  fork.place(99, makeObj('list'));
  write(fork, 2, constant(3));
  const ids = [...Array.from({ length: 40 }, (_, i) => i + 1), 99];

  const seen: number[] = [];
  fork.eachOwn((_, id) => {
    seen.push(id);
  });
  assert.deepEqual(seen, ids);
});

test('what is written to an object, or to what was made of it, is not seen in the other', () => {
  const from = begin();
  const made = translateObj(from.get(1) as Obj, (value) => value);
  write(from, 1, constant(2));
  const to = new State([]);
  to.place(1, made);
  assert.deepEqual(field(to, 1), [1]);
  write(to, 1, constant(3));
  const again = new State([]);
  again.place(1, made);
  assert.deepEqual([field(from, 1), field(to, 1), field(again, 1)], [[2], [3], [1]]);
});

test('what a state has looked through for lost objects is not new where it leads', () => {
  const ids = Array.from({ length: 40 }, (_, i) => i + 1);
  const [looked, fresh] = [begin(40), begin(40)];
  looked.drop(ids.map(objectRef), 1);
  const grownAfter = (from: State): boolean => {
    const into = new State([]);
    into.absorb(from, [], false);
    return into.hasGrown;
  };
  assert.deepEqual([grownAfter(looked), grownAfter(fresh)], [false, true]);
  assert.equal(looked.has(40), true);
});
