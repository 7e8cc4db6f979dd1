import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fingerprint } from './fingerprint.ts';
import { symbolOrigin } from './taint.ts';
import type { Constant, Ref, Segment, Val } from './value.ts';

const taint = fc.record({
  origin: fc.nat(3).map(symbolOrigin),
  safe: fc.nat(8),
  weak: fc.boolean(),
  trail: fc.constant(null),
});
const constant: fc.Arbitrary<Constant> = fc.oneof(
  fc.string({ maxLength: 2 }),
  fc.integer({ min: -3, max: 3 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const ref: fc.Arbitrary<Ref> = fc.oneof(
  fc.record({ k: fc.constant('obj' as const), id: fc.integer({ min: -(2 ** 30), max: 300 }) }),
  fc.record({ k: fc.constant('ext' as const), name: fc.string({ maxLength: 2 }) }),
  fc.record({
    k: fc.constant('ext' as const),
    name: fc.string({ maxLength: 2 }),
    site: fc.string({ maxLength: 2 }),
  }),
);
const segment: fc.Arbitrary<Segment> = fc.oneof(
  fc.string({ maxLength: 2 }),
  fc.record({ taints: fc.array(taint, { maxLength: 2 }) }),
);
const value: fc.Arbitrary<Val> = fc.record({
  consts: fc.array(constant, { maxLength: 3 }),
  refs: fc.array(ref, { maxLength: 3 }),
  open: fc.boolean(),
  segs: fc.oneof(fc.constant(null), fc.array(segment, { maxLength: 3 })),
  taints: fc.array(taint, { maxLength: 3 }),
});

const sumOf = (values: readonly Val[]): number => {
  const print = new Fingerprint();
  for (const each of values)
    print.value(
      each,
      (id) => id,
      ({ origin }) => origin.symbol,
    );
  return print.sum;
};

const textOf = (values: readonly Val[]): string =>
  JSON.stringify(values, (_, part) =>
    typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0))
      ? `${Object.is(part, -0) ? '-0' : part}!`
      : part,
  );

test('values have one fingerprint when they are alike, and only then', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), fc.array(value, { maxLength: 4 }), (a, b) => {
      assert.equal(sumOf(a), sumOf(structuredClone(a)));
      if (textOf(a) !== textOf(b)) assert.notEqual(sumOf(a), sumOf(b));
    }),
    { numRuns: 2_000 },
  );
});

test('a fingerprint is a whole number that is exact', () => {
  fc.assert(fc.property(fc.array(value), (values) => Number.isSafeInteger(sumOf(values))));
});
