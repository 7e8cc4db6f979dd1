// The signing key of a log is replaced: the past stays proven, the old key counts for nothing new, and a process that
// is killed on the way leaves a log with one of the two keys.
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { diskFiles, type FileLayer } from '../../src/audit/files.ts';
import {
  localWitnessDirectory,
  openSecurityLog,
  rotateLogKey,
  runWitness,
  startLocalWitness,
  verifySecurityLog,
} from '../../src/audit/index.ts';
import { readKeyFile } from '../../src/audit/key-file.ts';
import { readRotations, signRotation, trustedKeys } from '../../src/audit/rotation.ts';
import { parseCheckpoint, signCheckpoint } from '../../src/audit/tree/checkpoint.ts';
import { ED25519, parseVerifierKey, rawPublicKey, verifierKey } from '../../src/audit/tree/note.ts';
import { isGatehouseError, systemClock } from '../../src/core/index.ts';
import { runCommand } from '../harness/gatehouse-process.ts';
import { recordEvents } from './example-log.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-rotation-'));
after(() => rmSync(root, { recursive: true, force: true }));

const pristine = join(root, 'pristine');
const directory = join(root, 'data');
const oldPublic = join(root, 'old.pub');
const keyPath = join(directory, 'keys', 'log.key');
const long = Boolean(process.env['GATEHOUSE_LONG_TESTS']);

const open = () => openSecurityLog({ directory, clock: systemClock, index: false });

before(async () => {
  const log = await openSecurityLog({
    directory: pristine,
    clock: systemClock,
    instance: 'gate-1',
    index: false,
  });
  await recordEvents(log, 0, 20);
  await log.close();
  cpSync(join(pristine, 'keys', 'log.pub'), oldPublic);
});
beforeEach(() => {
  rmSync(directory, { recursive: true, force: true });
  cpSync(pristine, directory, { recursive: true });
});

const grow = async (from: number, to: number): Promise<void> => {
  const log = await open();
  await recordEvents(log, from, to);
  await log.close();
};

const verdictWith = async (publicKey: string, witness?: string): Promise<string> => {
  const report = await verifySecurityLog({ directory, publicKey, ...(witness ? { witness } : {}) });
  return report.findings.length === 0 ? report.verdict : JSON.stringify(report.findings);
};

test('after a rotation the log verifies with the old public key, with the new one and with both', async () => {
  await rotateLogKey({ directory, clock: systemClock });
  await grow(20, 40);
  await rotateLogKey({ directory, clock: systemClock });
  await grow(40, 60);
  const newPublic = join(directory, 'keys', 'log.pub');
  const both = join(root, 'both.pub');
  writeFileSync(both, readFileSync(oldPublic, 'utf8') + readFileSync(newPublic, 'utf8'));
  assert.notEqual(readFileSync(newPublic, 'utf8'), readFileSync(oldPublic, 'utf8'));
  for (const key of [oldPublic, newPublic, both]) assert.equal(await verdictWith(key), 'sound');
  const types: string[] = [];
  const log = await open();
  for await (const { type } of log.query({ type: 'key.rotated' })) types.push(type);
  await log.close();
  assert.equal(types.length, 2, 'each is on record');
});

test('the old key signs nothing that counts any more', async () => {
  const old = readKeyFile(keyPath);
  assert.ok(old);
  await rotateLogKey({ directory, clock: systemClock });
  await grow(20, 40);
  const kept = join(directory, 'log', 'checkpoints.jsonl');
  const lines = readFileSync(kept, 'utf8').trimEnd().split('\n');
  const newest = parseCheckpoint(JSON.parse(lines.at(-1) ?? '').note);
  const forged = signCheckpoint({ ...newest, root: Buffer.alloc(32, 7) }, old);
  appendFileSync(kept, `${JSON.stringify({ time: Date.now(), note: forged })}\n`);
  for (const key of [oldPublic, join(directory, 'keys', 'log.pub')]) {
    assert.match(await verdictWith(key), /is not signed by the (?:given key|key of this log)/);
  }
  await assert.rejects(open(), (error) => isGatehouseError(error, 'log-damaged'));
});

test('a retired key introduces no second successor to who knows the first', async () => {
  const old = readKeyFile(keyPath);
  await rotateLogKey({ directory, clock: systemClock });
  const current = readKeyFile(keyPath);
  const stranger = readKeyFile(join(pristine, 'keys', 'log.key'));
  assert.ok(old && current && stranger);
  const [origin = ''] = readFileSync(oldPublic, 'utf8').split('+');
  const from = parseVerifierKey(readFileSync(oldPublic, 'utf8'));
  const to = verifierKey(origin, ED25519, rawPublicKey(current));
  const other = await makeOtherKey(origin);
  const evil = signRotation({ size: 3, from, to: other.key }, { from: old, to: other.signing });
  const genuine = await readRotations(diskFiles, directory);
  for (const notes of [
    [evil, ...genuine],
    [...genuine, evil],
  ]) {
    for (const given of [[to], [from, to]]) {
      const trusted = trustedKeys(given, notes);
      assert.ok(!trusted.some(({ key }) => key.publicKey.equals(other.key.publicKey)));
      assert.equal(trusted.find(({ key }) => key.publicKey.equals(from.publicKey))?.until, 21);
    }
  }
  const unsigned = genuine[0]?.replace('\n21\n', '\n9000\n') ?? '';
  assert.equal(trustedKeys([from], [unsigned]).length, 1, 'a changed note is none');
});

