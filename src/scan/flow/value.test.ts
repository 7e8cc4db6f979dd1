import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldBinary, foldCompare, foldPercent, slice } from './fold.ts';
import {
  BOTTOM,
  constant,
  external,
  join,
  objectRef,
  ofRef,
  onlyConstant,
  UNKNOWN,
  type Val,
  widen,
} from './value.ts';

const value: fc.Arbitrary<Val> = fc.oneof(
  fc.constantFrom(BOTTOM, UNKNOWN, constant(null), constant(true)),
  fc.string({ maxLength: 3 }).map(constant),
  fc.integer({ min: -3, max: 3 }).map(constant),
  fc.constantFrom('os.system', 'flask.request').map(external),
);

/** Whether `a` allows all that `b` does: what is open allows everything. */
const covers = (a: Val, b: Val): boolean =>
  a.open || (!b.open && b.consts.every((each) => a.consts.includes(each)) && b.refs.length <= a.refs.length);

test('a join covers both sides, and what was widened comes to rest', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 12 }), value, (many, one) => {
      const all = many.reduce(join, BOTTOM);
      const more = join(all, one);
      assert.ok(covers(more, all) && covers(more, one));
      const wide = widen(all, more);
      assert.equal(widen(wide, join(wide, more)), wide);
    }),
  );
});

test('constants fold as Python computes them', () => {
  assert.equal(foldBinary('FloorDiv', -7, 2), -4);
  assert.equal(foldBinary('Mod', -7, 3), 2);
  assert.equal(foldBinary('Mult', 'ab', 3), 'ababab');
  assert.equal(foldBinary('Div', 1, 0), undefined);
  assert.equal(foldBinary('Add', 'a', 1), undefined);
  assert.equal(foldPercent('%s=%d%%', ['a', 3]), 'a=3%');
  assert.equal(foldPercent('%s', ['a', 'b']), undefined);
  assert.equal(foldCompare('Eq', true, 1), true);
  assert.equal(foldCompare('Lt', 'a', 1), undefined);
  assert.equal(foldCompare('Is', 257, 257), undefined);
});

test('slices are cut as Python cuts them', () => {
  const cut = (...bounds: (number | undefined)[]) =>
    slice('abcdef', bounds[0], bounds[1], bounds[2]).join('');
  assert.equal(cut(1, 3), 'bc');
  assert.equal(cut(-2), 'ef');
  assert.equal(cut(undefined, undefined, -1), 'fedcba');
  assert.equal(cut(4, 1, -2), 'ec');
  assert.equal(cut(10, 20), '');
});

test('only a value that can be nothing else is a constant', () => {
  assert.equal(onlyConstant(constant('x')), 'x');
  assert.equal(onlyConstant(join(constant('x'), constant('y'))), undefined);
  assert.equal(onlyConstant(join(constant('x'), UNKNOWN)), undefined);
});

test('a method of several objects is one method, partial calls stay apart', () => {
  const method = (id: number, name: string): Val =>
    ofRef({ k: 'bound', self: objectRef(id), name, fn: null });
  const both = join(method(1, 'close'), method(2, 'close'));
  assert.deepEqual(both.refs, [
    { k: 'bound', self: join(objectRef(1), objectRef(2)), name: 'close', fn: null },
  ]);
  assert.equal(join(both, method(2, 'close')), both);
  assert.equal(join(method(1, 'close'), method(1, 'open')).refs.length, 2);
  assert.equal(join(method(1, '<partial>'), method(2, '<partial>')).refs.length, 2);
});
