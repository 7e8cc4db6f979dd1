import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import {
  openSecurityLog,
  VERDICTS,
  type Verdict,
  type VerifyReport,
  verifySecurityLog,
} from '../../src/audit/index.ts';
import { eraseValues } from '../../src/audit/openings.ts';
import { isGatehouseError, systemClock } from '../../src/core/index.ts';
import { readJournal, type StoredEntry, writeJournal, writeTiles } from './attacker.ts';
import { type ExampleLog, makeLog, recordEvents, withWitness } from './example-log.ts';

// C42: an administrator with write access to everything but the signing key and the witness.

let example: ExampleLog;
let other: ExampleLog;
let key = '';
let data = '';

before(async () => {
  example = await makeLog('gate-1');
  other = await makeLog('gate-2');
  key = join(example.root, 'trusted.pub');
  cpSync(join(example.data, 'keys', 'log.pub'), key);
  data = join(example.root, 'attacked');
});
after(() => {
  example.remove();
  other.remove();
});
beforeEach(() => {
  rmSync(data, { recursive: true, force: true });
  cpSync(example.data, data, { recursive: true });
});

const verify = (): Promise<VerifyReport> =>
  verifySecurityLog({ directory: data, publicKey: key, witness: example.witness });
const verifyAlone = (): Promise<VerifyReport> => verifySecurityLog({ directory: data, publicKey: key });

const log = (...path: string[]): string => join(data, 'log', ...path);

const change = (entry: StoredEntry | undefined): StoredEntry => {
  assert.ok(entry);
  const text = entry.entry.toString('utf8').replace('"outcome":"success"', '"outcome":"failure"');
  return { ...entry, entry: Buffer.from(text, 'utf8') };
};

const expect = (report: VerifyReport, verdict: Verdict, from?: number, to?: number): void => {
  const told = JSON.stringify(report, null, 1);
  assert.equal(report.verdict, verdict, told);
  assert.notEqual(VERDICTS[report.verdict], VERDICTS.sound);
  const finding = report.findings.find(({ kind }) => kind === verdict);
  if (from !== undefined) assert.equal(finding?.from, from, told);
  if (to !== undefined) assert.equal(finding?.to, to, told);
};

test('a log that nobody touched is sound', async () => {
  const report = await verify();
  assert.deepEqual(report.findings, []);
  assert.equal(report.verdict, 'sound');
  assert.equal(report.entries, 600);
  assert.equal(report.signed, 600);
  assert.equal(report.witnessed, 600);
  assert.ok(report.witnessedAt);
});

test('entries that no checkpoint covers yet are no alarm, and are said', async () => {
  const opened = await openSecurityLog({
    directory: data,
    clock: systemClock,
    limits: { checkpointEvery: 3_600_000 },
  });
  await recordEvents(opened, 600, 620);
  const report = await verify();
  assert.equal(report.verdict, 'sound', JSON.stringify(report));
  assert.ok(report.notes.some((note) => /entries 600 to 619 \(20\) carry no signature yet/.test(note)));
  await opened.close();
  assert.equal((await verify()).verdict, 'sound');
});

test('a byte changed on the disk is an edit of that entry', async () => {
  const [name = ''] = readdirSync(log('journal'));
  const bytes = readFileSync(log('journal', name));
  const at = bytes.indexOf('ses_123');
  bytes.write('X', at);
  writeFileSync(log('journal', name), bytes);
  expect(await verify(), 'edited', 123, 124);
});

test('an entry changed with correct checksums is named', async () => {
  const entries = readJournal(data);
  writeJournal(data, entries.with(300, change(entries[300])));
  expect(await verify(), 'edited', 300, 301);
});

test('an entry changed together with all tiles is found between two checkpoints', async () => {
  const entries = readJournal(data);
  writeJournal(data, entries.with(300, change(entries[300])));
  await writeTiles(data);
  expect(await verify(), 'edited', 250, 400);
});

test('a personal value changed beside its entry is named', async () => {
  const entries = readJournal(data);
  const openings = Buffer.from(entries[42]?.openings ?? []);
  openings.write('person 9', openings.indexOf('person '));
  writeJournal(data, entries.with(42, { entry: entries[42]?.entry ?? Buffer.alloc(0), openings }));
  expect(await verify(), 'edited', 42, 43);
});

