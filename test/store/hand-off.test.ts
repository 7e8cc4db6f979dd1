import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomToken } from '../../src/core/index.ts';
import type { Session } from '../../src/identity/index.ts';
import { onBothEngines } from './engines.ts';
import { fakeClock } from './fake-clock.ts';
import { challengeOf, intoApp } from './into-app.ts';
import { FIREFOX, openTestIdentity } from './open-identity.ts';

onBothEngines('the hand-over to an app', (engine) => {
  test('of many that redeem one code at once, exactly one gets a session', async () => {
    const place = await engine.fresh();
    const instances = [await openTestIdentity(place), await openTestIdentity(place)];
    const [one] = instances;
    assert.ok(one);
    const person = await one.person('ana');
    const { session } = await one.enter('ana');
    const verifier = randomToken();
    const code = await one.handOff.issue({
      session,
      app: 'sales',
      challenge: challengeOf(verifier),
      returnTo: '/a?b',
    });
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        instances[i % 2]?.handOff.redeem({ code, app: 'sales', verifiers: [verifier], client: FIREFOX }),
      ),
    );
    const winners = results.filter((result) => result !== undefined);
    assert.equal(winners.length, 1);
    assert.equal(winners[0]?.returnTo, '/a?b');
    assert.equal((await one.sessions.list(person.id))[0]?.children.length, 1);
    for (const instance of instances) await instance.close();
  });

  test('a code is worth nothing with another verifier or app, when old, when used, or when its session has ended', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    const person = await identity.person('ana');
    const { session } = await identity.enter('ana');
    const verifier = randomToken();
    const issue = () =>
      identity.handOff.issue({ session, app: 'sales', challenge: challengeOf(verifier), returnTo: '/' });
    const redeem = (code: string, extra: { app?: string; verifiers?: string[] } = {}) =>
      identity.handOff.redeem({ code, app: 'sales', verifiers: [verifier], client: FIREFOX, ...extra });

    const stolen = await issue();
    assert.equal(await redeem(stolen, { verifiers: [randomToken(), ''] }), undefined, 'another browser');
    assert.equal(await redeem(stolen), undefined, 'it was tried, so it is gone');
    assert.equal(await redeem(await issue(), { app: 'wiki' }), undefined, 'another app');
    assert.equal(
      await redeem(await issue(), { verifiers: [challengeOf(verifier)] }),
      undefined,
      'the challenge is public',
    );
    const old = await issue();
    clock.advance(60_000);
    assert.equal(await redeem(old), undefined, 'a minute old');
    const late = await issue();
    clock.advance(59_000);
    assert.ok(await redeem(late));
    assert.equal(await redeem(late), undefined, 'used');
    for (const nonsense of ['', 'x', randomToken(), `${late}%00`])
      assert.equal(await redeem(nonsense), undefined);
    const orphan = await issue();
    await identity.sessions.endAll(person.id, 'sign-out', FIREFOX);
    assert.equal(await redeem(orphan), undefined, 'the session has ended');
    await identity.close();
  });

  test('a session of an app cannot be handed on, and a malformed challenge is refused', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    await identity.person('ana');
    const { session } = await identity.enter('ana');
    const child = await intoApp(identity, session);
    const issue = (input: { session: Session; challenge: string }) =>
      identity.handOff.issue({ app: 'wiki', returnTo: '/', ...input });
    const challenge = challengeOf('v');
    await assert.rejects(issue({ session: child.session, challenge }), { code: 'hand-off-invalid' });
    await assert.rejects(issue({ session, challenge: 'plain' }), { code: 'hand-off-invalid' });
    await identity.close();
  });

  test('entering an app is recorded before it counts', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana');
    const { session } = await identity.enter('ana');
    const verifier = randomToken();
    const code = await identity.handOff.issue({
      session,
      app: 'sales',
      challenge: challengeOf(verifier),
      returnTo: '/',
    });
    identity.events.broken = true;
    await assert.rejects(
      identity.handOff.redeem({ code, app: 'sales', verifiers: [verifier], client: FIREFOX }),
      {
        code: 'log-unavailable',
      },
    );
    assert.equal((await identity.sessions.list(person.id))[0]?.children.length, 0);
    identity.events.broken = false;
    await intoApp(identity, session);
    assert.equal(identity.events.of('session.entered').length, 1);
    await identity.close();
  });

  test('a session that ends while an app is entered leaves no living child', async () => {
    const place = await engine.fresh();
    const [one, two] = [await openTestIdentity(place), await openTestIdentity(place)];
    const person = await one.person('ana');
    for (let round = 0; round < 8; round++) {
      const { session } = await one.enter('ana');
      const verifiers = Array.from({ length: 4 }, () => randomToken());
      const codes = await Promise.all(
        verifiers.map((verifier) =>
          one.handOff.issue({ session, app: 'sales', challenge: challengeOf(verifier), returnTo: '/' }),
        ),
      );
      await Promise.all([
        ...codes.map((code, i) =>
          two.handOff.redeem({ code, app: 'sales', verifiers: [verifiers[i] ?? ''], client: FIREFOX }),
        ),
        one.sessions.end(person.id, session.id, 'sign-out', FIREFOX),
      ]);
    }
    const living = await one.store.db
      .selectFrom('sessions')
      .select('id')
      .where('ended_epoch', 'is', null)
      .execute();
    assert.deepEqual(living, []);
    await one.close();
    await two.close();
  });

  test('a few tabs may enter at once; many replace the oldest', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana');
    const { session } = await identity.enter('ana');
    const entered = [];
    for (let i = 0; i < 6; i++) entered.push(await intoApp(identity, session));
    assert.equal((await identity.sessions.list(person.id))[0]?.children.length, 3);
    const last = entered.at(-1);
    assert.ok(last && (await identity.sessions.find(last.token, 'sales')));
    await identity.close();
  });
});
