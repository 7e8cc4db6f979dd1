import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  localWitnessDirectory,
  openSecurityLog,
  type SecurityLog,
  startLocalWitness,
  verifySecurityLog,
} from '../../src/audit/index.ts';
import { type EventType, systemClock } from '../../src/core/index.ts';
import { recordEvents } from './example-log.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-local-witness-'));
after(() => rmSync(root, { recursive: true, force: true }));

const openWitnessed = async (name: string) => {
  const directory = join(root, name);
  const log = await openSecurityLog({ directory, clock: systemClock });
  const witness = await startLocalWitness({
    directory: localWitnessDirectory(directory),
    log: log.publicKey,
  });
  await log.addWitness(witness);
  return { directory, log, witness };
};

const sawEvent = async (log: SecurityLog, type: EventType): Promise<void> => {
  const stop = AbortSignal.timeout(20_000);
  for await (const entry of log.follow({ from: 0, type }, { signal: stop })) {
    if (entry.type === type) return;
  }
  assert.fail(`no ${type}`);
};

const isAlive = (pid: number | undefined): boolean => {
  try {
    process.kill(pid ?? 0, 0);
    return true;
  } catch {
    return false;
  }
};

test('the witness beside a gate cosigns up to the last entry and ends when it is told to', async () => {
  const { directory, log, witness } = await openWitnessed('whole');
  await recordEvents(log, 0, 20);
  await log.close();
  await witness.close();
  assert.equal(isAlive(witness.pid), false);
  const report = await verifySecurityLog({ directory });
  assert.equal(report.verdict, 'sound', JSON.stringify(report));
  assert.equal(report.witnessed, report.entries);
});

test('a witness that is killed does not stop the gate, is on record, and goes on from what it remembered', async () => {
  const { directory, log, witness } = await openWitnessed('killed');
  await recordEvents(log, 0, 20);
  await log.checkpoint();
  process.kill(witness.pid ?? 0, 'SIGKILL');
  await recordEvents(log, 20, 40);
  await log.checkpoint();
  await sawEvent(log, 'witness.silent');
  await log.close();
  await witness.close();

  const again = await openWitnessed('killed');
  await recordEvents(again.log, 40, 60);
  await again.log.close();
  await again.witness.close();
  const report = await verifySecurityLog({ directory });
  assert.equal(report.verdict, 'sound', JSON.stringify(report));
  assert.equal(report.witnessed, report.entries);
});

test('a witness that hangs when it should stop is ended by force', {
  skip: process.platform === 'win32' && 'signals that suspend a process are POSIX',
}, async () => {
  const { log, witness } = await openWitnessed('hanging');
  await log.close();
  process.kill(witness.pid ?? 0, 'SIGSTOP');
  const start = performance.now();
  await witness.close();
  const took = performance.now() - start;
  assert.ok(took > 1_000 && took < 10_000, `${took} ms`);
  assert.equal(isAlive(witness.pid), false);
});

test('a witness whose directory another one uses does not start, and says why', async () => {
  const { log, witness, directory } = await openWitnessed('twice');
  await assert.rejects(
    startLocalWitness({ directory: localWitnessDirectory(directory), log: log.publicKey }),
    /another process writes to the log/,
  );
  await log.close();
  await witness.close();
});
