import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { SecurityEvent } from '../core/index.ts';
import type { PreparedEvent } from './event-values.ts';
import { FloodGate } from './flood-gate.ts';

const refusal = (network: string, path = '/'): SecurityEvent => ({
  type: 'request.refused',
  outcome: 'refused',
  fields: { guard: 'rate', reason: 'too many', network, path },
});

const setUp = (limits = {}) => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  const recorded: PreparedEvent[] = [];
  const clock = { now: () => Date.now(), monotonic: () => Date.now() };
  const gate = new FloodGate(clock, (event) => recorded.push(event), { burst: 10, perSecond: 1, ...limits });
  return { gate, recorded };
};

test('a few refusals are recorded one by one, with all they say', () => {
  const { gate, recorded } = setUp();
  for (let i = 0; i < 10; i++) gate.take(refusal('192.0.2.0/24', `/${i}`));
  assert.deepEqual(
    recorded.map(({ personal }) => personal['path']),
    Array.from({ length: 10 }, (_, i) => `/${i}`),
  );
  mock.timers.reset();
});

test('every refusal of a flood is counted, by kind, and none is lost', () => {
  const { gate, recorded } = setUp();
  for (let i = 0; i < 1_000; i++)
    gate.take(refusal(i % 2 === 0 ? '192.0.2.0/24' : '198.51.100.0/24', `/${i}`));
  mock.timers.tick(10_000);
  const counted = recorded
    .slice(10)
    .map((event) => [event.personal['network'], event.public['count'], event.personal['path']]);
  assert.deepEqual(counted, [
    ['192.0.2.0/24', 495, undefined],
    ['198.51.100.0/24', 495, undefined],
  ]);
  mock.timers.reset();
});

test('a flood from ever new networks fills neither memory nor disk', () => {
  const { gate, recorded } = setUp({ kinds: 20 });
  for (let i = 0; i < 100_000; i++) gate.take(refusal(`2001:db8:${i.toString(16)}::/64`));
  gate.close();
  assert.ok(recorded.length <= 10 + 21);
  const total = recorded.reduce((sum, event) => sum + Number(event.public['count'] ?? 1), 0);
  assert.equal(total, 100_000);
  mock.timers.reset();
});

test('the longer a flood goes on, the less often it is recorded; after a quiet while that is forgotten', () => {
  const { gate, recorded } = setUp();
  for (let second = 0; second < 3_600; second++) {
    for (let i = 0; i < 5; i++) gate.take(refusal('192.0.2.0/24'));
    mock.timers.tick(1_000);
  }
  const counted = recorded.filter((event) => event.public['count'] !== undefined).length;
  assert.ok(counted < 20, `${counted} counts in an hour`);
  for (let second = 0; second < 3_600; second++) mock.timers.tick(1_000);
  recorded.length = 0;
  for (let i = 0; i < 50; i++) gate.take(refusal('192.0.2.0/24'));
  mock.timers.tick(10_000);
  assert.equal(recorded.at(-1)?.public['count'], 40);
  mock.timers.reset();
});