test('personal values erased without a record of it are missed', async () => {
  const entries = readJournal(data);
  const openings = Buffer.from(entries[42]?.openings ?? []);
  assert.deepEqual(eraseValues(openings, new Set(['name'])), ['name']);
  writeJournal(data, entries.with(42, { entry: entries[42]?.entry ?? Buffer.alloc(0), openings }));
  expect(await verify(), 'deleted', 42, 43);
});

test('an entry taken out, with the rest renumbered in the journal, is named', async () => {
  writeJournal(data, readJournal(data).toSpliced(77, 1));
  expect(await verify(), 'deleted', 77, 78);
});

test('entries taken out together with all tiles are found', async () => {
  writeJournal(data, readJournal(data).toSpliced(77, 5));
  await writeTiles(data);
  const report = await verify();
  expect(report, 'deleted', 77, 82);
});

test('the beginning taken away without a record of retention is found', async () => {
  writeJournal(data, readJournal(data).slice(256), 256);
  expect(await verify(), 'deleted', 0, 256);
});

test('two entries that changed places are found', async () => {
  const entries = readJournal(data);
  const [a, b] = [entries[200], entries[210]];
  assert.ok(a && b);
  writeJournal(data, entries.with(200, b).with(210, a));
  expect(await verify(), 'reordered', 200, 211);
});

test('two entries that changed places together with all tiles are found', async () => {
  const entries = readJournal(data);
  const [a, b] = [entries[200], entries[210]];
  assert.ok(a && b);
  writeJournal(data, entries.with(200, b).with(210, a));
  await writeTiles(data);
  expect(await verify(), 'reordered', 200, 211);
});

test('the newest entries cut off are found by the log itself', async () => {
  writeJournal(data, readJournal(data).slice(0, 590));
  expect(await verifyAlone(), 'truncated', 590, 600);
});

test('a journal cut together with its checkpoints is missed by the index of the running gate', async () => {
  await rollBack(false);
  await assert.rejects(openSecurityLog({ directory: data, clock: systemClock }), (error) =>
    isGatehouseError(error, 'log-rolled-back'),
  );
});

/** Everything as it was at the checkpoint of 400 entries. */
const rollBack = async (indexToo = true): Promise<void> => {
  if (indexToo) rmSync(log('index.db'));
  writeJournal(data, readJournal(data).slice(0, 400));
  await writeTiles(data);
  const kept = readFileSync(log('checkpoints.jsonl'), 'utf8').split('\n').slice(0, 3);
  writeFileSync(log('checkpoints.jsonl'), `${kept.join('\n')}\n`);
  writeFileSync(log('checkpoint'), String(JSON.parse(kept[2] ?? '').note));
};

// Lesson 21: a bare hash chain passes this.
test('the newest entries cut off together with their checkpoint are found by the witness', async () => {
  await rollBack();
  expect(await verify(), 'truncated', 400, 600);
});

test('without a witness the same is not excluded, and that is said', async () => {
  await rollBack();
  const report = await verifyAlone();
  assert.equal(report.verdict, 'sound');
  assert.ok(report.notes.some((note) => /roll-back not excluded/i.test(note)));
});

test('a log that was rolled back cannot be continued where the witness is asked', async () => {
  await rollBack();
  const opened = await openSecurityLog({ directory: data, clock: systemClock });
  await withWitness(example.witness, opened, (target) =>
    assert.rejects(opened.addWitness(target), (error) => isGatehouseError(error, 'log-rolled-back')),
  );
  await opened.close();
});

test('an old copy that was continued without the witness is a fork', async () => {
  await rollBack();
  const opened = await openSecurityLog({ directory: data, clock: systemClock });
  await recordEvents(opened, 1_000, 1_300);
  await opened.close();
  expect(await verify(), 'forked');
});

test('the checkpoints taken away are missed', async () => {
  rmSync(log('checkpoints.jsonl'));
  rmSync(log('checkpoint'));
  expect(await verify(), 'deleted');
  expect(await verifyAlone(), 'deleted');
});

