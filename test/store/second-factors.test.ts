import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SignInStep } from '../../src/identity/index.ts';
import { onBothEngines } from './engines.ts';
import { fakeClock } from './fake-clock.ts';
import { FIREFOX, GOOD_PASSWORD, openTestIdentity } from './open-identity.ts';
import { addPasskey, addTotp, appOf, onTheWay } from './second-factor-people.ts';

const problemOf = (step: SignInStep) => (step.next === 'done' ? 'done' : step.problem);

onBothEngines('second factors', (engine) => {
  const withTotp = async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    await identity.person('ana');
    const { session } = await identity.enter('ana');
    const added = await addTotp(identity, session, clock.now());
    clock.advance(30_000);
    return { clock, identity, ...added };
  };

  test('an app is added with its first code, raises the session, and is asked for at the next sign-in', async () => {
    const { clock, identity, app, session, recovery } = await withTotp();
    assert.equal(session.assurance, 'mfa');
    assert.equal(recovery?.length, 10);
    const way = onTheWay(identity);
    const asked = await way.known('ana');
    assert.ok(asked.next === 'totp', JSON.stringify(asked));
    assert.deepEqual(asked.others, ['recovery']);
    const done = await way.submit(asked, {
      step: 'totp',
      answer: ` ${app(clock.now()).slice(0, 3)} ${app(clock.now()).slice(3)}`,
    });
    assert.ok(done.next === 'done', JSON.stringify(done));
    assert.equal(done.session.assurance, 'mfa');
    assert.equal(done.session.mfaAt, clock.now());
    assert.deepEqual(
      done.session.factors.map(({ kind }) => kind),
      ['password', 'totp'],
    );
    const signedIn = identity.events.of('signin.succeeded').at(-1);
    assert.equal(signedIn?.fields.factor, 'password+totp');
    assert.equal(signedIn?.fields.assurance, 'mfa');
    await identity.close();
  });

  test('of a hundred parallel sign-ins with one right code exactly one gets in, and the code is worth nothing later', async () => {
    const { clock, identity, app } = await withTotp();
    const ways = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const way = onTheWay(identity);
        return { way, asked: await way.known('ana') };
      }),
    );
    const answer = app(clock.now());
    const steps = await Promise.all(
      ways.flatMap(({ way, asked }) =>
        Array.from({ length: 10 }, () => way.submit(asked, { step: 'totp', answer })),
      ),
    );
    assert.equal(steps.filter(({ next }) => next === 'done').length, 1);
    clock.advance(3_600_000);
    const way = onTheWay(identity);
    assert.notEqual((await way.submit(await way.known('ana'), { step: 'totp', answer })).next, 'done');
    await identity.close();
  });

  test('a code counts one step early or late and no further; codes before the last used one never again', async () => {
    const { clock, identity, app } = await withTotp();
    clock.advance(300_000);
    const tryWith = async (ahead: number) => {
      const way = onTheWay(identity);
      return way.submit(await way.known('ana'), { step: 'totp', answer: app(clock.now(), ahead) });
    };
    assert.equal(problemOf(await tryWith(2)), 'wrong');
    assert.equal(problemOf(await tryWith(-2)), 'clock-behind');
    assert.equal((await tryWith(-1)).next, 'done');
    assert.equal((await tryWith(1)).next, 'done');
    assert.equal(problemOf(await tryWith(0)), 'wrong', 'older than the one used');
    await identity.close();
  });

  test('a clock that is off is told with its distance where the app is added, and only when behind at the sign-in', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    await identity.person('ana');
    const { session } = await identity.enter('ana');
    const { enrolment, uri } = await identity.factors.beginTotp(session);
    for (const [ahead, off] of [
      [10, 300_000],
      [-4, -120_000],
    ] as const) {
      const code = appOf(uri)(clock.now(), ahead);
      const result = await identity.factors.confirmTotp({ session, enrolment, code, client: FIREFOX });
      assert.deepEqual(result, { outcome: 'wrong', clock: off });
    }
    await identity.close();
  });

  test('wrong codes are counted for the account, whoever knows the password, and the right password does not forgive them', async () => {
    const { clock, identity, app } = await withTotp();
    let answered = 0;
    for (let i = 0; i < 20; i++) {
      clock.advance(1);
      const way = onTheWay(identity);
      const step = await way.submit(await way.known('ana'), { step: 'totp', answer: '000000' });
      if (problemOf(step) === 'wrong') answered++;
      else assert.equal(problemOf(step), 'throttled');
    }
    assert.equal(answered, 5);
    clock.advance(1);
    const way = onTheWay(identity);
    const locked = await way.submit(await way.known('ana'), { step: 'totp', answer: app(clock.now()) });
    assert.equal(problemOf(locked), 'throttled', 'even the right one waits');
    assert.ok(identity.events.of('signin.locked').some(({ fields }) => fields.factor === 'totp'));
    await identity.close();
  });

  test('a hundred parallel guesses get exactly the allowed number of answers', async () => {
    const { identity } = await withTotp();
    const ways = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const way = onTheWay(identity);
        return { way, asked: await way.known('ana') };
      }),
    );
    const steps = await Promise.all(
      ways.flatMap(({ way, asked }, i) =>
        Array.from({ length: 10 }, (_, j) =>
          way.submit(asked, { step: 'totp', answer: `00000${(i * j) % 10}` }),
        ),
      ),
    );
    assert.equal(steps.filter((step) => problemOf(step) === 'wrong').length, 5);
    assert.ok(steps.every(({ next }) => next !== 'done'));
    await identity.close();
  });

  test('a recovery code works once, of any number at once, however it is typed', async () => {
    const { identity, recovery } = await withTotp();
    const [first = '', second = ''] = recovery ?? [];
    const ways = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const way = onTheWay(identity);
        const asked = await way.submit(await way.known('ana'), { step: 'switch', to: 'recovery' });
        assert.equal(asked.next, 'recovery');
        return { way, asked };
      }),
    );
    const steps = await Promise.all(
      ways.map(({ way, asked }) => way.submit(asked, { step: 'recovery', answer: first })),
    );
    assert.equal(steps.filter(({ next }) => next === 'done').length, 1);
    assert.equal(identity.events.of('recovery.used').length, 1);
    const way = onTheWay(identity);
    const asked = await way.submit(await way.known('ana'), { step: 'switch', to: 'recovery' });
    const typed = second.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l');
    const done = await way.submit(asked, { step: 'recovery', answer: typed });
    assert.ok(done.next === 'done');
    assert.equal((await identity.factors.of(done.session.person.id)).recoveryCodes, 8);
    const fresh = await identity.factors.renewRecovery(done.session, FIREFOX);
    assert.equal(new Set([...fresh, ...(recovery ?? [])]).size, 20);
    const late = onTheWay(identity);
    const again = await late.submit(await late.known('ana'), { step: 'switch', to: 'recovery' });
    const old = await late.submit(again, { step: 'recovery', answer: recovery?.[2] ?? '' });
    assert.equal(problemOf(old), 'wrong', 'renewed');
    await identity.close();
  });

  test("one person's codes and passkeys open no other account", async () => {
    const { clock, identity, app, recovery } = await withTotp();
    await identity.person('ben');
    const ben = await addTotp(identity, (await identity.enter('ben')).session, clock.now());
    clock.advance(30_000);
    const way = onTheWay(identity);
    const asked = await way.known('ben');
    assert.equal(problemOf(await way.submit(asked, { step: 'totp', answer: app(clock.now()) })), 'wrong');
    const other = await way.submit(asked, { step: 'switch', to: 'recovery' });
    const stolen = await way.submit(other, { step: 'recovery', answer: recovery?.[0] ?? '' });
    assert.equal(problemOf(stolen), 'wrong');
    const { passkey } = await addPasskey(identity, ben.session);
    const third = onTheWay(identity);
    const anas = await third.known('ana');
    assert.ok(anas.next === 'totp');
    const start = await third.start();
    assert.ok(start.next === 'password');
    const opened = await third.submit(start, {
      step: 'passkey',
      answer: passkey.get({ options: start.prompt }),
    });
    assert.ok(opened.next === 'done' && opened.session.person.name === 'ben');
    await identity.close();
  });

  describe('changing factors', () => {
    test('asks for the password within ten minutes, and for a second factor once there is one', async () => {
      const clock = fakeClock();
      const identity = await openTestIdentity(await engine.fresh(), { clock });
      await identity.person('ana');
      const { session, token } = await identity.enter('ana');
      clock.advance(601_000);
      await assert.rejects(identity.factors.beginTotp(session), { code: 'confirmation-needed' });
      await assert.rejects(identity.factors.beginPasskey(session), { code: 'confirmation-needed' });
      const way = onTheWay(identity);
      const asked = await identity.signIn.stepUp({ session, browser: way.browser });
      assert.equal(asked.next, 'confirm-password');
      const wrong = await way.submit(asked, { step: 'confirm-password', password: 'not it' }, token);
      assert.equal(problemOf(wrong), 'wrong');
      const risen = await way.submit(asked, { step: 'confirm-password', password: GOOD_PASSWORD }, token);
      assert.ok(risen.next === 'done');
      assert.notEqual(risen.token, token);
      assert.equal(
        await identity.sessions.find(token, undefined),
        undefined,
        'the old token is worth nothing',
      );
      const added = await addTotp(identity, risen.session, clock.now());
      clock.advance(601_000);
      await assert.rejects(identity.factors.removeTotp(added.session, FIREFOX), {
        code: 'confirmation-needed',
      });
      await assert.rejects(identity.factors.renewRecovery(added.session, FIREFOX), {
        code: 'confirmation-needed',
      });
      const again = await identity.signIn.stepUp({ session: added.session, browser: way.browser });
      assert.equal(again.next, 'totp');
      const answer = added.app(clock.now());
      const fresh = await way.submit(again, { step: 'totp', answer }, added.token);
      assert.ok(fresh.next === 'done');
      assert.equal(identity.events.of('factor.used').at(-1)?.fields.factor, 'totp');
      assert.ok(await identity.factors.removeTotp(fresh.session, FIREFOX));
      assert.equal((await identity.factors.of(fresh.session.person.id)).recoveryCodes, 0);
      const types = [
        'factor.failed',
        'factor.added',
        'recovery.made',
        'factor.used',
        'factor.removed',
      ] as const;
      for (const type of types) {
        const [event] = identity.events.of(type);
        assert.equal(event?.fields.subject ?? event?.fields.actor, session.person.id, type);
        assert.equal(event?.fields.session, session.id, type);
      }
      await identity.enter('ana');
      await identity.close();
    });

    test('a password alone confirms nothing for somebody who has a second factor', async () => {
      const { clock, identity } = await withTotp();
      clock.advance(700_000);
      const way = onTheWay(identity);
      assert.equal((await way.known('ana')).next, 'totp');
      await identity.close();
    });

    test('an enrolment belongs to its session, its half hour and one app a person', async () => {
      const clock = fakeClock();
      const identity = await openTestIdentity(await engine.fresh(), { clock });
      await identity.person('ana');
      await identity.person('ben');
      const [ana, ben] = [await identity.enter('ana'), await identity.enter('ben')];
      const { enrolment, uri } = await identity.factors.beginTotp(ana.session);
      const confirm = (session: typeof ana.session, text = enrolment) =>
        identity.factors.confirmTotp({
          session,
          enrolment: text,
          code: appOf(uri)(clock.now()),
          client: FIREFOX,
        });
      assert.equal((await confirm(ben.session)).outcome, 'expired');
      assert.equal((await confirm(ana.session, `${enrolment.slice(0, -4)}AAAA`)).outcome, 'expired');
      assert.equal((await confirm(ana.session, '')).outcome, 'expired');
      const both = await Promise.allSettled([confirm(ana.session), confirm(ana.session)]);
      const outcomes = both.map((one) => (one.status === 'fulfilled' ? one.value.outcome : 'refused'));
      assert.equal(outcomes.filter((outcome) => outcome === 'added').length, 1, outcomes.join());
      await identity.close();
    });

    test('a reset by an administrator takes all factors and ends the sessions', async () => {
      const { identity, session, token } = await withTotp();
      await addPasskey(identity, session);
      await identity.factors.reset(session.person.id, {});
      const left = await identity.factors.of(session.person.id);
      assert.deepEqual(left, { totp: undefined, passkeys: [], recoveryCodes: 0 });
      assert.equal(await identity.sessions.find(token, undefined), undefined);
      await identity.enter('ana');
      await identity.close();
    });
  });

  test('secrets and codes lie in no row, and sealed values that change places do not open', async () => {
    const { clock, identity, secret, recovery, session, app } = await withTotp();
    await addPasskey(identity, session);
    const { db } = identity.store;
    await identity.person('ben');
    const ben = await addTotp(identity, (await identity.enter('ben')).session, clock.now());
    const tables = ['totp', 'passkeys', 'recovery_codes', 'sign_ins', 'sessions'] as const;
    const everything = JSON.stringify(
      await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute())),
      (_, value: unknown) =>
        value !== null && typeof value === 'object' && 'type' in value && value.type === 'Buffer'
          ? Buffer.from((value as unknown as { data: number[] }).data).toString('latin1')
          : value,
    );
    for (const planted of [secret, ben.secret, ...(recovery ?? [])]) assert.ok(!everything.includes(planted));
    const rows = await db.selectFrom('totp').select(['person_id', 'sealed_secret']).execute();
    const [one, two] = rows;
    assert.ok(one && two);
    await db
      .updateTable('totp')
      .set({ sealed_secret: one.sealed_secret })
      .where('person_id', '=', two.person_id)
      .execute();
    await db
      .updateTable('totp')
      .set({ sealed_secret: two.sealed_secret })
      .where('person_id', '=', one.person_id)
      .execute();
    clock.advance(60_000);
    const way = onTheWay(identity);
    const asked = await way.known('ana');
    const other = asked.next === 'passkey' ? await way.submit(asked, { step: 'switch', to: 'totp' }) : asked;
    await assert.rejects(way.submit(other, { step: 'totp', answer: app(clock.now()) }), {
      code: 'sealed-value-invalid',
    });
    await identity.close();
  });
});
