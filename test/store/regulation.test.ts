import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Counters, randomToken } from '../../src/core/index.ts';
import type { ClientInfo, SignInStep } from '../../src/identity/index.ts';
import { memoryCounters, redisCounters } from '../../src/store/index.ts';
import { temporaryFolders } from './engines.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { FIREFOX, GOOD_PASSWORD, openTestIdentity, type TestIdentity } from './open-identity.ts';
import { noRedis, startRedis } from './servers.ts';

const folder = temporaryFolders();
const problemOf = (step: SignInStep) => (step.next === 'done' ? 'done' : step.problem);
const from = (address: string, known?: readonly string[]): ClientInfo => ({ ...FIREFOX, address, known });

const place = () => {
  const directory = folder();
  return { directory, url: join(directory, 'gatehouse.db') };
};

const open = (clock: FakeClock, counters?: Counters): Promise<TestIdentity> =>
  openTestIdentity(place(), {
    clock,
    ...(counters === undefined ? {} : { counters }),
    settings: { regulation: { perNetwork: 8 }, passwords: { queue: 200 } },
  });

/** Strangers use up every guess at an account. */
const lockOut = async (identity: TestIdentity, name: string): Promise<void> => {
  for (let i = 0; i < 6; i++) await identity.attempt(name, `guess ${i}`, from(`198.51.100.${i}`));
  assert.equal(problemOf(await identity.attempt(name, GOOD_PASSWORD)), 'throttled');
};

const both = (title: string, body: (identity: TestIdentity, clock: FakeClock) => Promise<void>): void => {
  test(`${title} (counters in memory)`, async () => {
    const clock = fakeClock();
    const identity = await open(clock);
    await body(identity, clock);
    await identity.close();
  });
  test(`${title} (counters in Redis)`, { skip: noRedis }, async () => {
    const server = await startRedis();
    const counters = redisCounters({ url: server.url });
    const clock = fakeClock();
    const identity = await open(clock, counters);
    await body(identity, clock);
    await identity.close();
    await counters.close();
    await server.stop();
  });
};

