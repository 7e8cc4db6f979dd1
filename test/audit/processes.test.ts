// One log, several processes of the system: who else has it, and who may not write it.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { openSecurityLog, readSecurityLog, runWitness, verifySecurityLog } from '../../src/audit/index.ts';
import { systemClock } from '../../src/core/index.ts';
import { recordEvents } from './example-log.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-processes-'));
after(() => rmSync(root, { recursive: true, force: true }));

interface Outcome {
  sequence?: number;
  code?: string;
  message?: string;
  remedy?: string;
}

const script = (name: string): string => join(import.meta.dirname, name);

const openElsewhere = async (directory: string, user = ''): Promise<Outcome> => {
  const words = [script('open-log.ts'), directory, user];
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 60_000 });
  return JSON.parse(stdout) as Outcome;
};

test('a log has one writer among the processes of the system, and any number of readers', async (t) => {
  const directory = join(root, 'shared');
  const first = await openSecurityLog({ directory, clock: systemClock });
  const witness = await runWitness({
    directory: join(root, 'witness'),
    host: '127.0.0.1',
    port: 0,
    logs: [first.publicKey],
  });
  t.after(() => witness.close());
  await first.close();
  const writer = spawn(
    process.execPath,
    [script('killed-writer.ts'), directory, witness.url, witness.key, '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    await once(writer.stdout, 'data');
    writer.stdout.resume();
    const refused = await openElsewhere(directory);
    assert.equal(refused.code, 'log-locked');
    assert.match(refused.remedy ?? '', /Stop the other Gatehouse/);
    let seen = 0;
    for await (const _ of readSecurityLog(directory, { limit: 10 })) seen++;
    assert.ok(seen > 0, 'a reader is not kept out');
    assert.equal((await verifySecurityLog({ directory })).verdict, 'sound', 'nor is verification');
  } finally {
    writer.kill('SIGKILL');
    await once(writer, 'exit');
  }
  const next = await openElsewhere(directory);
  assert.equal(next.code, undefined, 'the lock goes with its process, however that ended');
  assert.ok((next.sequence ?? 0) > 0);
  assert.equal((await verifySecurityLog({ directory, witness: witness.url })).verdict, 'sound');
});

test('a directory that cannot be written is refused with what to do, and can still be read and verified', {
  skip: process.platform === 'win32' && 'modes of directories are POSIX',
}, async () => {
  const directory = join(root, 'read-only');
  const log = await openSecurityLog({ directory, clock: systemClock, index: false });
  await recordEvents(log, 0, 5);
  await log.close();
  const folders = ['', 'log', 'log/journal', 'keys'].map((name) => join(directory, name));
  // Whoever runs the tests as root is somebody else for a moment.
  const nobody = process.getuid?.() === 0 ? '65534' : '';
  const key = join(directory, 'keys', 'log.key');
  if (nobody !== '') chownSync(key, Number(nobody), Number(nobody));
  chmodSync(root, 0o755);
  for (const folder of folders) chmodSync(folder, 0o555);
  try {
    const refused = await openElsewhere(directory, nobody);
    assert.equal(refused.code, 'log-unavailable', JSON.stringify(refused));
    assert.match(refused.remedy ?? '', /writable/);
    const report = await verifySecurityLog({ directory });
    assert.equal(report.verdict, 'sound');
    assert.equal(report.entries, 5);
  } finally {
    for (const folder of folders) chmodSync(folder, 0o755);
    if (nobody !== '') chownSync(key, 0, 0);
  }
  assert.equal((await openElsewhere(directory)).sequence, 5, 'with the right to write, it goes on');
});
