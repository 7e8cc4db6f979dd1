import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEchoApp } from '../harness/echo-app.ts';
import { runCommand, startGatehouse } from '../harness/gatehouse-process.ts';
import { PortalClient } from '../harness/portal-client.ts';

test('a backup of a running gate restores into one where the same people sign in and the log goes on', async () => {
  const app = await openEchoApp();
  const elsewhere = mkdtempSync(join(tmpdir(), 'gatehouse-backup-'));
  const file = join(elsewhere, 'gatehouse-backup.tar.gz');
  const first = await startGatehouse({ mode: { serve: app.url }, people: [{ name: 'ada', roles: 'admin' }] });
  try {
    await first.command(['backup', file]);
    assert.equal(statSync(file).mode & 0o077, 0, 'others may read the backup');
    await assert.rejects(first.command(['backup', file]), /data-not-empty/);
    await assert.rejects(first.command(['restore', file]), /data-not-empty|data-locked/);
  } finally {
    await first.close();
  }
  const directory = join(elsewhere, 'new');
  await runCommand(['restore', file, '--data', join(directory, 'data')]);
  const second = await startGatehouse({ mode: { serve: app.url }, directory });
  try {
    const client = new PortalClient(second);
    assert.equal((await client.trySignIn('ada')).status, 200);
    const types = (await second.command(['log', '--json']))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    assert.ok(types.indexOf('person.added') < types.indexOf('signin.succeeded'));
  } finally {
    await second.close();
    await app.close();
    rmSync(elsewhere, { recursive: true, force: true });
  }
});