const makeOtherKey = async (origin: string) => {
  const elsewhere = join(root, 'other');
  const log = await openSecurityLog({ directory: elsewhere, clock: systemClock, index: false });
  await log.close();
  const signing = readKeyFile(join(elsewhere, 'keys', 'log.key'));
  assert.ok(signing);
  return { signing, key: verifierKey(origin, ED25519, rawPublicKey(signing)) };
};

test('the witness beside the gate follows a rotation, and still finds a roll-back across it', async () => {
  const run = async (from: number, to: number): Promise<void> => {
    const log = await open();
    const witness = await startLocalWitness({
      directory: localWitnessDirectory(directory),
      log: log.publicKey,
      rotations: log.rotations,
    });
    try {
      await log.addWitness(witness);
      await recordEvents(log, from, to);
    } finally {
      await log.close();
      await witness.close();
    }
  };
  await run(20, 40);
  const copy = join(root, 'copy');
  cpSync(directory, copy, { recursive: true });
  await rotateLogKey({ directory, clock: systemClock });
  await run(40, 60);
  const report = await verifySecurityLog({ directory, publicKey: oldPublic });
  assert.equal(report.verdict, 'sound', JSON.stringify(report));
  assert.equal(report.witnessed, 61);

  rmSync(join(directory, 'log'), { recursive: true });
  cpSync(join(copy, 'log'), join(directory, 'log'), { recursive: true });
  const rolledBack = await verifySecurityLog({ directory });
  assert.equal(rolledBack.verdict, 'truncated', JSON.stringify(rolledBack));
  rmSync(localWitnessDirectory(directory), { recursive: true });
});

test('a witness that knows the old key takes the new one only with what both have signed', async () => {
  const old = readFileSync(oldPublic, 'utf8').trim();
  const options = { directory: join(root, 'remote'), host: '127.0.0.1', port: 0 };
  const first = await runWitness({ ...options, logs: [old] });
  await first.close();
  const current = await rotateLogKey({ directory, clock: systemClock });
  await assert.rejects(runWitness({ ...options, logs: [current] }), (error) =>
    isGatehouseError(error, 'usage'),
  );
  const rotations = await readRotations(diskFiles, directory);
  const second = await runWitness({ ...options, logs: [current], rotations });
  await second.close();
  await assert.rejects(
    runWitness({ ...options, logs: [old], rotations }),
    (error) => isGatehouseError(error, 'usage'),
    'and not back',
  );
});

/** The real disk, on which nothing works any more from one operation on. */
const stoppingAt = (place: number): FileLayer & { operations: number } => {
  const layer = {
    ...diskFiles,
    operations: 0,
    async open(path: string, mode: 'read' | 'write' | 'write-through', permissions?: number) {
      if (mode !== 'read') count();
      const file = await diskFiles.open(path, mode, permissions);
      const counted =
        <A extends readonly unknown[], R>(act: (...words: A) => Promise<R>) =>
        async (...words: A): Promise<R> => {
          count();
          return act(...words);
        };
      return {
        ...file,
        write: counted(file.write),
        writeThrough: counted(file.writeThrough),
        writeThroughNow: (bytes: Uint8Array, position: number) => {
          count();
          return file.writeThroughNow(bytes, position);
        },
        sync: counted(file.sync),
        truncate: counted(file.truncate),
      };
    },
    async rename(from: string, to: string) {
      count();
      await diskFiles.rename(from, to);
    },
    async remove(path: string) {
      count();
      await diskFiles.remove(path);
    },
  };
  const count = (): void => {
    if (layer.operations++ >= place) throw Object.assign(new Error('stopped'), { code: 'EIO' });
  };
  return layer;
};

test('a rotation that is stopped at any file operation leaves a log that goes on and verifies', async (t) => {
  const whole = stoppingAt(Number.POSITIVE_INFINITY);
  await rotateLogKey({ directory, clock: systemClock, files: whole });
  let old = 0;
  let rotated = 0;
  for (let place = 0; place < whole.operations; place += long ? 1 : 3) {
    rmSync(directory, { recursive: true });
    cpSync(pristine, directory, { recursive: true });
    await assert.rejects(rotateLogKey({ directory, clock: systemClock, files: stoppingAt(place) }));
    await grow(20, 25);
    const isOld =
      readFileSync(join(directory, 'keys', 'log.pub'), 'utf8') === readFileSync(oldPublic, 'utf8');
    if (isOld) old++;
    else rotated++;
    assert.equal(await verdictWith(oldPublic), 'sound', `stopped at ${place}`);
    assert.equal(await verdictWith(join(directory, 'keys', 'log.pub')), 'sound', `stopped at ${place}`);
  }
  assert.ok(old > 0 && rotated > 0, 'both sides of the step were met');
  t.diagnostic(`${whole.operations} operations, ${old} times the old key, ${rotated} times the new one`);
});

test('gatehouse audit rotate-key says the new key and what to do with it', async () => {
  const output = await runCommand(['audit', 'rotate-key', '--data', directory]);
  assert.ok(output.includes(readFileSync(join(directory, 'keys', 'log.pub'), 'utf8').trim()));
  assert.match(output, /log\.rotations/);
  const held = await open();
  await assert.rejects(runCommand(['audit', 'rotate-key', '--data', directory]), /log-locked/);
  await held.close();
});
