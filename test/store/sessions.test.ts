import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { randomToken } from '../../src/core/index.ts';
import type { Session, SessionEnd } from '../../src/identity/index.ts';
import { onBothEngines } from './engines.ts';
import { fakeClock } from './fake-clock.ts';
import { intoApp } from './into-app.ts';
import {
  FIREFOX,
  GOOD_PASSWORD,
  OTHER_PASSWORD,
  openTestIdentity,
  type TestIdentity,
} from './open-identity.ts';

const peek = ({ sessions }: TestIdentity, token: string, app: string | undefined): Session | undefined => {
  const key = sessions.keyOf(token);
  return key === undefined ? undefined : sessions.peek(key, app);
};

const endsOf = (identity: TestIdentity): { id: string; why: SessionEnd; at: number }[] => {
  const seen: { id: string; why: SessionEnd; at: number }[] = [];
  identity.sessions.onEnded((id, why) => seen.push({ id, why, at: performance.now() }));
  return seen;
};

const until = async (holds: () => boolean, limit: number): Promise<void> => {
  const began = performance.now();
  while (!holds()) {
    assert.ok(performance.now() - began < limit, `not within ${limit} ms`);
    await wait(10);
  }
};

onBothEngines('sessions', (engine) => {
  test('a token opens its session, only for its own app, and is nowhere in the database', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    await identity.person('ana', 'admin');
    const { token, session } = await identity.enter('ana');
    const child = await intoApp(identity, session);
    assert.equal((await identity.sessions.find(token, undefined))?.id, session.id);
    assert.equal((await identity.sessions.find(child.token, 'sales'))?.parent, session.id);
    for (const [wrong, app] of [
      [token, 'sales'],
      [child.token, undefined],
      [child.token, 'other'],
      [randomToken(), undefined],
      ['', undefined],
      [`${token} `, undefined],
      [token.toLowerCase(), undefined],
      ['x'.repeat(100_000), undefined],
    ] as const) {
      assert.equal(await identity.sessions.find(wrong, app), undefined);
      assert.equal(peek(identity, wrong, app), undefined);
    }
    const rows = await identity.store.db.selectFrom('sessions').selectAll().execute();
    for (const value of rows.flatMap((row) => Object.values(row))) {
      const bytes = Buffer.from(value instanceof Uint8Array ? value : String(value));
      for (const secret of [token, child.token, FIREFOX.address]) assert.ok(!bytes.includes(secret));
      assert.ok(!bytes.includes(Buffer.from(token, 'base64url')));
    }
    await identity.close();
  });

  test('after the first look the hot path answers from memory', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    await identity.person('ana');
    const { token, session } = await identity.enter('ana');
    assert.equal(peek(identity, token, undefined), undefined);
    await identity.sessions.find(token, undefined);
    assert.equal(peek(identity, token, undefined)?.id, session.id);
    assert.equal(identity.sessions.isAlive(session.id), true);
    assert.equal(identity.sessions.isAlive('ses_unknown'), false);
    await identity.close();
  });

  test('what ends on one instance ends on all within a second, streams included, told once each (CVE-2021-41230)', async () => {
    const place = await engine.fresh();
    const [one, two] = [await openTestIdentity(place), await openTestIdentity(place)];
    const person = await one.person('ana', 'admin');
    await one.person('root', 'admin');
    const acts: [SessionEnd, (session: Session) => Promise<unknown>][] = [
      ['sign-out', (session) => one.sessions.end(person.id, session.id, 'sign-out', FIREFOX)],
      ['sign-out-everywhere', () => one.sessions.endAll(person.id, 'sign-out-everywhere', FIREFOX)],
      ['roles-changed', () => one.people.setRoles(person.id, ['analyst'], {})],
      ['password-changed', () => one.people.resetPassword(person.id, 'link', {})],
      ['disabled', () => one.people.disable(person.id, {})],
    ];
    const [atOne, atTwo] = [endsOf(one), endsOf(two)];
    for (const [why, act] of acts) {
      const { token, session } = await one.enter('ana');
      const child = await intoApp(one, session);
      for (const identity of [one, two]) {
        assert.ok(await identity.sessions.find(child.token, 'sales'), why);
        assert.ok(await identity.sessions.find(token, undefined), why);
        assert.ok(identity.sessions.isAlive(child.session.id), why);
      }
      const began = performance.now();
      await act(session);
      assert.equal(peek(one, child.token, 'sales'), undefined, `${why}: at once where it was done`);
      assert.equal(one.sessions.isAlive(child.session.id), false);
      await until(() => peek(two, child.token, 'sales') === undefined, 1_000);
      await until(() => atTwo.some(({ id }) => id === child.session.id), 1_000);
      assert.ok(performance.now() - began < 1_500, why);
      assert.equal(await two.sessions.find(token, undefined), undefined, why);
      assert.equal(two.sessions.isAlive(session.id), false, why);
      await wait(50);
      for (const seen of [atOne, atTwo]) {
        for (const id of [session.id, child.session.id]) {
          assert.deepEqual(
            seen.filter((end) => end.id === id).map((end) => end.why),
            [why],
          );
        }
      }
      if (why === 'password-changed')
        await one.passwords.set(person.id, GOOD_PASSWORD, { mustChange: false }, {});
    }
    await one.close();
    await two.close();
  });

  test('a change of name or e-mail shows in a living session on every instance within a second', async () => {
    const place = await engine.fresh();
    const [one, two] = [await openTestIdentity(place), await openTestIdentity(place)];
    const person = await one.person('ana');
    const { token, session } = await one.enter('ana');
    await two.sessions.find(token, undefined);
    const ends = endsOf(two);
    await one.people.setProfile(person.id, { displayName: 'Ana Gómez' }, {});
    assert.equal((await one.sessions.find(token, undefined))?.person.displayName, 'Ana Gómez');
    await until(() => peek(two, token, undefined)?.person.displayName !== 'ana', 1_000);
    assert.equal((await two.sessions.find(token, undefined))?.person.displayName, 'Ana Gómez');
    assert.ok(two.sessions.isAlive(session.id), 'a stream goes on');
    assert.deepEqual(ends, []);
    await one.close();
    await two.close();
  });

  test('a signing key that one instance retires is retired on all within a second, and its tokens verify everywhere', async () => {
    const place = await engine.fresh();
    const [one, two] = [await openTestIdentity(place), await openTestIdentity(place)];
    await one.person('ana');
    const { session } = await one.enter('ana');
    const kidOf = (token: string): unknown =>
      JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
    const kidAt = async (identity: TestIdentity) =>
      kidOf(await identity.assertions.forApp(session, 'https://a'));
    const [before, atTwo] = [await kidAt(one), await kidAt(two)];
    assert.equal(atTwo, before);
    await one.assertions.rotateKeys({});
    const after = await kidAt(one);
    assert.notEqual(after, before);
    assert.ok(
      two.assertions.jwks().keys.some(({ kid }) => kid === after),
      'published before it was used',
    );
    const began = performance.now();
    while ((await kidAt(two)) !== after) {
      assert.ok(performance.now() - began < 1_000);
      await wait(20);
    }
    for (const identity of [one, two]) {
      assert.ok(
        identity.assertions.jwks().keys.some(({ kid }) => kid === before),
        'old tokens still verify',
      );
    }
    await one.close();
    await two.close();
  });

  test('a session that is read while it ends is not kept in memory', async () => {
    const place = await engine.fresh();
    const [one, two] = [await openTestIdentity(place), await openTestIdentity(place)];
    const person = await one.person('ana');
    for (let round = 0; round < 10; round++) {
      const { token, session } = await one.enter('ana');
      const finding = Array.from({ length: 20 }, () => two.sessions.find(token, undefined));
      await one.sessions.end(person.id, session.id, 'sign-out', FIREFOX);
      await Promise.all(finding);
      await wait(20);
      await two.sessions.find(randomToken(), undefined);
    }
    await wait(600);
    const alive = await two.store.db
      .selectFrom('sessions')
      .select('id')
      .where('ended_epoch', 'is', null)
      .execute();
    assert.deepEqual(alive, []);
    await one.close();
    await two.close();
  });

  test('it idles out, ends with its children and is told; use in an app keeps the portal session alive', async () => {
    const clock = fakeClock();
    const settings = { sessions: { idle: 30 * 60_000, pollInterval: 20 } };
    const identity = await openTestIdentity(await engine.fresh(), { clock, settings });
    await identity.person('ana');
    const ends = endsOf(identity);
    const { token, session } = await identity.enter('ana');
    const child = await intoApp(identity, session);
    for (let minutes = 0; minutes < 60; minutes += 10) {
      clock.advance(10 * 60_000);
      assert.ok(await identity.sessions.find(child.token, 'sales'), `after ${minutes} min`);
      await wait(60);
    }
    assert.ok(await identity.sessions.find(token, undefined), 'the portal session lives on');
    clock.advance(30 * 60_000 + 1);
    assert.equal(peek(identity, child.token, 'sales'), undefined);
    assert.equal(await identity.sessions.find(child.token, 'sales'), undefined);
    assert.equal(await identity.sessions.find(token, undefined), undefined);
    await until(() => ends.length === 2, 2_000);
    assert.deepEqual([...new Set(ends.map(({ why }) => why))], ['idle']);
    const recorded = identity.events.of('session.ended').map(({ fields }) => [fields.session, fields.reason]);
    assert.deepEqual(recorded, [[session.id, 'idle']]);
    await identity.close();
  });

  test('it ends after its absolute time however much it is used', async () => {
    const clock = fakeClock();
    const settings = { sessions: { idle: 3_600_000, absolute: 2 * 3_600_000, pollInterval: 20 } };
    const identity = await openTestIdentity(await engine.fresh(), { clock, settings });
    await identity.person('ana');
    const ends = endsOf(identity);
    const { token, session } = await identity.enter('ana');
    for (let i = 0; i < 4; i++) {
      clock.advance(29 * 60_000);
      assert.ok(await identity.sessions.find(token, undefined));
      await wait(60);
    }
    const child = await intoApp(identity, session);
    assert.equal(child.session.expiresAt, session.expiresAt, 'a child lives no longer than its parent');
    clock.advance(5 * 60_000);
    assert.equal(await identity.sessions.find(token, undefined), undefined);
    assert.equal(await identity.sessions.find(child.token, 'sales'), undefined);
    assert.equal(identity.sessions.isAlive(child.session.id), false);
    await until(() => ends.length === 2, 2_000);
    assert.ok(ends.every(({ why }) => why === 'expired'));
    await identity.close();
  });

  test('a thousand requests write its last use once a minute', async () => {
    const clock = fakeClock();
    const settings = { sessions: { pollInterval: 10 } };
    const identity = await openTestIdentity(await engine.fresh(), { clock, settings });
    await identity.person('ana');
    const { token, session } = await identity.enter('ana');
    const stored = async () =>
      (
        await identity.store.db
          .selectFrom('sessions')
          .select('last_seen_at')
          .where('id', '=', session.id)
          .executeTakeFirstOrThrow()
      ).last_seen_at;
    const seen = new Set<number>();
    for (let i = 0; i < 1_000; i++) {
      clock.advance(120);
      assert.ok(await identity.sessions.find(token, undefined));
      if (i % 50 === 0) {
        await wait(25);
        seen.add(await stored());
      }
    }
    assert.ok(seen.size >= 2 && seen.size <= 4, `written ${seen.size} times in two minutes`);
    await identity.close();
  });

  test('one more session than allowed ends the one used longest ago', async () => {
    const clock = fakeClock();
    const settings = { sessions: { perPerson: 3 } };
    const identity = await openTestIdentity(await engine.fresh(), { clock, settings });
    const person = await identity.person('ana');
    const ends = endsOf(identity);
    const tokens: string[] = [];
    for (let i = 0; i < 5; i++) {
      clock.advance(1_000);
      tokens.push((await identity.enter('ana')).token);
    }
    assert.equal((await identity.sessions.list(person.id)).length, 3);
    const found = await Promise.all(tokens.map((token) => identity.sessions.find(token, undefined)));
    assert.deepEqual(
      found.map((session) => session !== undefined),
      [false, false, true, true, true],
    );
    assert.deepEqual(
      ends.map(({ why }) => why),
      ['limit', 'limit'],
    );
    await identity.close();
  });

  test('parallel sign-ins never leave more sessions than allowed', async () => {
    const settings = { sessions: { perPerson: 2 }, passwords: { width: 2 }, regulation: { perAccount: 50 } };
    const identity = await openTestIdentity(await engine.fresh(), { settings });
    const person = await identity.person('ana');
    await Promise.all(Array.from({ length: 8 }, () => identity.enter('ana')));
    assert.equal((await identity.sessions.list(person.id)).length, 2);
    await identity.close();
  });

  test('a new sign-in in the same browser replaces the old session: no fixation, no heap of sessions', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana');
    await identity.person('bo');
    const before = await identity.enter('ana');
    const signInWith = async (name: string, replaces: string) => {
      const browser = randomToken();
      const first = await identity.signIn.start({ browser });
      assert.ok(first.next === 'password');
      const input = { step: 'password', name, password: GOOD_PASSWORD } as const;
      const step = await identity.signIn.submit({
        state: first.state,
        browser,
        input,
        client: FIREFOX,
        replaces,
      });
      assert.ok(step.next === 'done');
      return step;
    };
    const after = await signInWith('ana', before.token);
    assert.notEqual(after.token, before.token);
    assert.notEqual(after.session.id, before.session.id);
    assert.equal(await identity.sessions.find(before.token, undefined), undefined);
    assert.equal((await identity.sessions.list(person.id)).length, 1);
    await signInWith('bo', after.token);
    assert.equal(
      await identity.sessions.find(after.token, undefined),
      undefined,
      'somebody else signed in there',
    );
    await identity.close();
  });

  test('a list shows own sessions by device with their apps, and nobody ends those of others (CVE-2026-3209)', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const [ana, bo] = [await identity.person('ana'), await identity.person('bo')];
    const hers = await identity.enter('ana');
    await intoApp(identity, hers.session, 'sales');
    await intoApp(identity, hers.session, 'wiki');
    const his = await identity.enter('bo');
    const [listed] = await identity.sessions.list(ana.id);
    assert.equal(listed?.device, 'Firefox on Linux');
    assert.equal(listed?.address, FIREFOX.address);
    assert.deepEqual(listed?.children.map(({ app }) => app).sort(), ['sales', 'wiki']);
    assert.equal(await identity.sessions.end(bo.id, hers.session.id, 'revoked', FIREFOX), false);
    assert.equal(await identity.sessions.end(ana.id, 'ses_none', 'revoked', FIREFOX), false);
    assert.ok(await identity.sessions.find(hers.token, undefined));
    assert.equal(await identity.sessions.endAll(ana.id, 'sign-out-everywhere', FIREFOX), 1);
    assert.ok(await identity.sessions.find(his.token, undefined));
    await identity.close();
  });

  test('signing out of all others keeps this session and its apps', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana');
    const [here, there] = [await identity.enter('ana'), await identity.enter('ana')];
    const child = await intoApp(identity, here.session);
    assert.equal(await identity.sessions.endAll(person.id, 'revoked', FIREFOX, here.session.id), 1);
    assert.ok(await identity.sessions.find(here.token, undefined));
    assert.ok(await identity.sessions.find(child.token, 'sales'));
    assert.equal(await identity.sessions.find(there.token, undefined), undefined);
    await identity.close();
  });

  test('an end is not held up by a log that cannot be written; the caller hears of it', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana');
    const { token, session } = await identity.enter('ana');
    identity.events.broken = true;
    await assert.rejects(identity.sessions.end(person.id, session.id, 'sign-out', FIREFOX), {
      code: 'log-unavailable',
    });
    assert.equal(await identity.sessions.find(token, undefined), undefined);
    await identity.close();
  });

  test('when the database is gone nobody is let in from memory for more than a second', async () => {
    const identity = await openTestIdentity(await engine.fresh(), {
      settings: { sessions: { pollInterval: 50 } },
    });
    await identity.person('ana');
    const { token } = await identity.enter('ana');
    assert.ok(await identity.sessions.find(token, undefined));
    await identity.store.close();
    await until(() => peek(identity, token, undefined) === undefined, 1_300);
    await assert.rejects(identity.sessions.find(token, undefined));
  });

  test('a changed password ends the other sessions and gives this one a new token (GHSA-f24x-5g9q-753f)', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    await identity.person('ana');
    const [here, there] = [await identity.enter('ana'), await identity.enter('ana')];
    const [ours, theirs] = [await intoApp(identity, here.session), await intoApp(identity, there.session)];
    const { session } = here;
    const input = { session, current: GOOD_PASSWORD, password: OTHER_PASSWORD, client: FIREFOX };
    const change = await identity.passwords.change(input);
    assert.ok(change.outcome === 'changed' && change.token !== undefined);
    assert.equal(
      await identity.sessions.find(here.token, undefined),
      undefined,
      'the old token is worth nothing',
    );
    assert.equal((await identity.sessions.find(change.token, undefined))?.id, here.session.id);
    assert.ok(await identity.sessions.find(ours.token, 'sales'), 'own apps stay open');
    assert.equal(await identity.sessions.find(there.token, undefined), undefined);
    assert.equal(await identity.sessions.find(theirs.token, 'sales'), undefined);
    await identity.close();
  });
});
