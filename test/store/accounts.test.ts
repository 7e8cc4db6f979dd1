import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isGatehouseError } from '../../src/core/index.ts';
import { PasswordRefused, type Person } from '../../src/identity/index.ts';
import { onBothEngines } from './engines.ts';
import { fakeClock } from './fake-clock.ts';
import { FIREFOX, GOOD_PASSWORD, OTHER_PASSWORD, openTestIdentity } from './open-identity.ts';

onBothEngines('people', (engine) => {
  test('somebody who was added is found by id and by any spelling of the name', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const added = await identity.people.add(
      {
        name: 'Ana.Gomez',
        displayName: '  Ana \u202e Gómez\n ',
        email: ' ana@example.com ',
        roles: ['analyst', 'admin'],
      },
      {},
    );
    assert.equal(added.name, 'ana.gomez');
    assert.equal(added.displayName, 'Ana Gómez', 'no direction marks, no line breaks');
    assert.equal(added.email, 'ana@example.com');
    assert.deepEqual(added.roles, ['admin', 'analyst']);
    for (const name of ['ana.gomez', 'ANA.GOMEZ', ' Ana.Gomez\t', 'ＡＮＡ.ｇｏｍｅｚ']) {
      assert.equal((await identity.people.byName(name))?.id, added.id, name);
    }
    assert.equal((await identity.people.get(added.id))?.name, 'ana.gomez');
    assert.equal(await identity.people.byName('ana.gomes'), undefined);
    assert.equal(await identity.people.get('per_none'), undefined);
    await identity.close();
  });

  test('one name is one account, also for many that add it at once', async () => {
    const place = await engine.fresh();
    const [one, two] = [await openTestIdentity(place), await openTestIdentity(place)];
    const results = await Promise.allSettled(
      ['ana', 'Ana', 'ANA ', 'ａｎａ', 'aNa', 'ana'].map((name, i) =>
        (i % 2 ? one : two).people.add({ name, roles: [] }, {}),
      ),
    );
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results) {
      if (result.status === 'rejected') assert.ok(isGatehouseError(result.reason, 'name-taken'));
    }
    assert.equal((await one.people.list()).length, 1);
    await one.close();
    await two.close();
  });

  test('what cannot be a name, an address, a role or a password is refused and nothing is made', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const add = (input: object) => identity.people.add({ name: 'ana', roles: [], ...input }, {});
    for (const name of [
      '',
      ' ',
      'аdmin',
      'ana gomez',
      '-ana',
      'ana.',
      'ａ\u0000b',
      'x'.repeat(129),
      'a/b',
      'a\nb',
      'ﬁ!',
    ]) {
      await assert.rejects(add({ name }), { code: 'name-invalid' }, JSON.stringify(name));
    }
    for (const email of ['nonsense', 'a@b', 'a@b.c\nBcc: x@y.z', `${'x'.repeat(300)}@example.com`]) {
      await assert.rejects(add({ email }), { code: 'email-invalid' }, email);
    }
    for (const role of ['', 'Admin', 'a b', 'x'.repeat(65), 'a,b']) {
      await assert.rejects(add({ roles: [role] }), { code: 'role-invalid' }, role);
    }
    await assert.rejects(add({ password: 'too short' }), (error) => {
      assert.ok(error instanceof PasswordRefused && error.code === 'password-refused');
      assert.equal(error.problems[0]?.kind, 'too-short');
      return true;
    });
    assert.deepEqual(await identity.people.list(), []);
    assert.deepEqual(identity.events.all, []);
    await identity.close();
  });

  test('a list comes in pages, oldest first, each person once', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    for (let i = 0; i < 7; i++) {
      if (i % 2) clock.advance(1_000);
      await identity.people.add({ name: `person-${i}`, roles: [] }, {});
    }
    const seen: Person[] = [];
    for (;;) {
      const last = seen.at(-1);
      const page = await identity.people.list({
        limit: 3,
        ...(last === undefined ? {} : { after: last.id }),
      });
      if (page.length === 0) break;
      seen.push(...page);
    }
    assert.deepEqual(
      seen.map(({ name }) => name).sort(),
      Array.from({ length: 7 }, (_, i) => `person-${i}`),
    );
    assert.ok(seen.every((person, i) => i === 0 || person.createdAt >= (seen[i - 1]?.createdAt ?? 0)));
    await identity.close();
  });

  test('the last administrator cannot be disabled, demoted or forgotten, also not two by each other at once', async () => {
    const place = await engine.fresh();
    const [one, two] = [await openTestIdentity(place), await openTestIdentity(place)];
    const [ana, bo] = [await one.person('ana', 'admin'), await one.person('bo', 'admin')];
    const results = await Promise.allSettled([
      one.people.disable(ana.id, { id: bo.id }),
      two.people.setRoles(bo.id, [], { id: ana.id }),
    ]);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    const left = (await one.people.list()).filter(
      ({ disabled, roles }) => !disabled && roles.includes('admin'),
    );
    assert.equal(left.length, 1);
    const [last] = left;
    assert.ok(last);
    for (const act of [
      () => one.people.disable(last.id, {}),
      () => one.people.setRoles(last.id, ['analyst'], {}),
      () => one.people.forget(last.id, {}),
    ]) {
      await assert.rejects(act(), { code: 'last-administrator' });
    }
    assert.deepEqual(await one.people.get(last.id), last);
    await one.close();
    await two.close();
  });

  test('roles of others change freely where nobody is an administrator', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana', 'analyst');
    await identity.people.setRoles(person.id, ['treasurer'], {});
    await identity.people.disable(person.id, {});
    await identity.people.forget(person.id, {});
    await identity.close();
  });

  test('setting the roles that somebody has already ends no session', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana', 'analyst', 'treasurer');
    const { token } = await identity.enter('ana');
    await identity.people.setRoles(person.id, ['treasurer', 'analyst', 'analyst'], {});
    assert.ok(await identity.sessions.find(token, undefined));
    await identity.close();
  });

  test('disabled somebody cannot sign in, enabled again can', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana');
    assert.equal((await identity.people.disable(person.id, {})).disabled, true);
    assert.equal((await identity.attempt('ana', GOOD_PASSWORD)).next, 'password');
    assert.equal((await identity.people.enable(person.id, {})).disabled, false);
    await identity.enter('ana');
    await identity.close();
  });

  test('whoever is forgotten leaves nothing behind but an id', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.people.add(
      { name: 'ana.gomez', email: 'ana@example.com', roles: ['analyst'], password: GOOD_PASSWORD },
      {},
    );
    const { token } = await identity.enter('ana.gomez');
    await identity.people.resetPassword(person.id, 'link', {});
    await identity.people.forget(person.id, {});
    assert.equal(await identity.people.get(person.id), undefined);
    assert.equal(await identity.sessions.find(token, undefined), undefined);
    const { db } = identity.store;
    for (const table of ['people', 'person_roles', 'passwords', 'links', 'sign_ins'] as const) {
      assert.deepEqual(await db.selectFrom(table).selectAll().execute(), [], table);
    }
    const rows = await db.selectFrom('sessions').select('sealed_client').execute();
    assert.ok(rows.every(({ sealed_client }) => sealed_client.length === 0));
    const forgotten = identity.events.of('person.forgotten');
    assert.deepEqual(forgotten[0]?.fields, { reason: 'command line', subject: person.id });
    await identity.people.add({ name: 'ana.gomez', roles: [] }, {});
    assert.equal(await identity.vault.reseal(), 0);
    await identity.close();
  });

  test('what the log cannot hold is not done', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana', 'analyst');
    const before = await identity.people.get(person.id);
    identity.events.broken = true;
    const acts = [
      () => identity.people.add({ name: 'bo', roles: [] }, {}),
      () => identity.people.setRoles(person.id, ['admin'], {}),
      () => identity.people.setProfile(person.id, { displayName: 'X' }, {}),
      () => identity.people.resetPassword(person.id, 'temporary', {}),
      () => identity.people.forget(person.id, {}),
      () => identity.passwords.set(person.id, OTHER_PASSWORD, { mustChange: false }, {}),
      () => identity.people.enable(person.id, {}),
    ];
    for (const act of acts) await assert.rejects(act(), { code: 'log-unavailable' });
    identity.events.broken = false;
    assert.deepEqual(await identity.people.get(person.id), before);
    assert.equal(await identity.people.byName('bo'), undefined);
    await identity.enter('ana');
    await identity.close();
  });

  test('an act that fails after it was recorded is taken back in the log', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana', 'admin');
    await assert.rejects(identity.people.setRoles(person.id, [], {}), { code: 'last-administrator' });
    const outcomes = identity.events.of('person.roles-changed').map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ['success', 'failure']);
    await identity.close();
  });

  test('an unknown person is person-unknown everywhere', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const { people, passwords } = identity;
    for (const act of [
      () => people.disable('per_x', {}),
      () => people.enable('per_x', {}),
      () => people.setRoles('per_x', [], {}),
      () => people.setProfile('per_x', {}, {}),
      () => people.resetPassword('per_x', 'link', {}),
      () => people.forget('per_x', {}),
      () => people.list({ after: 'per_x' }),
      () => passwords.set('per_x', GOOD_PASSWORD, { mustChange: false }, {}),
    ]) {
      await assert.rejects(act(), { code: 'person-unknown' });
    }
    await identity.close();
  });
});

