import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Counters, randomToken } from '../../src/core/index.ts';
import type { ClientInfo, SignInStep } from '../../src/identity/index.ts';
import { memoryCounters, redisCounters } from '../../src/store/index.ts';
import { onBothEngines, temporaryFolders } from './engines.ts';
import { fakeClock } from './fake-clock.ts';
import {
  FIREFOX,
  GOOD_PASSWORD,
  OTHER_PASSWORD,
  openTestIdentity,
  type TestIdentity,
} from './open-identity.ts';
import { noRedis, startRedis } from './servers.ts';

const from = (address: string): ClientInfo => ({ ...FIREFOX, address });

const stateOf = (step: SignInStep): string => {
  assert.ok(step.next !== 'done');
  return step.state;
};

/** Somebody who has given the right temporary password and has to change it now. */
const atChange = async (identity: TestIdentity, name: string, browser = randomToken()) => {
  const person = (await identity.people.byName(name)) ?? (await identity.person(name));
  const reset = await identity.people.resetPassword(person.id, 'temporary', {});
  assert.ok(reset.kind === 'temporary');
  const first = await identity.signIn.start({ browser, returnTo: '/back' });
  const step = await identity.signIn.submit({
    state: stateOf(first),
    browser,
    input: { step: 'password', name, password: reset.password },
    client: FIREFOX,
  });
  assert.equal(step.next, 'change-password');
  return { person, browser, temporary: reset.password, state: stateOf(step) };
};

const problemOf = (step: SignInStep) => (step.next === 'done' ? 'done' : step.problem);

