import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { diskFiles } from '../../src/audit/files.ts';
import { openSecurityLog, type SecurityLog } from '../../src/audit/index.ts';
import { makeKeyFile } from '../../src/audit/key-file.ts';
import { parseCheckpoint } from '../../src/audit/tree/checkpoint.ts';
import { parseVerifierKey } from '../../src/audit/tree/note.ts';
import { rootOf } from '../../src/audit/tree/proofs.ts';
import { TileReader } from '../../src/audit/tree/tile-reader.ts';
import { verifyLog } from '../../src/audit/verify/verify-log.ts';
import { type Clock, isGatehouseError, systemClock } from '../../src/core/index.ts';
import { CrashDisk, type Mishap } from './crash-disk.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-faults-'));
const signingKey = join(root, 'log.key');
await makeKeyFile(diskFiles, signingKey);
after(() => rmSync(root, { recursive: true, force: true }));

const DATA = '/data';

const open = (files: CrashDisk, clock: Clock = systemClock): Promise<SecurityLog> =>
  openSecurityLog({
    directory: DATA,
    instance: 'gate-1',
    clock,
    signingKey,
    files,
    // Small steps, so that few events meet every kind of operation: several segments, space made ready ahead.
    limits: { segmentBytes: 8_000, aheadBytes: 2_000, checkpointEvery: 3_600_000, retryAfter: 3_600_000 },
  });

/** What the outside world has seen: nothing of it may ever be taken back. */
class Witnessed {
  readonly acknowledged = new Map<number, string>();
  readonly roots = new Map<number, string>();

  async record(log: SecurityLog, name: string): Promise<void> {
    const receipt = await log.record({
      type: 'session.ended',
      outcome: 'success',
      fields: { session: name, name },
    });
    assert.ok(receipt);
    assert.equal(this.acknowledged.get(receipt.sequence), undefined, 'a number was given twice');
    this.acknowledged.set(receipt.sequence, name);
  }

  async see(disk: CrashDisk): Promise<void> {
    const bytes = await disk.read(`${DATA}/log/checkpoint`);
    if (!bytes || bytes.length === 0) return;
    const { size, root: seen } = parseCheckpoint(bytes.toString('utf8'));
    const before = this.roots.get(size);
    assert.ok(
      before === undefined || before === seen.toString('hex'),
      `size ${size} was signed with two roots`,
    );
    this.roots.set(size, seen.toString('hex'));
  }

  /** Opens the log again, goes on, and looks whether everything seen so far is still so. */
  async check(disk: CrashDisk): Promise<void> {
    const log = await open(disk);
    await this.record(log, `after ${disk.operations}`);
    await log.checkpoint();
    await this.see(disk);
    const key = parseVerifierKey(log.publicKey);
    await log.close();
    const found = new Map<number, string>();
    const again = await open(disk);
    for await (const { sequence, fields } of again.query({})) found.set(sequence, String(fields.session));
    await again.close();
    for (const [sequence, name] of this.acknowledged)
      assert.equal(found.get(sequence), name, `entry ${sequence}`);
    const report = await verifyLog({ directory: DATA, keys: [key], witness: undefined, files: disk });
    assert.equal(report.verdict, 'sound', JSON.stringify(report));
    await assertRoots(disk, this.roots);
  }
}

const assertRoots = async (disk: CrashDisk, roots: ReadonlyMap<number, string>): Promise<void> => {
  for (const [size, expected] of roots) {
    const reader = new TileReader(disk, `${DATA}/log/tile`, size);
    assert.equal(
      (await rootOf(reader.hashes, size)).toString('hex'),
      expected,
      `the root of ${size} changed`,
    );
  }
};

/** A day in the life of a log: it is opened, grows over several segments and tiles, signs, closes and opens again. */
const live = async (disk: CrashDisk, seen: Witnessed): Promise<void> => {
  for (const run of [0, 1]) {
    const log = await open(disk);
    for (let i = 0; i < 30; i++) {
      await Promise.all(Array.from({ length: 5 }, (_, j) => seen.record(log, `event ${run}.${i}.${j}`)));
      if (i % 9 === 8) {
        await log.checkpoint();
        await seen.see(disk);
      }
    }
    await log.close();
    await seen.see(disk);
  }
};

/** Runs a life that ends at an operation, or goes on after it, and swallows what the log rightly throws. */
const liveUntil = async (disk: CrashDisk, seen: Witnessed): Promise<void> => {
  try {
    await live(disk, seen);
  } catch (error) {
    assert.ok(
      isGatehouseError(error, 'log-unavailable') ||
        /ESTOPPED/.test(String((error as { code?: string }).code)),
      String(error),
    );
  }
  await seen.see(disk).catch(() => undefined);
};

const countOperations = async (): Promise<number> => {
  const disk = new CrashDisk();
  await live(disk, new Witnessed());
  return disk.operations;
};

const total = await countOperations();
// GATEHOUSE_LONG_TESTS=1 takes every operation and thousands of losses of power; else a sample of both.
const long = Boolean(process.env['GATEHOUSE_LONG_TESTS']);
const step = long ? 1 : 19;
const places = Array.from({ length: Math.ceil(total / step) }, (_, i) => i * step);

