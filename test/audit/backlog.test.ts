import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskFiles, type FileLayer } from '../../src/audit/files.ts';
import { openSecurityLog, type SecurityLog, verifySecurityLog } from '../../src/audit/index.ts';
import { TILE_WIDTH } from '../../src/audit/tree/tile-paths.ts';
import { systemClock } from '../../src/core/index.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-backlog-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Records so many events at once; returns how many are on record then. */
const record = async (log: SecurityLog, count: number): Promise<number> => {
  const receipts = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      log.record({ type: 'session.ended', outcome: 'success', fields: { actor: `per_${i % 10}` } }),
    ),
  );
  return (receipts.at(-1)?.sequence ?? 0) + 1;
};

test('events wait for tiles that are written slowly, so that memory does not grow with the backlog', async () => {
  const directory = join(root, 'slow-tiles');
  let written = 0;
  const files: FileLayer = {
    ...diskFiles,
    async rename(from, to) {
      const bundle = to.includes(join('tile', 'entries'));
      if (bundle) await sleep(20);
      await diskFiles.rename(from, to);
      if (bundle) written++;
    },
  };
  const log = await openSecurityLog({ directory, clock: systemClock, files });
  let most = 0;
  for (let i = 0; i < 40; i++) most = Math.max(most, (await record(log, 1_000)) - written * TILE_WIDTH);
  await log.close();
  assert.ok(most < 100 * TILE_WIDTH, `${most} entries waited`);
  assert.equal((await verifySecurityLog({ directory })).verdict, 'sound');
});

const indexed = (directory: string): number => {
  const database = new DatabaseSync(join(directory, 'log', 'index.db'), { readOnly: true });
  try {
    return Number(database.prepare("SELECT value FROM meta WHERE key = 'size'").get()?.['value']);
  } finally {
    database.close();
  }
};

test('closing does not wait for an index far behind, questions are answered, and the next start goes on', async () => {
  const directory = join(root, 'index-behind');
  const log = await openSecurityLog({ directory, clock: systemClock });
  for (let i = 0; i < 20; i++) await record(log, 1_000);
  await log.close();
  const behind = indexed(directory);
  assert.ok(behind < 20_000, `${behind} entries are in the index already`);
  const again = await openSecurityLog({ directory, clock: systemClock });
  let found = 0;
  for await (const _ of again.query({ person: 'per_7' })) found++;
  assert.equal(found, 2_000);
  const end = Date.now() + 60_000;
  while (indexed(directory) < 20_000 && Date.now() < end) await sleep(50);
  await again.close();
  assert.equal(indexed(directory), 20_000);
});
