import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { diskFiles } from '../../src/audit/files.ts';
import { consistencyProof, inclusionProof } from '../../src/audit/tree/proofs.ts';
import { TileReader } from '../../src/audit/tree/tile-reader.ts';
import { type ExampleLog, makeLog } from './example-log.ts';

// C42: code that others wrote, and that knows nothing of this project, comes to the same conclusion.

const GO = ['/usr/local/go/bin/go', '/usr/bin/go'].find((path) => existsSync(path)) ?? 'go';
const hasGo = spawnSync(GO, ['version']).status === 0;

let example: ExampleLog;
let checker = '';
let claims: Record<string, unknown>;

before(async () => {
  if (!hasGo) return;
  example = await makeLog('gate-1', 700, [1, 100, 256, 400, 512]);
  checker = join(example.root, 'checker');
  execFileSync(GO, ['build', '-o', checker, '.'], {
    cwd: join(import.meta.dirname, 'checker'),
    stdio: 'inherit',
  });
  claims = await gather();
});
after(() => example?.remove());

const gather = async (): Promise<Record<string, unknown>> => {
  const log = join(example.data, 'log');
  const checkpoints = readFileSync(join(log, 'checkpoints.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): string => JSON.parse(line).note);
  const sizes = [...new Set(checkpoints.map((note) => Number(note.split('\n')[1])))];
  const encode = (proof: readonly Buffer[]) => proof.map((hash) => hash.toString('base64'));
  const inclusion = [];
  const consistency = [];
  for (const size of sizes) {
    const { hashes } = new TileReader(diskFiles, join(log, 'tile'), size);
    for (const index of [0, 1, 99, 255, 256, 511, size - 1].filter((index) => index < size)) {
      inclusion.push({ index, size, proof: encode(await inclusionProof(hashes, index, size)) });
    }
    for (const old of sizes.filter((other) => other <= size)) {
      consistency.push({ old, size, proof: encode(await consistencyProof(hashes, old, size)) });
    }
  }
  return {
    directory: log,
    logKey: readFileSync(join(example.data, 'keys', 'log.pub'), 'utf8').trim(),
    witnessKey: readFileSync(join(example.witness, 'witness.pub'), 'utf8').trim(),
    checkpoints,
    inclusion,
    consistency,
  };
};

const run = (changed: Record<string, unknown>): { status: number | null; output: string } => {
  const file = join(example.root, 'claims.json');
  writeFileSync(file, JSON.stringify(changed));
  const { status, stdout, stderr } = spawnSync(checker, [file], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
};

const options = hasGo ? {} : { skip: 'there is no Go on this machine to build the checker with' };

test("Go's checksum database code accepts our notes, checkpoints, tiles and proofs", options, () => {
  const { status, output } = run(claims);
  assert.equal(status, 0, output);
  assert.match(output, /700 entries, \d+ inclusion and 21 consistency proofs/);
});

test('the same code refuses what was changed', options, () => {
  const swap = (text: string): string =>
    text.replace(/^(.{20})(.)/s, (_, head: string, one: string) => head + (one === 'A' ? 'B' : 'A'));
  const checkpoints = claims['checkpoints'] as string[];
  const inclusion = claims['inclusion'] as { proof: string[] }[];
  const at = inclusion.findIndex(({ proof }) => proof.length > 0);
  const forged = inclusion.with(at, {
    ...inclusion[at],
    proof: (inclusion[at]?.proof ?? []).with(0, Buffer.alloc(32).toString('base64')),
  });
  assert.equal(run({ ...claims, checkpoints: checkpoints.map(swap) }).status, 1);
  assert.equal(run({ ...claims, inclusion: forged }).status, 1);
});
