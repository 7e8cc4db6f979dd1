import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionCode, Instr } from '../lower/ir.ts';
import { MadeObjects } from './made-objects.ts';

const of = (key: string): MadeObjects => new MadeObjects({ key } as FunctionCode);
const at = (uid: number): Instr => ({ uid }) as Instr;

test('one place makes one object, other places and parts make others', () => {
  const made = of('f');
  const places = [made.at(at(1), ''), made.at(at(1), 1), made.at(at(1), 'pair'), made.at(at(2), '')];
  assert.equal(new Set(places).size, 4);
  assert.deepEqual(
    [made.at(at(1), ''), made.at(at(1), 1), made.at(at(1), 'pair'), made.at(at(2), '')],
    places,
  );
});

test('what a called function makes is told apart by the call, the function and its own number', () => {
  const [made, helper, other] = [of('f'), of('helper'), of('other')];
  const numbers = [
    made.within(helper, at(1), 0),
    made.within(helper, at(1), 1),
    made.within(helper, at(2), 0),
    made.within(other, at(1), 0),
    made.within(other, at(1), -1),
  ];
  assert.equal(new Set(numbers).size, 5);
  assert.equal(made.within(helper, at(1), 1), numbers[1]);
});

test('names do not follow from the order in which objects were counted', () => {
  const names = (order: readonly number[]): Map<number, string> => {
    const [made, helper] = [of('f'), of('helper')];
    const out = new Map<number, string>();
    for (const uid of order)
      out.set(uid, made.nameOf(made.within(helper, at(uid), helper.at(at(uid + 10), 'new'))));
    return out;
  };
  assert.deepEqual(names([1, 2, 3]), new Map([...names([3, 1, 2])].sort(([a], [b]) => a - b)));
  assert.equal(new Set(names([1, 2, 3]).values()).size, 3);
});