onBothEngines('passwords and links', (engine) => {
  test('a reset makes the old password worthless at once and ends every session; its link works once', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const person = await identity.person('ana');
    const { token } = await identity.enter('ana');
    const reset = await identity.people.resetPassword(person.id, 'link', {
      id: 'per_admin',
      client: FIREFOX,
    });
    assert.ok(reset.kind === 'link');
    assert.equal(await identity.sessions.find(token, undefined), undefined);
    assert.equal((await identity.attempt('ana', GOOD_PASSWORD)).next, 'password');
    assert.equal((await identity.passwords.whoseLink(reset.token, FIREFOX))?.id, person.id);
    const redeem = (password: string) =>
      identity.passwords.redeemLink({ token: reset.token, password, client: FIREFOX });
    const weak = await redeem('short');
    assert.ok(weak.outcome === 'refused' && weak.problems.length > 0);
    const results = await Promise.all(Array.from({ length: 8 }, () => redeem(OTHER_PASSWORD)));
    assert.equal(results.filter(({ outcome }) => outcome === 'changed').length, 1, 'in parallel exactly one');
    assert.equal(results.filter(({ outcome }) => outcome === 'link-invalid').length, 7);
    assert.equal(await identity.passwords.whoseLink(reset.token, FIREFOX), undefined);
    await identity.enter('ana', OTHER_PASSWORD);
    const changed = identity.events.of('password.changed');
    assert.equal(
      changed.filter(({ outcome }) => outcome === 'success').length -
        changed.filter(({ outcome }) => outcome === 'failure').length,
      1,
    );
    await identity.close();
  });

  test('a link is worth nothing when it is old, was made up, was replaced by another, or its owner is disabled', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    const person = await identity.person('ana');
    const link = async (): Promise<string> => {
      const reset = await identity.people.resetPassword(person.id, 'link', {});
      assert.ok(reset.kind === 'link');
      return reset.token;
    };
    const redeem = async (token: string) =>
      (await identity.passwords.redeemLink({ token, password: OTHER_PASSWORD, client: FIREFOX })).outcome;
    const first = await link();
    const second = await link();
    assert.equal(await redeem(first), 'link-invalid');
    clock.advance(86_400_000);
    assert.equal(await redeem(second), 'link-invalid');
    for (const token of ['', 'x', 'x'.repeat(43), `${second}\n`])
      assert.equal(await redeem(token), 'link-invalid');
    const third = await link();
    await identity.people.disable(person.id, {});
    assert.equal(await redeem(third), 'link-invalid');
    await identity.people.enable(person.id, {});
    assert.equal(await redeem(third), 'changed');
    await identity.close();
  });

  test('a temporary password works for a day and not longer', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    const person = await identity.person('ana');
    const reset = await identity.people.resetPassword(person.id, 'temporary', {});
    assert.ok(reset.kind === 'temporary' && /^[0-9a-z]{5}(-[0-9a-z]{5}){3}$/.test(reset.password));
    assert.equal((await identity.people.get(person.id))?.mustChangePassword, true);
    clock.advance(86_399_000);
    assert.equal((await identity.attempt('ana', reset.password)).next, 'change-password');
    clock.advance(1_001);
    assert.equal((await identity.attempt('ana', reset.password)).next, 'password');
    await identity.close();
  });

  test('changing asks for the current password, and guesses at it count with those at sign-in', async () => {
    const clock = fakeClock();
    const identity = await openTestIdentity(await engine.fresh(), { clock });
    await identity.person('ana');
    const { session } = await identity.enter('ana');
    const change = (current: string, password = OTHER_PASSWORD) =>
      identity.passwords.change({ session, current, password, client: FIREFOX });
    const weak = await change(GOOD_PASSWORD, GOOD_PASSWORD);
    assert.ok(weak.outcome === 'refused' && weak.problems.some(({ kind }) => kind === 'same-as-before'));
    const results = await Promise.all(Array.from({ length: 30 }, (_, i) => change(`guess ${i}`)));
    assert.equal(results.filter(({ outcome }) => outcome === 'wrong-password').length, 5);
    assert.equal(results.filter(({ outcome }) => outcome === 'throttled').length, 25);
    const step = await identity.attempt('ana', GOOD_PASSWORD);
    assert.ok(step.next === 'password' && step.problem === 'throttled');
    assert.equal((await change(GOOD_PASSWORD)).outcome, 'throttled');
    await identity.close();
  });

  test('a stolen database opens nothing: no planted secret is in any file of it', async () => {
    const place = await engine.fresh();
    const identity = await openTestIdentity(place);
    const person = await identity.people.add(
      {
        name: 'planted.account',
        displayName: 'Planted Person',
        email: 'planted@example.com',
        roles: [],
        password: GOOD_PASSWORD,
      },
      {},
    );
    const { token, session } = await identity.enter('planted.account');
    const code = await identity.handOff.issue({
      session,
      app: 'sales',
      challenge: 'c'.repeat(43),
      returnTo: '/planted-path?q=planted-query',
    });
    const setup = await identity.setup.begin();
    const reset = await identity.people.resetPassword(person.id, 'temporary', {});
    assert.ok(reset.kind === 'temporary' && setup !== undefined);
    await identity.attempt('planted.account', reset.password);
    const planted = [
      'planted',
      'Planted',
      GOOD_PASSWORD,
      '$argon2',
      token,
      code,
      setup,
      reset.password,
      FIREFOX.address,
    ];
    const contents: Buffer[] = [];
    if (engine.name === 'sqlite') {
      for (const file of readdirSync(place.directory)) {
        if (file.startsWith('gatehouse.db')) contents.push(readFileSync(join(place.directory, file)));
      }
    } else {
      const tables = await identity.store.db.introspection.getTables();
      for (const { name } of tables) {
        const rows = await identity.store.db
          .selectFrom(name as 'people')
          .selectAll()
          .execute();
        for (const value of rows.flatMap((row) => Object.values(row))) {
          contents.push(Buffer.from(value instanceof Uint8Array ? value : String(value)));
        }
      }
    }
    assert.ok(contents.length > 0);
    for (const secret of planted) {
      assert.ok(!contents.some((bytes) => bytes.includes(secret)), `${secret} is in the database`);
    }
    await identity.close();
  });

  test('a profile or a password hash that was moved to another account does not open (lesson 17)', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const [ana, mallory] = [await identity.person('ana', 'admin'), await identity.person('mallory')];
    const { db } = identity.store;
    const own = await db
      .selectFrom('passwords')
      .select('sealed_hash')
      .where('person_id', '=', mallory.id)
      .executeTakeFirstOrThrow();
    await db.updateTable('passwords').set(own).where('person_id', '=', ana.id).execute();
    await assert.rejects(identity.attempt('ana', GOOD_PASSWORD), { code: 'sealed-value-invalid' });
    assert.deepEqual(await identity.sessions.list(ana.id), []);
    const profile = await db
      .selectFrom('people')
      .select('sealed_profile')
      .where('id', '=', mallory.id)
      .executeTakeFirstOrThrow();
    await db.updateTable('people').set(profile).where('id', '=', ana.id).execute();
    await assert.rejects(identity.people.get(ana.id), { code: 'sealed-value-invalid' });
    await identity.close();
  });
});

