import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bucket, Counters } from '../../core/index.ts';
import type { Facts } from '../facts.ts';
import { addressRate, personRate } from './rates.ts';

/** Counts without ever giving back: enough to see what is counted as one. */
const countersOf = (): Counters & { keys: Map<string, number> } => {
  const keys = new Map<string, number>();
  return {
    keys,
    take: async (key: string, { capacity }: Bucket) => {
      const used = (keys.get(key) ?? 0) + 1;
      keys.set(key, used);
      return {
        allowed: used <= capacity,
        remaining: Math.max(0, capacity - used),
        retryAfter: used <= capacity ? 0 : 1_500,
      };
    },
    add: async () => 0,
    read: async () => 0,
    reset: async () => {},
  };
};

const facts = (address: string, person?: string): Facts =>
  ({
    time: 10_000,
    client: { address, userAgent: '' },
    session: person && { person: { id: person } },
  }) as unknown as Facts;

test('whoever asks too often is told when to come back', async () => {
  const guard = addressRate({ capacity: 2, window: 60_000 }, countersOf());
  const verdicts = await Promise.all([1, 2, 3].map(() => guard.check(facts('192.0.2.7'))));
  assert.deepEqual(
    verdicts.map(({ verdict }) => verdict),
    ['pass', 'pass', 'throttle'],
  );
  assert.deepEqual(verdicts[2], { verdict: 'throttle', until: 11_500 });
  assert.deepEqual(await guard.check(facts('192.0.2.8')), { verdict: 'pass' });
});

test('a person is counted over all addresses, and nobody is not counted as somebody', async () => {
  const counters = countersOf();
  const guard = personRate({ capacity: 1, window: 60_000 }, counters);
  assert.equal((await guard.check(facts('192.0.2.7', 'per_a'))).verdict, 'pass');
  assert.equal((await guard.check(facts('192.0.2.99', 'per_a'))).verdict, 'throttle');
  assert.equal((await guard.check(facts('192.0.2.7', 'per_b'))).verdict, 'pass');
  assert.equal((await guard.check(facts('192.0.2.7'))).verdict, 'pass');
  assert.equal(counters.keys.size, 2);
});
