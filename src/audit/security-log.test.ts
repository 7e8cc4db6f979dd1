import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { isGatehouseError, systemClock } from '../core/index.ts';
import type { LogEntry } from './entry.ts';
import { readSecurityLog } from './read-security-log.ts';
import { openSecurityLog } from './security-log.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gatehouse-log-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const all = async (entries: AsyncIterable<LogEntry>): Promise<LogEntry[]> => {
  const found: LogEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
};

test('what was recorded is read back in order, by the writer and by another reader', async () => {
  const log = await openSecurityLog({ directory, clock: systemClock });
  const receipts = await Promise.all(
    ['ada', 'ben', 'eve'].map((name) =>
      log.record({ type: 'signin.succeeded', outcome: 'success', fields: { actor: `per_${name}`, name } }),
    ),
  );
  assert.deepEqual(
    receipts.map((receipt) => receipt?.sequence),
    [0, 1, 2],
  );
  const mine = await all(log.query({}));
  assert.deepEqual(
    mine.map(({ fields }) => fields),
    ['ada', 'ben', 'eve'].map((name) => ({ actor: `per_${name}`, name })),
  );
  assert.deepEqual(await all(readSecurityLog(directory, {})), mine);
  await log.close();
  assert.deepEqual(await all(readSecurityLog(directory, { person: 'ben' })), [mine[1]]);
});

test('a log that was closed goes on with the next number', async () => {
  for (let i = 0; i < 3; i++) {
    const log = await openSecurityLog({ directory, clock: systemClock });
    const receipt = await log.record({ type: 'gate.started', outcome: 'success', fields: {} });
    assert.equal(receipt?.sequence, i);
    await log.close();
  }
});

test('a second writer of the same directory is refused', async () => {
  const log = await openSecurityLog({ directory, clock: systemClock });
  await assert.rejects(openSecurityLog({ directory, clock: systemClock }), (error) =>
    isGatehouseError(error, 'log-locked'),
  );
  await log.close();
});

test('a follower gets what is recorded after it asked, and ends when it is told to', async () => {
  const log = await openSecurityLog({ directory, clock: systemClock });
  await log.record({ type: 'gate.started', outcome: 'success', fields: {} });
  const stop = new AbortController();
  const seen = all(log.follow({ type: 'config' }, { signal: stop.signal }));
  await log.record({ type: 'config.loaded', outcome: 'success', fields: { version: 'a' } });
  await log.record({ type: 'session.ended', outcome: 'success', fields: {} });
  for await (const entry of log.follow({ from: 0 }, { signal: stop.signal })) {
    if (entry.type === 'session.ended') stop.abort();
  }
  assert.deepEqual(
    (await seen).map(({ type }) => type),
    ['config.loaded'],
  );
  await log.close();
});

test('a field that no log may hold is refused, and so is one that nobody knows', async () => {
  const log = await openSecurityLog({ directory, clock: systemClock });
  const events = [
    { type: 'signin.failed', outcome: 'failure', fields: { password: '' } },
    { type: 'signin.failed', outcome: 'failure', fields: { colour: 'red' } },
  ] as never[];
  for (const event of events) {
    await assert.rejects(log.record(event), (error) => isGatehouseError(error, 'event-invalid'));
  }
  await log.close();
  assert.deepEqual(await all(readSecurityLog(directory, {})), []);
});
