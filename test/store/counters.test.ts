import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isGatehouseError } from '../../src/core/index.ts';
import { memoryCounters, type RedisCounters, redisCounters } from '../../src/store/index.ts';
import { countersContract } from './counters.contract.ts';
import { fakeClock } from './fake-clock.ts';
import { freePort } from './free-port.ts';
import { noRedis, startRedis, type TestServer } from './servers.ts';

describe('counters in memory', () => {
  const clock = fakeClock();
  const counters = memoryCounters({ clock });
  countersContract('memory', {
    open: async () => counters,
    pass: async (milliseconds) => clock.advance(milliseconds),
  });

  test('memory: a flood of new keys evicts the one used longest ago and keeps the number of keys', async () => {
    const few = memoryCounters({ clock: fakeClock(), maxKeys: 3 });
    const bucket = { capacity: 1, window: 600_000 };
    await few.take('victim', bucket);
    await few.take('kept', bucket);
    await few.take('other', bucket);
    await few.take('kept', bucket);
    await few.take('new', bucket);
    assert.equal((await few.take('kept', bucket)).allowed, false, 'used lately, so it is still known');
    assert.equal((await few.take('victim', bucket)).allowed, true, 'used longest ago, so it was forgotten');
  });
});

describe('counters in Redis', { skip: noRedis }, () => {
  let server: TestServer;
  const opened: RedisCounters[] = [];
  const open = (): RedisCounters => {
    const counters = redisCounters({ url: server.url });
    opened.push(counters);
    return counters;
  };

  before(async () => {
    server = await startRedis();
  });
  after(async () => {
    for (const counters of opened) await counters.close();
    await server.stop();
  });

  countersContract('redis', { open: async () => open(), pass: (milliseconds) => wait(milliseconds) });

  test('redis: two instances share one bucket', async () => {
    const [one, two] = [open(), open()];
    const bucket = { capacity: 5, window: 600_000 };
    const calls = Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? one : two).take('shared', bucket),
    );
    assert.equal((await Promise.all(calls)).filter(({ allowed }) => allowed).length, 5);
  });

  test('redis: scripts that the server forgot are sent again', async () => {
    const counters = open();
    const bucket = { capacity: 2, window: 600_000 };
    await counters.take('forgotten', bucket);
    const { Redis } = await import('ioredis');
    const admin = new Redis(server.url);
    await admin.script('FLUSH');
    admin.disconnect();
    assert.equal((await counters.take('forgotten', bucket)).remaining, 0);
  });

  test('redis: a key is gone from the server when its bucket is full again', async () => {
    const counters = redisCounters({ url: server.url, prefix: 'vanishing:' });
    opened.push(counters);
    await counters.take('short', { capacity: 10, window: 500 });
    await wait(120);
    const { Redis } = await import('ioredis');
    const admin = new Redis(server.url);
    assert.deepEqual(await admin.keys('vanishing:*'), []);
    admin.disconnect();
  });
});

test('redis: a server that is not there is a coded error within the time limit, not a wait', async () => {
  const counters = redisCounters({ url: `redis://127.0.0.1:${await freePort()}`, timeout: 200 });
  const began = performance.now();
  await assert.rejects(
    async () => counters.take('any', { capacity: 1, window: 1_000 }),
    (error) => isGatehouseError(error, 'counters-unavailable'),
  );
  assert.ok(performance.now() - began < 2_000);
  await counters.close();
});
