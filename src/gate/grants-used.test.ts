import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { SecurityEvent } from '../core/index.ts';
import type { Session } from '../identity/index.ts';
import { GrantsUsed } from './grants-used.ts';

const session = (id: string) =>
  ({ id, person: { id: `per_${id}`, name: id, roles: ['analyst'] } }) as unknown as Session;
const rule = (id: string) => ({ id, says: '' });

const recorder = () => {
  const events: SecurityEvent[] = [];
  return {
    events,
    sink: {
      record: async (event: SecurityEvent) => {
        events.push(event);
        return undefined;
      },
    },
  };
};

test('a thousand requests of a session are one event a minute for each rule that let it in', async () => {
  mock.timers.enable({ apis: ['setInterval'] });
  const { events, sink } = recorder();
  const grants = new GrantsUsed(sink, { now: () => 5_000, monotonic: () => 0 });
  const [first, second] = [rule('apps.sales.rules[0]'), rule('apps.sales.rules[1]')];
  const ada = session('ada');
  for (let i = 0; i < 1_000; i++) grants.used(ada, 'sales', first);
  grants.used(ada, 'sales', second);
  grants.used(session('bob'), 'sales', first);
  assert.equal(events.length, 0);
  mock.timers.tick(60_000);
  await new Promise(setImmediate);
  assert.deepEqual(
    events.map(({ fields }) => [fields.actor, fields.reason, fields.count, fields.since]),
    [
      ['per_ada', 'apps.sales.rules[0]', 1_000, 5_000],
      ['per_ada', 'apps.sales.rules[1]', 1, 5_000],
      ['per_bob', 'apps.sales.rules[0]', 1, 5_000],
    ],
  );
  assert.deepEqual(events[0]?.fields.roles, ['analyst']);
  mock.timers.tick(60_000);
  await new Promise(setImmediate);
  assert.equal(events.length, 3);
  grants.used(ada, 'sales', first);
  await grants.close();
  assert.equal(events.length, 4);
  mock.timers.reset();
});

test('a flood of sessions is written out early', async () => {
  const { events, sink } = recorder();
  const grants = new GrantsUsed(sink, { now: () => 0, monotonic: () => 0 });
  const only = rule('default');
  for (let i = 0; i < 20_001; i++) grants.used(session(`s${i}`), 'sales', only);
  await new Promise(setImmediate);
  assert.ok(events.length >= 1);
  await grants.close();
  assert.equal(events.length, 20_001);
});