test('a checkpoint with another root is not signed by the log', async () => {
  const kept = readFileSync(log('checkpoints.jsonl'), 'utf8').split('\n');
  const { time, note } = JSON.parse(kept[1] ?? '');
  const [origin, size] = String(note).split('\n');
  const forged = String(note).replace(
    /^.*\n.*\n.*\n/,
    `${origin}\n${size}\n${Buffer.alloc(32, 7).toString('base64')}\n`,
  );
  writeFileSync(log('checkpoints.jsonl'), kept.with(1, JSON.stringify({ time, note: forged })).join('\n'));
  expect(await verify(), 'edited');
});

test('a log made anew with another key is not the one that the key belongs to', async () => {
  rmSync(data, { recursive: true });
  const opened = await openSecurityLog({ directory: data, clock: systemClock, instance: 'gate-1' });
  await recordEvents(opened, 0, 600);
  await opened.close();
  expect(await verify(), 'edited');
  expect(await verifyAlone(), 'edited');
});

test('the logs of two instances exchanged are found, as a whole or the journals alone', async () => {
  rmSync(log('journal'), { recursive: true });
  cpSync(join(other.data, 'log', 'journal'), log('journal'), { recursive: true });
  expect(await verify(), 'edited');
  rmSync(log(), { recursive: true });
  cpSync(join(other.data, 'log'), log(), { recursive: true });
  expect(await verify(), 'edited');
});

test('a tile or bundle changed alone is found', async () => {
  for (const path of ['0/001', 'entries/001', '1/000.p/2']) {
    const file = log('tile', path);
    const bytes = readFileSync(file);
    const changed = Buffer.from(bytes);
    changed[20] = (changed[20] ?? 0) ^ 1;
    writeFileSync(file, changed);
    expect(await verify(), 'edited');
    writeFileSync(file, bytes);
  }
  assert.equal((await verify()).verdict, 'sound');
});

test('the whole log taken away is missed by the witness', async () => {
  renameSync(log(), join(data, 'elsewhere'));
  expect(await verify(), 'deleted');
  assert.equal((await verifyAlone()).verdict, 'unreadable');
});

test('what cannot be read at all is unreadable', async () => {
  writeFileSync(log('log.json'), '{');
  expect(await verifyAlone(), 'unreadable');
  cpSync(example.data, data, { recursive: true });
  rmSync(key);
  try {
    expect(await verifyAlone(), 'unreadable');
  } finally {
    cpSync(join(example.data, 'keys', 'log.pub'), key);
  }
});

test('entries appended while the gate was down are not taken for its own', async () => {
  const entries = readJournal(data);
  const added = change(entries.at(-1));
  const text = added.entry.toString('utf8').replace('"sequence":599', '"sequence":600');
  writeJournal(data, [...entries, { ...added, entry: Buffer.from(text, 'utf8') }]);
  rmSync(log('clean'));
  await assert.rejects(openSecurityLog({ directory: data, clock: systemClock }), (error) =>
    isGatehouseError(error, 'log-damaged'),
  );
});

test('a changed log is not continued, and nothing is signed over it', async () => {
  const entries = readJournal(data);
  writeJournal(data, entries.with(599, change(entries[599])));
  const before = readFileSync(log('checkpoints.jsonl'));
  await assert.rejects(openSecurityLog({ directory: data, clock: systemClock }), (error) =>
    isGatehouseError(error, 'log-damaged'),
  );
  assert.deepEqual(readFileSync(log('checkpoints.jsonl')), before);
});

test('a key that others can read, or that is gone, does not sign', async () => {
  rmSync(join(data, 'keys', 'log.key'));
  await assert.rejects(openSecurityLog({ directory: data, clock: systemClock }), (error) =>
    isGatehouseError(error, 'log-key-invalid'),
  );
  mkdirSync(join(data, 'keys'), { recursive: true });
  writeFileSync(join(data, 'keys', 'log.key'), readFileSync(join(example.data, 'keys', 'log.key')), {
    mode: 0o644,
  });
  await assert.rejects(openSecurityLog({ directory: data, clock: systemClock }), (error) =>
    isGatehouseError(error, 'log-key-invalid'),
  );
});