onBothEngines('sign-in', (engine) => {
  test('the right name and password end in a session, in any spelling of the name', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('Ana.Gomez@example.com');
    for (const name of ['ana.gomez@example.com', ' ANA.GOMEZ@EXAMPLE.COM ', 'ａｎａ.gomez@example.com']) {
      const { session } = await identity.enter(name);
      assert.equal(session.person.id, person.id);
      assert.equal(session.assurance, 'password');
    }
    assert.equal((await identity.people.get(person.id))?.lastSignInAt !== undefined, true);
    await identity.close();
  });

  test('wrong password, unknown account, disabled account and impossible name all get the same answer', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    await identity.person('ana');
    const gone = await identity.person('gone');
    await identity.people.disable(gone.id, {});
    const invited = await identity.people.add({ name: 'invited', roles: [] }, {});
    assert.ok(invited);
    const answers = await Promise.all([
      identity.attempt('ana', 'not the password'),
      identity.attempt('nobody', 'not the password'),
      identity.attempt('gone', GOOD_PASSWORD),
      identity.attempt('invited', ''),
      identity.attempt('<script>', 'x'),
      identity.attempt('', ''),
      identity.attempt('x'.repeat(300), 'x'.repeat(100_000)),
    ]);
    for (const answer of answers) {
      const { state, prompt, ...rest } = answer as SignInStep & { state: string; prompt: string };
      assert.ok(state);
      assert.ok(prompt);
      assert.deepEqual(rest, { next: 'password', returnTo: undefined, problem: 'wrong' });
    }
    await identity.close();
  });

  test('a hundred parallel guesses at one account get exactly the allowed number of answers (CVE-2026-45364)', async () => {
    const clock = fakeClock();
    for (const name of ['ana', 'nobody']) {
      const identity = await openTestIdentity(await engine.fresh(), { clock });
      await identity.person('ana');
      // From a hundred networks, in many spellings: neither makes room (CVE-2025-24806, CVE-2026-47203).
      const spellings = [name, name.toUpperCase(), ` ${name}`, `${name[0]?.toUpperCase()}${name.slice(1)}`];
      const steps = await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          identity.attempt(spellings[i % 4] ?? name, `guess ${i}`, from(`2001:db8:${i.toString(16)}::${i}`)),
        ),
      );
      assert.equal(steps.filter((step) => problemOf(step) === 'wrong').length, 5, name);
      const refused = steps.filter((step) => problemOf(step) === 'throttled');
      assert.equal(refused.length, 95);
      for (const step of refused) assert.ok('retryAfter' in step && (step.retryAfter ?? 0) > 0);
      assert.equal(
        problemOf(await identity.attempt(name, GOOD_PASSWORD)),
        'throttled',
        'even the right one waits',
      );
      await identity.close();
    }
  });

  test("hopping through one /64 gets one network's number of answers, and another network still gets its own", async () => {
    const clock = fakeClock();
    const settings = { regulation: { perNetwork: 8 }, passwords: { queue: 200 } };
    const identity = await openTestIdentity(await engine.fresh(), { clock, settings });
    await identity.person('ana');
    const steps = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        identity.attempt(`victim-${i}`, 'Password1!', from(`2001:db8:0:1:${i}:${i * 7}::${i}`)),
      ),
    );
    assert.equal(steps.filter((step) => problemOf(step) === 'wrong').length, 8);
    assert.equal(
      problemOf(await identity.attempt('ana', GOOD_PASSWORD, from('2001:db8:0:1::9'))),
      'throttled',
    );
    assert.equal((await identity.attempt('ana', GOOD_PASSWORD, from('2001:db8:0:2::9'))).next, 'done');
    await identity.close();
  });

  test('people who sign in rightly behind one address do not use up its guesses', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), {
      clock,
      settings: { regulation: { perNetwork: 3 } },
    });
    await identity.person('ana');
    for (let i = 0; i < 10; i++) await identity.enter('ana');
    await identity.close();
  });

  test('the wait grows with every failure, is the same for unknown accounts, and ends with the right password', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), {
      clock,
      settings: { regulation: { perNetwork: 1_000 } },
    });
    await identity.person('ana');
    const waits = async (name: string): Promise<number[]> => {
      for (let i = 0; i < 5; i++)
        assert.equal(problemOf(await identity.attempt(name, `guess ${i}`)), 'wrong');
      const seen: number[] = [];
      for (let i = 0; i < 9; i++) {
        const step = await identity.attempt(name, 'guess');
        assert.equal(problemOf(step), 'throttled');
        const { retryAfter = 0 } = step as { retryAfter?: number };
        seen.push(Math.round(retryAfter / 1_000));
        clock.advance(retryAfter - 1_000);
        assert.equal(problemOf(await identity.attempt(name, 'guess')), 'throttled', 'not a second too early');
        clock.advance(1_001);
        assert.equal(problemOf(await identity.attempt(name, 'guess')), 'wrong');
      }
      return seen;
    };
    const [known, unknown] = [await waits('ana'), await waits('nobody')];
    assert.deepEqual(known, [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
    assert.deepEqual(unknown, known);
    clock.advance(3_601_000);
    await identity.enter('ana');
    assert.equal(problemOf(await identity.attempt('ana', 'one slip')), 'wrong', 'forgiven');
    await identity.close();
  });

  test('a reset by an administrator ends the wait, and so does the use of its link', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    const person = await identity.person('ana');
    const exhaust = async () => {
      for (let i = 0; i < 6; i++) await identity.attempt('ana', 'guess');
      assert.equal(problemOf(await identity.attempt('ana', GOOD_PASSWORD)), 'throttled');
    };
    await exhaust();
    const reset = await identity.people.resetPassword(person.id, 'link', {});
    assert.ok(reset.kind === 'link');
    await exhaust();
    await identity.passwords.redeemLink({ token: reset.token, password: OTHER_PASSWORD, client: FIREFOX });
    await identity.enter('ana', OTHER_PASSWORD);
    await identity.close();
  });

  test('a full queue is busy with a time to wait, and gives the guess back', async () => {
    const clock = fakeClock();
    const settings = { passwords: { width: 1, queue: 2 }, regulation: { perAccount: 3 } };
    const identity = await openTestIdentity(await engine.fresh(), { clock, settings });
    await identity.person('ana');
    const steps = await Promise.all(Array.from({ length: 3 }, (_, i) => identity.attempt(`other-${i}`, 'x')));
    assert.ok(steps.every((step) => problemOf(step) === 'wrong'));
    const burst = await Promise.all(Array.from({ length: 12 }, (_, i) => identity.attempt(`more-${i}`, 'x')));
    const busy = burst.filter((step) => problemOf(step) === 'busy');
    assert.ok(busy.length > 0 && busy.length < 12, `${busy.length} busy`);
    for (const step of busy) assert.ok('retryAfter' in step && (step.retryAfter ?? 0) >= 1_000);
    for (let i = 0; i < 12; i++) {
      for (let guess = 0; guess < 2; guess++)
        assert.equal(problemOf(await identity.attempt(`more-${i}`, 'x')), 'wrong');
    }
    await identity.close();
  });

  test('counters that do not answer let nobody in', async () => {
    const down = async (): Promise<never> => {
      throw new TypeError('the counters are down');
    };
    const counters: Counters = { ...memoryCounters(), take: down };
    const identity = await openTestIdentity(await engine.fresh(), { counters });
    await identity.person('ana');
    await assert.rejects(identity.attempt('ana', GOOD_PASSWORD));
    await identity.close();
  });

  test('a sign-in that the log cannot hold does not happen', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana');
    identity.events.broken = true;
    await assert.rejects(identity.attempt('ana', GOOD_PASSWORD), { code: 'log-unavailable' });
    assert.deepEqual(await identity.sessions.list(person.id), []);
    identity.events.broken = false;
    await identity.close();
  });

  test('a state of one browser is worth nothing in another', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    await identity.person('ana');
    const first = await identity.signIn.start({ browser: randomToken() });
    const input = { step: 'password', name: 'ana', password: GOOD_PASSWORD } as const;
    const browser = randomToken();
    const answer = await identity.signIn.submit({ state: stateOf(first), browser, input, client: FIREFOX });
    assert.ok(answer.next === 'password' && answer.problem !== undefined);
    const pending = await atChange(identity, 'ana');
    const other = await identity.signIn.submit({
      state: pending.state,
      browser,
      input: { step: 'change-password', password: OTHER_PASSWORD },
      client: FIREFOX,
    });
    assert.equal(problemOf(other), 'expired');
    assert.equal((await identity.signIn.resume({ state: pending.state, browser })).next, 'password');
    assert.equal((await identity.signIn.resume(pending)).next, 'change-password');
    await identity.close();
  });

  test('a state that was changed, is too old or was used asks from the beginning and loops nowhere', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    await identity.person('ana');
    const input = { step: 'password', name: 'ana', password: GOOD_PASSWORD } as const;
    const browser = randomToken();
    const state = stateOf(await identity.signIn.start({ browser, returnTo: '/here' }));
    const [body = '', mac = ''] = state.split('.');
    const forged = Buffer.from(JSON.stringify({ until: clock.now() + 1e12, returnTo: '/evil' })).toString(
      'base64url',
    );
    for (const changed of [`${forged}.${mac}`, `${body}.${mac}x`, body, `.${mac}`, `${body}.${mac}.${mac}`]) {
      const answer = await identity.signIn.submit({ state: changed, browser, input, client: FIREFOX });
      assert.equal(answer.next, 'password');
      assert.equal(answer.returnTo, undefined);
    }
    clock.advance(3_600_001);
    const late = await identity.signIn.submit({ state, browser, input, client: FIREFOX });
    assert.equal(problemOf(late), 'expired');
    const again = await identity.signIn.submit({ state: stateOf(late), browser, input, client: FIREFOX });
    assert.equal(again.next, 'done');

    const pending = await atChange(identity, 'ana');
    clock.advance(600_001);
    const change = { step: 'change-password', password: OTHER_PASSWORD } as const;
    const old = await identity.signIn.submit({ ...pending, input: change, client: FIREFOX });
    assert.equal(problemOf(old), 'expired');
    await identity.close();
  });

  test('where somebody was going is carried through every step', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const { state, browser } = await atChange(identity, 'ana');
    const input = { step: 'change-password', password: OTHER_PASSWORD } as const;
    const weak = { step: 'change-password', password: 'short' } as const;
    const refused = await identity.signIn.submit({ state, browser, input: weak, client: FIREFOX });
    assert.equal(refused.returnTo, '/back');
    const done = await identity.signIn.submit({ state: stateOf(refused), browser, input, client: FIREFOX });
    assert.deepEqual([done.next, done.returnTo], ['done', '/back']);
    const long = await identity.signIn.start({ browser, returnTo: '/'.repeat(5_000) });
    const { returnTo } = await identity.signIn.resume({ state: stateOf(long), browser });
    assert.equal(returnTo, undefined);
    await identity.close();
  });

  test('a temporary password has to be changed into a good and different one, once', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const { state, browser, temporary, person } = await atChange(identity, 'ana');
    const submit = (password: string) =>
      identity.signIn.submit({
        state,
        browser,
        input: { step: 'change-password', password },
        client: FIREFOX,
      });
    for (const bad of ['short', '123456789012345678', temporary]) {
      const step = await submit(bad);
      assert.equal(problemOf(step), 'refused', bad);
      assert.ok('problems' in step && step.problems && step.problems.length > 0);
      assert.deepEqual(await identity.sessions.list(person.id), []);
    }
    const results = await Promise.all(Array.from({ length: 6 }, () => submit(OTHER_PASSWORD)));
    assert.equal(
      results.filter(({ next }) => next === 'done').length,
      1,
      'in parallel exactly one ends in a session',
    );
    assert.equal((await identity.sessions.list(person.id)).length, 1);
    assert.equal(problemOf(await identity.attempt('ana', temporary)), 'wrong');
    await identity.enter('ana', OTHER_PASSWORD);
    await identity.close();
  });

  test('a step is tried ten times at most', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const { state, browser } = await atChange(identity, 'ana');
    const input = { step: 'change-password', password: 'short' } as const;
    const problems: (string | undefined)[] = [];
    for (let i = 0; i < 12; i++) {
      problems.push(problemOf(await identity.signIn.submit({ state, browser, input, client: FIREFOX })));
    }
    assert.deepEqual(problems, [...Array(10).fill('refused'), 'expired', 'expired']);
    await identity.close();
  });

  test('a browser has two pending sign-ins at most, the newest, and visitors who only look take no place at all', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    const browser = randomToken();
    const rows = () => identity.store.db.selectFrom('sign_ins').select('state_hash').execute();
    for (let i = 0; i < 50; i++) await identity.signIn.start({ browser });
    assert.equal((await rows()).length, 0);
    const states: string[] = [];
    for (const name of ['ana', 'bo', 'cy', 'di']) {
      clock.advance(1_000);
      states.push((await atChange(identity, name, browser)).state);
    }
    assert.equal((await rows()).length, 2);
    const resumed = await Promise.all(states.map((state) => identity.signIn.resume({ state, browser })));
    assert.deepEqual(
      resumed.map(({ next }) => next),
      ['password', 'password', 'change-password', 'change-password'],
    );
    await identity.close();
  });

  test('one person has a bounded number of pending sign-ins, from however many browsers', async () => {
    const clock = fakeClock();
    const settings = { regulation: { perAccount: 100 } };
    const identity = await openTestIdentity(await engine.fresh(), { clock, settings });
    const person = await identity.person('ana');
    const reset = await identity.people.resetPassword(person.id, 'temporary', {});
    assert.ok(reset.kind === 'temporary');
    for (let i = 0; i < 14; i++) {
      clock.advance(1);
      await identity.attempt('ana', reset.password);
    }
    const rows = await identity.store.db.selectFrom('sign_ins').select('state_hash').execute();
    assert.equal(rows.length, 10);
    await identity.close();
  });

  test('somebody disabled in the middle of signing in gets no session', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const { state, browser, person } = await atChange(identity, 'ana');
    await identity.people.disable(person.id, {});
    const input = { step: 'change-password', password: OTHER_PASSWORD } as const;
    const step = await identity.signIn.submit({ state, browser, input, client: FIREFOX });
    assert.notEqual(step.next, 'done');
    assert.deepEqual(await identity.sessions.list(person.id), []);
    await identity.close();
  });

  test('every step is one event, with who and where, and never a secret', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    const person = await identity.person('ana', 'admin');
    await identity.attempt('ana', 'wrong-secret-1');
    await identity.attempt('Pa55word typed as a name', 'x');
    const { session, token } = await identity.enter('ana');
    for (let i = 0; i < 7; i++) await identity.attempt('nobody', 'wrong-secret-2');
    const types = identity.events.all.map(({ type }) => type);
    assert.deepEqual(types.slice(0, 4), [
      'person.added',
      'signin.failed',
      'signin.failed',
      'signin.succeeded',
    ]);
    assert.equal(identity.events.of('signin.locked').length, 2);
    const [succeeded] = identity.events.of('signin.succeeded');
    assert.deepEqual(succeeded?.fields, {
      actor: person.id,
      name: 'ana',
      session: session.id,
      assurance: 'password',
      factor: 'password',
      address: FIREFOX.address,
      device: 'Firefox on Linux',
    });
    const text = JSON.stringify(identity.events.all);
    for (const secret of ['wrong-secret', GOOD_PASSWORD, token, 'Pa55word', 'argon2']) {
      assert.ok(!text.includes(secret), `an event holds ${secret}`);
    }
    await identity.close();
  });
});

describe('sign-in on several instances', { skip: noRedis }, () => {
  const folder = temporaryFolders();

  test('a hundred parallel guesses over two instances that share Redis get exactly the allowed number', async () => {
    const server = await startRedis();
    const directory = folder();
    const place = { directory, url: join(directory, 'gatehouse.db') };
    const counters = [redisCounters({ url: server.url }), redisCounters({ url: server.url })];
    const instances = await Promise.all(
      counters.map((shared) => openTestIdentity(place, { counters: shared })),
    );
    const [one, two] = instances;
    assert.ok(one && two);
    await one.person('ana');
    const steps = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        (i % 2 ? one : two).attempt('ana', `guess ${i}`, from(`192.0.2.${i}`)),
      ),
    );
    assert.equal(steps.filter((step) => problemOf(step) === 'wrong').length, 5);
    assert.equal(steps.filter((step) => problemOf(step) === 'throttled').length, 95);
    for (const instance of instances) await instance.close();
    for (const shared of counters) await shared.close();
    await server.stop();
  });
});
