import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGatehouseError } from '../../src/core/index.ts';
import { eventually } from '../harness/eventually.ts';
import { onBothEngines } from './engines.ts';
import { fakeClock } from './fake-clock.ts';
import { openTestIdentity } from './open-identity.ts';

const HOUR = 3_600_000;

onBothEngines('a role for a limited time', ({ fresh }) => {
  const open = async () => {
    const clock = fakeClock();
    const place = await fresh();
    const settings = { sessions: { pollInterval: 10, absolute: 90 * 24 * HOUR, idle: 30 * 24 * HOUR } };
    return { clock, place, settings, identity: await openTestIdentity(place, { clock, settings }) };
  };

  test('is held until then, and is gone afterwards with the sessions and an event', async () => {
    const { clock, identity } = await open();
    try {
      await identity.person('root', 'admin');
      const ada = await identity.person('ada');
      const ends = { analyst: clock.now() + HOUR };
      const changed = await identity.people.setRoles(ada.id, ['analyst', 'user'], {}, ends);
      assert.deepEqual(changed.roleEnds, ends);
      const { session, token } = await identity.enter('ada');
      assert.deepEqual(session.person.roleEnds, ends);
      assert.deepEqual(session.person.roles, ['analyst', 'user']);
      clock.advance(HOUR - 1);
      assert.ok(await identity.sessions.find(token, undefined));
      clock.advance(1);
      await eventually(async () => (await identity.sessions.find(token, undefined)) === undefined, 5_000);
      const after = await identity.people.get(ada.id);
      assert.deepEqual([after?.roles, after?.roleEnds], [['user'], undefined]);
      const reason = () => identity.events.of('person.roles-changed').at(-1)?.fields.reason;
      await eventually(() => reason() === 'the time of a role is over', 5_000);
    } finally {
      await identity.close();
    }
  });

  test('that ran out while nothing was running is gone at the start', async () => {
    const { clock, place, settings, identity } = await open();
    const ada = await identity.person('ada');
    await identity.people.setRoles(ada.id, ['analyst'], {}, { analyst: clock.now() + HOUR });
    await identity.close();
    clock.advance(2 * HOUR);
    const again = await openTestIdentity(place, { clock, settings });
    try {
      assert.deepEqual((await again.people.get(ada.id))?.roles, []);
    } finally {
      await again.close();
    }
  });

  test('can be made to last, and to end at another time', async () => {
    const { clock, identity } = await open();
    try {
      const ada = await identity.person('ada', 'analyst');
      const at = clock.now() + HOUR;
      const set = async (ends?: Record<string, number>) =>
        (await identity.people.setRoles(ada.id, ['analyst'], {}, ends)).roleEnds;
      assert.deepEqual(await set({ analyst: at }), { analyst: at });
      assert.deepEqual(await set({ analyst: at + 1 }), { analyst: at + 1 });
      assert.equal(await set(), undefined);
      const wrong = async (ends: Record<string, number>) =>
        set(ends).then(
          () => 'done',
          (error: unknown) => isGatehouseError(error) && error.code,
        );
      assert.equal(await wrong({ analyst: clock.now() }), 'role-invalid');
      assert.equal(await wrong({ admin: at }), 'role-invalid');
      assert.equal(await wrong({ analyst: Number.NaN }), 'role-invalid');
    } finally {
      await identity.close();
    }
  });

  test('leaves somebody behind who manages for good', async () => {
    const { clock, identity } = await open();
    try {
      const root = await identity.person('root', 'admin');
      const ends = { admin: clock.now() + HOUR };
      const refused = (promise: Promise<unknown>) =>
        assert.rejects(promise, (error) => isGatehouseError(error, 'last-administrator'));
      await refused(identity.people.setRoles(root.id, ['admin'], {}, ends));
      const deputy = await identity.person('deputy');
      await identity.people.setRoles(deputy.id, ['admin'], {}, ends);
      await refused(identity.people.setRoles(root.id, [], {}));
      await refused(identity.people.disable(root.id, {}));
    } finally {
      await identity.close();
    }
  });
});
