import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SharedMap } from './shared-map.ts';

interface Twin {
  map: SharedMap<object>;
  model: Map<number, object>;
  owner: number;
}

const number = fc.oneof(fc.nat(20), fc.nat(300), fc.nat(100_000));
const step = fc.record({
  what: fc.constantFrom('set', 'empty', 'copy'),
  which: fc.nat(7),
  n: number,
});

const entries = (map: SharedMap<object>): [number, object][] => {
  const out: [number, object][] = [];
  map.forEach((value, n) => {
    out.push([n, value]);
  });
  return out;
};

const sorted = (model: Map<number, object>): [number, object][] => [...model].sort(([a], [b]) => a - b);

/** Does the same to shared maps and to plain ones. */
const play = (steps: readonly { what: string; which: number; n: number }[]): Twin[] => {
  const twins: Twin[] = [{ map: new SharedMap(), model: new Map(), owner: 1 }];
  let owner = 1;
  for (const { what, which, n } of steps) {
    const twin = twins[which % twins.length] as Twin;
    if (what === 'copy') {
      twin.owner = ++owner;
      twins.push({ map: twin.map.copy(), model: new Map(twin.model), owner: ++owner });
    } else if (what === 'set') {
      const value = {};
      twin.map.set(n, value, twin.owner);
      twin.model.set(n, value);
    } else {
      twin.map.set(n, undefined, twin.owner);
      twin.model.delete(n);
    }
  }
  return twins;
};

test('a map and its copies hold what plain maps hold, and no change is seen in another', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), number, (steps, n) => {
      for (const { map, model } of play(steps)) {
        assert.deepEqual(entries(map), sorted(model));
        assert.equal(map.get(n), model.get(n));
        for (const [key, value] of model) assert.equal(map.get(key), value);
      }
    }),
  );
});

test('two maps differ where the other holds something else, and taking that over makes them one', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const twins = play(steps);
      const [mine, other] = [twins[0] as Twin, twins.at(-1) as Twin];
      const told = new Map<number, object>();
      mine.map.differing(other.map, (n, known, theirs) => {
        assert.equal(known, mine.model.get(n));
        told.set(n, theirs);
        mine.map.set(n, theirs, mine.owner);
      });
      const expected = new Map([...other.model].filter(([n, value]) => mine.model.get(n) !== value));
      assert.deepEqual(sorted(told), sorted(expected));
      assert.deepEqual(entries(mine.map), sorted(new Map([...mine.model, ...other.model])));
      if (mine !== other) assert.deepEqual(entries(other.map), sorted(other.model));
    }),
  );
});

test('what the other map has nothing in the place of is told, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const twins = play(steps);
      const [mine, other] = [twins[0] as Twin, twins.at(-1) as Twin];
      const told = new Map<number, object>();
      mine.map.missingIn(other.map, (n, value) => {
        told.set(n, value);
      });
      const expected = new Map([...mine.model].filter(([n]) => !other.model.has(n)));
      assert.deepEqual(sorted(told), sorted(expected));
      assert.deepEqual(entries(mine.map), sorted(mine.model));
      assert.deepEqual(entries(other.map), sorted(other.model));
    }),
  );
});