describe('regulation', () => {
  both('an attacker cannot lock the owner out of a browser that has signed in before', async (identity) => {
    await identity.person('ana');
    const known = identity.familiar.renew('Ana', []) ?? [];
    await lockOut(identity, 'ana');
    // Not even from the owner's own network.
    for (let i = 0; i < 9; i++) await identity.attempt(`victim-${i}`, 'x', from('192.0.2.9'));
    assert.equal(problemOf(await identity.attempt('bo', 'x', from('192.0.2.9'))), 'throttled');
    assert.equal(problemOf(await identity.attempt('ana', GOOD_PASSWORD, from('192.0.2.9', known))), 'done');
    assert.equal(
      problemOf(await identity.attempt('ana', 'guess', from('198.51.100.77'))),
      'throttled',
      'the sign-in of the owner gave the guesser nothing',
    );
  });

  both(
    'a hundred parallel guesses with a known browser get exactly its own number of answers',
    async (identity) => {
      await identity.person('ana');
      const known = identity.familiar.renew('ana', []) ?? [];
      const steps = await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          identity.attempt('ana', `guess ${i}`, from(`192.0.2.${i}`, known)),
        ),
      );
      assert.equal(steps.filter((step) => problemOf(step) === 'wrong').length, 5);
      assert.equal(steps.filter((step) => problemOf(step) === 'throttled').length, 95);
      assert.equal(problemOf(await identity.attempt('ana', GOOD_PASSWORD)), 'done', 'others have theirs');
    },
  );

  both(
    'an administrator ends the waiting of an account, its known browsers and a network',
    async (identity) => {
      const person = await identity.person('ana');
      const known = identity.familiar.renew('ana', []) ?? [];
      for (let i = 0; i < 6; i++) await identity.attempt('ana', `slip ${i}`, from('192.0.2.1', known));
      assert.equal(
        problemOf(await identity.attempt('ana', GOOD_PASSWORD, from('192.0.2.1', known))),
        'throttled',
      );
      await lockOut(identity, 'ana');
      assert.ok((await identity.unlock.wait(person)) > 0);
      await identity.unlock.person(person.id, {});
      assert.equal(await identity.unlock.wait(person), 0);
      assert.equal(problemOf(await identity.attempt('ana', GOOD_PASSWORD, from('192.0.2.1', known))), 'done');
      assert.equal(problemOf(await identity.attempt('ana', GOOD_PASSWORD)), 'done');

      for (let i = 0; i < 9; i++) await identity.attempt(`victim-${i}`, 'x', from('2001:db8:0:1::7'));
      assert.equal(
        problemOf(await identity.attempt('ana', GOOD_PASSWORD, from('2001:db8:0:1::8'))),
        'throttled',
      );
      await identity.unlock.network('2001:db8:0:1:ffff::', {});
      assert.equal(problemOf(await identity.attempt('ana', GOOD_PASSWORD, from('2001:db8:0:1::8'))), 'done');
      await assert.rejects(identity.unlock.network('the office', {}), { code: 'usage' });
      const types = identity.events.all.map(({ type }) => type);
      assert.equal(types.filter((type) => type === 'person.unlocked').length, 1);
      assert.equal(types.filter((type) => type === 'network.unlocked').length, 1);
    },
  );

  test('what a browser keeps counts for its account alone, for 180 days, and cannot be made up', async () => {
    const clock = fakeClock();
    const identity = await open(clock);
    await identity.person('ana');
    await identity.person('bo');
    const known = identity.familiar.renew('ana', []) ?? [];
    const [token = ''] = known;
    await lockOut(identity, 'ana');
    await lockOut(identity, 'bo');
    const tries = [
      ['bo', known],
      ['ana', [`${token.slice(0, -2)}AA`]],
      ['ana', [randomToken()]],
      ['ana', ['', 'x'.repeat(10_000), token.slice(0, 71)]],
    ] as const;
    for (const [name, tokens] of tries) {
      const step = await identity.attempt(name, GOOD_PASSWORD, from('203.0.113.5', tokens));
      assert.equal(problemOf(step), 'throttled', `${name} ${tokens.join().slice(0, 90)}`);
    }
    clock.advance(179 * 86_400_000);
    await lockOut(identity, 'ana');
    assert.equal(problemOf(await identity.attempt('ana', GOOD_PASSWORD, from('203.0.113.5', known))), 'done');
    clock.advance(2 * 86_400_000);
    await lockOut(identity, 'ana');
    assert.equal(
      problemOf(await identity.attempt('ana', GOOD_PASSWORD, from('203.0.113.5', known))),
      'throttled',
    );
    await identity.close();
  });

  test('a browser is known for three accounts at most, and its token is renewed after a month', async () => {
    const clock = fakeClock();
    const identity = await open(clock);
    let known: readonly string[] = [];
    for (const name of ['ana', 'bo', 'cy', 'di']) known = identity.familiar.renew(name, known) ?? known;
    assert.equal(known.length, 3);
    assert.equal(identity.familiar.renew('DI', known), undefined, 'it has one');
    clock.advance(31 * 86_400_000);
    const renewed = identity.familiar.renew('di', known) ?? [];
    assert.equal(renewed.length, 3);
    assert.notEqual(renewed[0], known[0]);
    assert.deepEqual(renewed.slice(1), known.slice(1));
    await identity.close();
  });

  test('counters hold neither account names nor addresses', async () => {
    const seen: string[] = [];
    const inner = memoryCounters();
    const noted = (key: string): string => {
      seen.push(key);
      return key;
    };
    const counters: Counters = {
      take: (key, ...rest) => inner.take(noted(key), ...rest),
      add: (key, ...rest) => inner.add(noted(key), ...rest),
      read: (key) => inner.read(noted(key)),
      reset: (key) => inner.reset(noted(key)),
    };
    const identity = await open(fakeClock(), counters);
    const person = await identity.person('ana');
    const known = identity.familiar.renew('ana', []) ?? [];
    await identity.attempt('ana', 'x', from('192.0.2.1'));
    await identity.attempt('ana', 'x', from('192.0.2.1', known));
    await identity.unlock.person(person.id, {});
    assert.ok(seen.length > 6);
    for (const key of seen) assert.doesNotMatch(key, /ana|192\.0\.2/);
    await identity.close();
  });
});
