import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { diskFiles } from '../../src/audit/files.ts';
import {
  checkProof,
  type LogEntry,
  type LogFilter,
  openSecurityLog,
  proveEvent,
  readPublicKeys,
  readSecurityLog,
  type SecurityLog,
  verifySecurityLog,
} from '../../src/audit/index.ts';
import { makeKeyFile } from '../../src/audit/key-file.ts';
import { queryJournal } from '../../src/audit/read-entries.ts';
import { parseVerifierKey } from '../../src/audit/tree/note.ts';
import { verifyLog } from '../../src/audit/verify/verify-log.ts';
import { systemClock } from '../../src/core/index.ts';
import { CrashDisk } from './crash-disk.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-maintenance-'));
after(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const fresh = (): string => join(root, `data-${count++}`);

const collect = async (entries: AsyncIterable<LogEntry>): Promise<LogEntry[]> => {
  const found: LogEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
};

/** Every byte that a log has on disk, as text. */
const everything = (directory: string): string =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

const people = async (log: SecurityLog): Promise<void> => {
  for (let i = 0; i < 300; i++) {
    const who = ['ada', 'ben', 'eve'][i % 3] ?? '';
    const fields = {
      actor: `per_${who}`,
      name: `${who} lovelace`,
      address: `192.0.2.${i % 3}`,
      device: 'Firefox',
    };
    if (i % 10 === 9) {
      await log.record({
        type: 'person.disabled',
        outcome: 'success',
        fields: { ...fields, subject: 'per_ada', subjectName: 'ada lovelace' },
      });
    } else await log.record({ type: 'session.ended', outcome: 'success', fields });
  }
  await log.record({
    type: 'data.read',
    outcome: 'success',
    fields: { subject: 'per_ada', account: 'ada@example.test', address: '198.51.100.7' },
  });
};

test('a forgotten person is in no file any more, every proof still verifies, and others keep their values', async () => {
  const directory = fresh();
  const log = await openSecurityLog({ directory, clock: systemClock });
  await people(log);
  await log.checkpoint();
  const [one] = await collect(log.query({ person: 'per_ada', limit: 1, type: 'session.ended' }));
  const proof = await proveEvent({ directory, event: one?.id ?? '' });
  assert.match(everything(join(directory, 'log')), /ada lovelace/);

  const forgotten = await log.forget('per_ada', ['ada@example.test']);
  assert.ok(forgotten > 100);
  assert.doesNotMatch(everything(join(directory, 'log')), /ada lovelace|ada@example|198\.51\.100\.7/);
  const entries = await collect(log.query({}));
  const hers = entries.filter(({ fields }) => fields.actor === 'per_ada');
  assert.ok(hers.length > 0);
  assert.ok(hers.every(({ fields, erased }) => fields.name === undefined && erased.includes('name')));
  const bens = entries.filter(({ fields, type }) => fields.actor === 'per_ben' && type === 'session.ended');
  assert.ok(bens.every(({ fields }) => fields.name === 'ben lovelace' && fields.address === '192.0.2.1'));
  const disabled = entries.filter(
    ({ fields, type }) => type === 'person.disabled' && fields.actor === 'per_ben',
  );
  assert.ok(
    disabled.every(({ fields }) => fields.subjectName === undefined && fields.name === 'ben lovelace'),
  );
  assert.deepEqual(await collect(log.query({ person: 'ada lovelace' })), []);
  assert.deepEqual(await collect(log.query({ text: 'example test' })), []);
  assert.equal(await log.forget('per_ada', ['ada@example.test']), 0);
  await log.close();

  const report = await verifySecurityLog({ directory });
  assert.equal(report.verdict, 'sound', JSON.stringify(report));
  assert.equal(report.erased, forgotten);
  const keys = await readPublicKeys(join(directory, 'keys', 'log.pub'));
  assert.equal(
    checkProof({ proof, keys }).personal['name'],
    'ada lovelace',
    'a proof given before stays good',
  );
  const later = checkProof({ proof: await proveEvent({ directory, event: one?.id ?? '' }), keys });
  assert.deepEqual(later.personal, {});
  assert.equal(later.event.id, one?.id);
});

test('an erasure that was killed at any file operation is finished at the next start', async () => {
  const signingKey = join(root, 'faults.key');
  await makeKeyFile(diskFiles, signingKey);
  const open = (files: CrashDisk) =>
    openSecurityLog({
      directory: '/data',
      clock: systemClock,
      signingKey,
      files,
      limits: { checkpointEvery: 3_600_000, retryAfter: 3_600_000, segmentBytes: 20_000, aheadBytes: 0 },
    });
  const bytesOf = async (disk: CrashDisk): Promise<string> =>
    (await Promise.all(disk.paths().map((path) => disk.read(path))))
      .map((bytes) => bytes?.toString('latin1'))
      .join('\n');
  for (let place = 0, finished = false; !finished; place++) {
    const disk = new CrashDisk();
    const log = await open(disk);
    for (let i = 0; i < 40; i++) {
      const who = i % 2 === 0 ? 'ada' : 'ben';
      await log.record({
        type: 'session.ended',
        outcome: 'success',
        fields: { actor: `per_${who}`, name: `${who} lovelace` },
      });
    }
    await log.checkpoint();
    const first = disk.operations;
    disk.mishap = (operation) => (operation === first + place ? 'stop' : 'pass');
    finished = await log.forget('per_ada').then(
      () => true,
      () => false,
    );
    const next = disk.losePower(
      () => place % 2 === 0,
      (length) => length,
    );
    const again = await open(next);
    const said = await collect(again.query({ type: 'log.erased' }));
    const key = parseVerifierKey(again.publicKey);
    await again.close();
    const report = await verifyLog({ directory: '/data', keys: [key], witness: undefined, files: next });
    assert.equal(report.verdict, 'sound', `${place}: ${JSON.stringify(report)}`);
    assert.match(await bytesOf(next), /ben lovelace/);
    if (report.erased > 0) {
      assert.equal(said.length, 1);
      assert.equal(report.erased, 20);
      assert.doesNotMatch(await bytesOf(next), /ada lovelace/);
    } else assert.equal(finished, false, 'what was answered is done');
  }
});

test('retention removes the beginning, and the rest still verifies up to the same roots', async () => {
  const directory = fresh();
  let now = 1_800_000_000_000;
  const clock = { now: () => now, monotonic: () => performance.now() };
  const limits = { segmentBytes: 20_000, aheadBytes: 0 };
  const log = await openSecurityLog({ directory, clock, limits });
  for (let day = 0; day < 10; day++) {
    await people(log);
    await log.checkpoint();
    now += 86_400_000;
  }
  const [kept] = await collect(log.query({ limit: 1 }));
  const proof = await proveEvent({ directory, event: '5' });
  const left = await log.prune({ age: 3 * 86_400_000 });
  assert.ok(left > 1_500 && left < 2_500, `${left}`);
  const entries = await collect(log.query({}));
  assert.equal(entries[0]?.sequence, left);
  assert.deepEqual(await collect(log.query({ from: 0, until: 1_800_000_000_000 + 86_400_000 })), []);
  const report = await verifySecurityLog({ directory });
  assert.equal(report.verdict, 'sound', JSON.stringify(report));
  assert.equal(report.pruned, left);
  const keys = await readPublicKeys(join(directory, 'keys', 'log.pub'));
  assert.equal(checkProof({ proof, keys }).event.sequence, 5, 'a proof of an entry that is gone stays good');
  assert.ok(checkProof({ proof: await proveEvent({ directory, event: kept?.id ?? '' }), keys }));
  await log.close();

  rmSync(join(directory, 'log', 'clean'));
  rmSync(join(directory, 'log', 'tile', '1'), { recursive: true });
  const again = await openSecurityLog({ directory, clock, limits, retention: { bytes: 60_000 } });
  await again.record({ type: 'gate.started', outcome: 'success', fields: {} });
  const most = await again.prune({ bytes: 60_000 });
  assert.ok(most > left);
  await again.close();
  assert.equal((await verifySecurityLog({ directory })).verdict, 'sound');
  assert.equal((await verifySecurityLog({ directory })).pruned, most);
});

test('the index gives the same answers as the journal, whatever is asked', async () => {
  const directory = fresh();
  const log = await openSecurityLog({ directory, clock: systemClock });
  await people(log);
  for (let i = 0; i < 40; i++) {
    await log.record({
      type: 'request.refused',
      outcome: 'refused',
      fields: {
        app: `app${i % 3}`,
        guard: 'rule',
        incident: `inc-${i}`,
        path: `/pätients/${i}`,
        network: '192.0.2.0/24',
      },
    });
    await log.record({
      type: 'data.read',
      outcome: 'success',
      fields: {
        actor: 'per_ben',
        credential: `key_${i % 4}`,
        columns: ['diagnosis', `c${i % 5}`],
        app: 'clinic',
      },
    });
  }
  await log.record({ type: 'gate.stopped', outcome: 'success', fields: {} });
  const middle = (await collect(log.query({ from: 200, limit: 1_000 })))[0]?.time ?? 0;
  const filters: LogFilter[] = [
    {},
    { type: 'session' },
    { type: 'session.ended', person: 'per_ben' },
    { person: 'ben lovelace', limit: 7 },
    { person: 'ada@example.test' },
    { app: 'app1' },
    { app: 'app1', outcome: 'refused', limit: 3 },
    { outcome: 'refused', since: middle },
    { until: middle, limit: 5 },
    { since: middle, until: middle + 5 },
    { address: '192.0.2.1', person: 'per_ben', limit: 20 },
    { address: '192.0.2.0/24' },
    { incident: 'inc-17' },
    { credential: 'key_2', column: 'diagnosis' },
    { column: 'c3', limit: 2 },
    { text: 'pätients 17' },
    { text: 'PÄTIENTS refused', limit: 4 },
    { text: '"; DROP TABLE entries; --' },
    { person: "' OR 1=1 --" },
    { from: 250, type: 'person' },
    { limit: 0 },
    { type: 'nothing.such' },
  ];
  const scanned = (filter: LogFilter) =>
    collect(queryJournal(diskFiles, join(directory, 'log', 'journal'), filter));
  for (const filter of filters) {
    const expected = await scanned(filter);
    assert.deepEqual(await collect(log.query(filter)), expected, JSON.stringify(filter));
    assert.deepEqual(
      await collect(readSecurityLog(directory, filter)),
      expected,
      `other process: ${JSON.stringify(filter)}`,
    );
  }
  await log.close();
  for (const filter of filters) {
    assert.deepEqual(
      await collect(readSecurityLog(directory, filter)),
      await scanned(filter),
      `closed: ${JSON.stringify(filter)}`,
    );
  }
});

test('an index that is damaged or gone is made again from the journal', async () => {
  const directory = fresh();
  const first = await openSecurityLog({ directory, clock: systemClock });
  await people(first);
  await first.close();
  for (const spoil of [
    (path: string) => rmSync(path),
    (path: string) => writeFileSync(path, Buffer.alloc(8_192, 7)),
  ]) {
    spoil(join(directory, 'log', 'index.db'));
    const log = await openSecurityLog({ directory, clock: systemClock });
    assert.equal((await collect(log.query({ person: 'per_ben', type: 'session' }))).length, 90);
    await log.close();
  }
});
