// `gatehouse audit` and `gatehouse witness` as people and scripts call them: the real program and its exit codes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openSecurityLog, VERDICTS, type Verdict, type VerifyReport } from '../../src/audit/index.ts';
import { systemClock } from '../../src/core/index.ts';
import { runCommand } from '../harness/gatehouse-process.ts';
import { readJournal, type StoredEntry, writeJournal, writeTiles } from './attacker.ts';
import { type ExampleLog, makeLog, recordEvents } from './example-log.ts';

let example: ExampleLog;
let data: string;
let key: string;

before(async () => {
  example = await makeLog();
  data = join(example.root, 'copy');
  key = join(example.root, 'log.pub');
  cpSync(join(example.data, 'keys', 'log.pub'), key);
});
after(() => example.remove());

const fresh = (): void => {
  rmSync(data, { recursive: true, force: true });
  cpSync(example.data, data, { recursive: true });
};

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

const run = async (...words: string[]): Promise<Ended> => {
  try {
    return { code: 0, stdout: await runCommand(words), stderr: '' };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    return { code, stdout, stderr };
  }
};

const change = (entry: StoredEntry | undefined): StoredEntry => {
  assert.ok(entry);
  const text = entry.entry.toString('utf8').replace('"outcome":"success"', '"outcome":"failure"');
  return { ...entry, entry: Buffer.from(text, 'utf8') };
};

const log = (...parts: string[]): string => join(data, 'log', ...parts);

const rollBack = async (): Promise<void> => {
  rmSync(log('index.db'), { force: true });
  writeJournal(data, readJournal(data).slice(0, 400));
  await writeTiles(data);
  const kept = readFileSync(log('checkpoints.jsonl'), 'utf8').split('\n').slice(0, 3);
  writeFileSync(log('checkpoints.jsonl'), `${kept.join('\n')}\n`);
  writeFileSync(log('checkpoint'), String(JSON.parse(kept[2] ?? '').note));
};

/** What somebody did to the log, by the verdict that it must have. */
const DAMAGE: Record<Verdict, () => Promise<void> | void> = {
  sound: () => undefined,
  edited: () => {
    const entries = readJournal(data);
    writeJournal(data, entries.with(300, change(entries[300])));
  },
  deleted: () => writeJournal(data, readJournal(data).toSpliced(77, 1)),
  reordered: () => {
    const entries = readJournal(data);
    const [a, b] = [entries[200], entries[210]];
    assert.ok(a && b);
    writeJournal(data, entries.with(200, b).with(210, a));
  },
  truncated: rollBack,
  forked: async () => {
    await rollBack();
    const opened = await openSecurityLog({ directory: data, clock: systemClock });
    await recordEvents(opened, 1_000, 1_300);
    await opened.close();
  },
  unreadable: () => writeFileSync(log('log.json'), '{'),
};

for (const [verdict, damage] of Object.entries(DAMAGE)) {
  const expected = VERDICTS[verdict as Verdict];
  test(`gatehouse audit verify ends with ${expected} for a log that is ${verdict}`, async () => {
    fresh();
    await damage();
    const words = ['audit', 'verify', '--data', data, '--public-key', key, '--witness', example.witness];
    const { code, stdout } = await run(...words, '--json');
    const report = JSON.parse(stdout) as VerifyReport & { exitCode: number };
    assert.deepEqual(
      { code, exitCode: report.exitCode, verdict: report.verdict },
      { code: expected, exitCode: expected, verdict },
    );
    if (verdict !== 'edited') return;
    assert.match((await run(...words)).stdout, /^edited\n(?:.*\n)*edited: entry 300 was changed/);
  });
}

test('gatehouse audit verify says that a roll-back is not excluded without a witness', async () => {
  fresh();
  const { code, stdout } = await run('audit', 'verify', '--data', data, '--public-key', key);
  assert.equal(code, 0);
  assert.match(stdout, /Roll-back not excluded/);
});

test('a proof of one event is checked with nothing but the key, and no changed one passes', async () => {
  fresh();
  const proof = join(example.root, 'proof.txt');
  assert.equal((await run('audit', 'prove', '123', '--data', data, '--output', proof)).code, 0);
  assert.equal(statSync(proof).mode & 0o077, 0, 'it may hold personal values');
  rmSync(data, { recursive: true });
  const checked = await run('audit', 'check', proof, '--public-key', key, '--json');
  assert.equal(checked.code, 0);
  const { event, personal } = JSON.parse(checked.stdout);
  assert.deepEqual(
    [event.sequence, event.fields.session, personal.name],
    [123, 'ses_123', `person ${123 % 6}`],
  );
  const text = readFileSync(proof, 'utf8');
  writeFileSync(proof, text.replace('index 123', 'index 122'));
  const wrong = await run('audit', 'check', proof, '--public-key', key, '--json');
  assert.equal(wrong.code, 1);
  assert.equal(JSON.parse(wrong.stderr).error, 'proof-invalid');
  assert.equal((await run('audit', 'prove', 'evt_none', '--data', example.data, '--output', proof)).code, 2);
});

test('gatehouse audit export writes one line an event in every format, and what is asked for', async () => {
  const lines = async (...words: string[]): Promise<string[]> => {
    const { code, stdout } = await run('audit', 'export', '--data', example.data, ...words);
    assert.equal(code, 0);
    return stdout.trimEnd().split('\n');
  };
  const all = await lines('--format', 'jsonl');
  assert.equal(all.length, 600);
  assert.equal(JSON.parse(all[599] ?? '').fields.session, 'ses_599');
  assert.equal((await lines('--format', 'csv')).length, 601);
  const one = await lines('--format', 'ocsf', '--person', 'person 3', '--limit', '1');
  assert.equal(JSON.parse(one[0] ?? '').class_uid, 3002);
  assert.equal((await run('audit', 'export', '--data', example.data, '--format', 'xml')).code, 2);
});

test('gatehouse witness remembers a log for another machine, and ends when it is told to', async () => {
  fresh();
  const directory = join(example.root, 'remote-witness');
  const bin = join(import.meta.dirname, '../../bin/gatehouse.js');
  const words = ['witness', '--listen', '127.0.0.1:0', '--data', directory, '--log', key, '--json'];
  const child = spawn(process.execPath, [bin, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const target = JSON.parse(line.toString('utf8')) as { url: string; key: string; logs: string[] };
    assert.deepEqual(target.logs, ['gatehouse.log/gate-1']);
    const opened = await openSecurityLog({ directory: data, clock: systemClock });
    await opened.addWitness(target);
    await recordEvents(opened, 600, 610);
    await opened.close();
    const { code, stdout } = await run(
      ...['audit', 'verify', '--data', data, '--public-key', key, '--witness', target.url, '--json'],
    );
    assert.equal(code, 0, stdout);
    assert.equal(JSON.parse(stdout).witnessed, 610);
  } finally {
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    assert.equal(code, 0);
  }
  assert.equal((await run('witness', '--listen', 'nowhere', '--data', directory)).code, 2);
});