onBothEngines('set-up', (engine) => {
  const input = { name: 'root', password: GOOD_PASSWORD, client: FIREFOX };

  test('the first administrator is made once, signed in, and set-up is over', async () => {
    const identity = await openTestIdentity(await engine.fresh(), {
      settings: { adminRoles: ['boss', 'admin'] },
    });
    assert.equal(await identity.setup.isDone(), false);
    const token = await identity.setup.begin();
    assert.ok(token);
    assert.equal(await identity.setup.isValid(token, FIREFOX), true);
    const weak = await identity.setup.complete({ ...input, token, password: 'short' });
    assert.equal(weak.outcome, 'refused');
    assert.equal(
      (await identity.setup.complete({ ...input, token, name: 'no good' })).outcome,
      'name-invalid',
    );
    assert.equal(
      (await identity.setup.complete({ ...input, token, email: 'nonsense' })).outcome,
      'email-invalid',
    );
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, i) => identity.setup.complete({ ...input, token, name: `root-${i}` })),
    );
    const done = results.filter(({ outcome }) => outcome === 'done');
    assert.equal(done.length, 1, 'in parallel exactly one');
    assert.ok(results.every(({ outcome }) => outcome === 'done' || outcome === 'link-invalid'));
    const [winner] = done;
    assert.ok(winner?.outcome === 'done');
    assert.deepEqual(winner.person.roles, ['boss']);
    assert.equal((await identity.sessions.find(winner.token, undefined))?.person.id, winner.person.id);
    assert.equal((await identity.people.list()).length, 1);
    assert.equal(await identity.setup.isDone(), true);
    assert.equal(await identity.setup.isValid(token, FIREFOX), false);
    assert.equal(await identity.setup.begin(), undefined);
    assert.equal(
      (await identity.setup.complete({ ...input, token, name: 'second' })).outcome,
      'link-invalid',
    );
    await identity.close();
  });

  test('a made-up token costs no hash and makes nobody; a new one replaces the old', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const [first, second] = [await identity.setup.begin(), await identity.setup.begin()];
    assert.ok(first && second);
    const began = performance.now();
    for (const token of [first, '', 'x'.repeat(43), 'y'.repeat(100_000)]) {
      assert.equal((await identity.setup.complete({ ...input, token })).outcome, 'link-invalid');
    }
    assert.ok(performance.now() - began < 5_000);
    assert.deepEqual(await identity.people.list(), []);
    assert.equal((await identity.setup.complete({ ...input, token: second })).outcome, 'done');
    await identity.close();
  });

  test('an administrator who was added by command ends set-up too', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const token = await identity.setup.begin();
    assert.ok(token);
    await identity.person('ana', 'analyst');
    assert.equal(await identity.setup.isValid(token, FIREFOX), true);
    assert.equal((await identity.setup.complete({ ...input, token, name: 'ana' })).outcome, 'name-invalid');
    await identity.person('bo', 'admin');
    assert.equal(await identity.setup.isValid(token, FIREFOX), false);
    assert.equal((await identity.setup.complete({ ...input, token })).outcome, 'link-invalid');
    await identity.close();
  });

  test('a set-up that the log cannot hold makes nobody', async () => {
    const identity = await openTestIdentity(await engine.fresh());
    const token = await identity.setup.begin();
    assert.ok(token);
    identity.events.broken = true;
    await assert.rejects(identity.setup.complete({ ...input, token }), { code: 'log-unavailable' });
    identity.events.broken = false;
    assert.deepEqual(await identity.people.list(), []);
    assert.equal((await identity.setup.complete({ ...input, token })).outcome, 'done');
    await identity.close();
  });
});