const mishapAt = (place: number, mishap: Mishap) => (operation: number) =>
  operation === place ? mishap : 'pass';

test('killed at any file operation, no acknowledged event is lost and nothing is signed twice', async () => {
  for (const place of places) {
    const [disk, seen] = [new CrashDisk(), new Witnessed()];
    disk.mishap = mishapAt(place, 'stop');
    await liveUntil(disk, seen);
    await seen.check(disk.killProcess());
  }
});

test('when power is lost at any file operation, the same holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(total),
      fc.infiniteStream(fc.boolean()),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      async (place, kept, cut) => {
        const [disk, seen] = [new CrashDisk(), new Witnessed()];
        disk.mishap = mishapAt(place, 'stop');
        await liveUntil(disk, seen);
        await seen.check(
          disk.losePower(
            () => kept.next().value,
            (length) => Math.floor(length * cut.next().value),
          ),
        );
      },
    ),
    { numRuns: long ? 2_000 : 40 },
  );
});

for (const mishap of ['full', 'broken'] as const) {
  test(`with a disk that is ${mishap} at any single operation, the log goes on and has lost nothing`, async () => {
    for (const place of places) {
      const [disk, seen] = [new CrashDisk(), new Witnessed()];
      disk.mishap = mishapAt(place, mishap);
      await liveUntil(disk, seen);
      disk.mishap = () => 'pass';
      await seen.check(disk.killProcess());
    }
  });
}

test('a disk that takes few bytes at a time loses nothing', async () => {
  const [disk, seen] = [new CrashDisk(), new Witnessed()];
  disk.longestWrite = 13;
  await live(disk, seen);
  await seen.check(disk);
});

test('while the disk is full, what must be kept is refused; later it goes on, and the gap is on record', async () => {
  const disk = new CrashDisk();
  const log = await openSecurityLog({
    directory: DATA,
    clock: systemClock,
    signingKey,
    files: disk,
    limits: { aheadBytes: 0, waiting: 50, retryAfter: 20, checkpointEvery: 3_600_000 },
  });
  await log.record({ type: 'gate.started', outcome: 'success', fields: {} });
  disk.mishap = () => 'full';
  await assert.rejects(log.record({ type: 'session.ended', outcome: 'success', fields: {} }), (error) =>
    isGatehouseError(error, 'log-unavailable'),
  );
  for (let i = 0; i < 80; i++)
    await log.record({ type: 'config.loaded', outcome: 'success', fields: { version: `v${i}` } });
  await assert.rejects(log.record({ type: 'session.ended', outcome: 'success', fields: {} }), (error) =>
    isGatehouseError(error, 'log-unavailable'),
  );
  disk.mishap = () => 'pass';
  const stop = new AbortController();
  const types: string[] = [];
  for await (const { type, fields } of log.follow({ from: 0 }, { signal: stop.signal })) {
    types.push(type);
    if (type !== 'log.gap') continue;
    assert.equal(fields.count, 30);
    stop.abort();
  }
  assert.equal(types.filter((type) => type === 'config.loaded').length, 50);
  assert.ok(!types.includes('session.ended'), 'an act that was refused is not on record as done');
  await log.close();
});

test('a clock that jumps backwards is on record, and numbers go on', async () => {
  let now = 1_800_000_000_000;
  const disk = new CrashDisk();
  const log = await open(disk, { now: () => now, monotonic: () => now });
  await log.record({ type: 'gate.started', outcome: 'success', fields: {} });
  now -= 3_600_000;
  const receipt = await log.record({ type: 'gate.stopped', outcome: 'success', fields: {} });
  assert.equal(receipt?.sequence, 2);
  await log.close();
  const again = await open(disk, { now: () => now, monotonic: () => now });
  const entries = [];
  for await (const entry of again.query({})) entries.push(entry);
  await again.close();
  assert.deepEqual(
    entries.map(({ type }) => type),
    ['gate.started', 'log.clock-stepped', 'gate.stopped'],
  );
  assert.match(String(entries[1]?.fields.reason), /3600000 ms/);
});

test('a damaged journal is not continued, a damaged tile is made again', async () => {
  const disk = new CrashDisk();
  await live(disk, new Witnessed());
  const tile = `${DATA}/log/tile/0/000`;
  disk.damage(tile, (bytes) => bytes.fill(7, 100, 140));
  await disk.remove(`${DATA}/log/clean`);
  disk.damage(`${DATA}/log/tile/1/000.p/1`, (bytes) => bytes.fill(9));
  const log = await open(disk);
  const key = parseVerifierKey(log.publicKey);
  await log.close();
  const report = await verifyLog({ directory: DATA, keys: [key], witness: undefined, files: disk });
  assert.equal(report.verdict, 'sound', JSON.stringify(report));

  const journal =
    disk
      .paths()
      .filter((path) => path.endsWith('.journal'))
      .sort()
      .at(-1) ?? '';
  disk.damage(journal, (bytes) => bytes.fill(0xff, 200, 260));
  await assert.rejects(
    open(disk),
    (error) => isGatehouseError(error, 'log-damaged') && /verify/.test(error.remedy ?? ''),
  );
});
