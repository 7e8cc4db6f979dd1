import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isGatehouseError } from '../../src/core/index.ts';
import { lockDataDirectory } from '../../src/store/index.ts';
import { temporaryFolders } from './engines.ts';

const DOOR = join(import.meta.dirname, '../../src/store/index.ts');

/** Another process that takes the directory and keeps it until it is killed. */
const holder = async (directory: string) => {
  const script = `
    const { lockDataDirectory } = await import(${JSON.stringify(DOOR)});
    lockDataDirectory(${JSON.stringify(directory)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
};

/** Another process that tries to take the directory, says how it went, and keeps what it got until it may leave. */
const attempt = (directory: string) => {
  const script = `
    const { lockDataDirectory } = await import(${JSON.stringify(DOOR)});
    try { lockDataDirectory(${JSON.stringify(directory)}); console.log('mine'); } catch (error) { console.log(error.code); }
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const result = once(child.stdout, 'data').then(([chunk]) => String(chunk).trim());
  const leave = () => {
    child.stdin.end();
  };
  return { result, leave };
};

describe('the lock of a data directory', () => {
  const folder = temporaryFolders();

  test('a directory that is made has mode 0700 and its files 0600', () => {
    const directory = join(folder(), 'deep', 'data');
    const lock = lockDataDirectory(directory);
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    for (const file of ['owner.lock', 'owner.json']) {
      assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600, file);
    }
    lock.release();
  });

  test('an empty directory is closed to others, one with foreign files keeps its mode', () => {
    const [empty, foreign] = [folder(), folder()];
    chmodSync(empty, 0o755);
    chmodSync(foreign, 0o755);
    writeFileSync(join(foreign, 'notes.txt'), '');
    lockDataDirectory(empty).release();
    lockDataDirectory(foreign).release();
    assert.equal(statSync(empty).mode & 0o777, 0o700);
    assert.equal(statSync(foreign).mode & 0o777, 0o755);
  });

  test('a second owner is refused and told which process to stop', async () => {
    const directory = folder();
    const child = await holder(directory);
    assert.throws(
      () => lockDataDirectory(directory),
      (error) =>
        isGatehouseError(error, 'data-locked') &&
        error.message.includes(`process ${child.pid}`) &&
        !!error.remedy,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockDataDirectory(directory).release();
  });

  test('the same process cannot own a directory twice, and can again after it gave it up', async () => {
    const directory = folder();
    const lock = lockDataDirectory(directory);
    assert.throws(
      () => lockDataDirectory(directory),
      (error) => isGatehouseError(error, 'data-locked') && error.message.includes(String(process.pid)),
    );
    const other = attempt(directory);
    assert.equal(await other.result, 'data-locked', 'the try has not loosened the lock');
    other.leave();
    lock.release();
    lock.release();
    lockDataDirectory(directory).release();
  });

  test('the lock outlives a caller that forgets it', async () => {
    const directory = folder();
    const script = `
      const { lockDataDirectory } = await import(${JSON.stringify(DOOR)});
      lockDataDirectory(${JSON.stringify(directory)});
      globalThis.gc();
      await new Promise((done) => setTimeout(done, 50));
      globalThis.gc();
      console.log('collected');
      process.stdin.resume();`;
    const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      assert.throws(
        () => lockDataDirectory(directory),
        (error) => isGatehouseError(error, 'data-locked'),
      );
    } finally {
      child.kill();
    }
  });

  test('the note of a dead owner whose process number somebody else has now does not lock', () => {
    const directory = folder();
    mkdirSync(directory, { recursive: true });
    writeFileSync(
      join(directory, 'owner.json'),
      JSON.stringify({ pid: process.ppid, startedAt: '2026-01-01' }),
    );
    writeFileSync(join(directory, 'owner.lock'), '');
    lockDataDirectory(directory).release();
  });

  test("of many processes that want a dead owner's directory at once, one gets it", async () => {
    const directory = folder();
    const child = await holder(directory);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const rivals = Array.from({ length: 4 }, () => attempt(directory));
    const outputs = await Promise.all(rivals.map(({ result }) => result));
    for (const { leave } of rivals) leave();
    assert.deepEqual(outputs.sort(), ['data-locked', 'data-locked', 'data-locked', 'mine']);
  });

  test('a path that cannot be a directory is a coded error', () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    assert.throws(
      () => lockDataDirectory(join(file, 'data')),
      (error) => isGatehouseError(error, 'store-unavailable'),
    );
  });
});
