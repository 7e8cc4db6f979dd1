import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatehouseError } from '../core/index.ts';
import { loadConfig } from './load.ts';
import type { LoadedConfig } from './parse.ts';
import { watchConfig } from './watch.ts';

let directory: string;
let file: string;
let changes: { loaded: LoadedConfig; changed: readonly string[] }[];
let rejections: GatehouseError[];
let close: () => void;

const config = (idle: string) => `sessions: { idle: ${idle} }\n`;

const until = async (condition: () => boolean, what: string): Promise<void> => {
  const end = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > end)
      assert.fail(`${what}: ${changes.length} changes, ${rejections.length} rejections`);
    await sleep(10);
  }
};

const start = async (options: { poll?: number; debounce?: number } = {}): Promise<void> => {
  const watcher = watchConfig(file, {
    current: await loadConfig(file),
    onChange: (loaded, changed) => changes.push({ loaded, changed }),
    onRejected: (error) => rejections.push(error),
    debounce: options.debounce ?? 20,
    poll: options.poll ?? 60_000,
  });
  close = () => watcher.close();
  await sleep(50);
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-config-'));
  file = join(directory, 'gatehouse.yaml');
  changes = [];
  rejections = [];
  await writeFile(file, config('20m'));
});

afterEach(async () => {
  close();
  await rm(directory, { recursive: true });
});

test('an edit in place is taken over, with the fields that changed', async () => {
  await start();
  await writeFile(file, config('25m'));
  await until(() => changes.length === 1, 'edit');
  assert.equal(changes[0]?.loaded.config.sessions.idle, 1_500_000);
  assert.deepEqual(changes[0]?.changed, ['sessions.idle']);
});

test('a file that an editor replaces is followed, again and again', async () => {
  await start();
  for (const [index, idle] of ['21m', '22m', '23m'].entries()) {
    await writeFile(join(directory, '.swap'), config(idle));
    await rename(join(directory, '.swap'), file);
    await until(() => changes.length === index + 1, idle);
  }
  assert.equal(changes.at(-1)?.loaded.config.sessions.idle, 1_380_000);
});

test('a link that is turned to another directory is followed, as orchestrators do it', async () => {
  const [one, two] = [join(directory, 'one.yaml'), join(directory, 'two.yaml')];
  await writeFile(one, config('20m'));
  await writeFile(two, config('24m'));
  await unlink(file);
  await symlink(one, file);
  await start({ poll: 50 });
  await symlink(two, join(directory, 'next'));
  await rename(join(directory, 'next'), file);
  await until(() => changes.length === 1, 'link');
  assert.equal(changes[0]?.loaded.config.sessions.idle, 1_440_000);
});

test('an invalid edit is reported once and changes nothing; the next valid one counts', async () => {
  await start({ poll: 30 });
  await writeFile(file, config('soon'));
  await until(() => rejections.length === 1, 'rejection');
  await sleep(200);
  assert.equal(rejections.length, 1);
  assert.equal(rejections[0]?.code, 'config-invalid');
  assert.equal(changes.length, 0);
  await writeFile(file, config('26m'));
  await until(() => changes.length === 1, 'correction');
});

test('a file that vanishes is reported, and taken up again when it is back', async () => {
  await start({ poll: 30 });
  await unlink(file);
  await until(() => rejections.length === 1, 'vanished');
  assert.equal(rejections[0]?.code, 'config-unreadable');
  await writeFile(file, config('27m'));
  await until(() => changes.length === 1, 'back');
});

test('a comment changes nothing, and neither does writing the same again', async () => {
  // Long enough for a loaded machine to write the whole file: half of one is another configuration.
  await start({ poll: 30, debounce: 400 });
  await writeFile(file, `# a comment\n${config('20m')}`);
  await writeFile(file, config('20m'));
  await sleep(900);
  assert.equal(changes.length, 0);
  assert.equal(rejections.length, 0);
});

test('a file that is empty while it is being written is not taken over by a look in between', async () => {
  await start({ poll: 10, debounce: 600 });
  await writeFile(file, '');
  await sleep(200);
  await writeFile(file, config('20m'));
  await sleep(900);
  assert.equal(changes.length, 0);
  assert.equal(rejections.length, 0);
});

test('nothing is called after close', async () => {
  await start({ poll: 20 });
  close();
  await writeFile(file, config('28m'));
  await sleep(150);
  assert.equal(changes.length, 0);
});
