import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { GatehouseError, isGatehouseError, parseJson } from '../core/index.ts';
import { toStoreError } from './store-error.ts';

/** Held by the owner for as long as it lives; empty. Nothing else may open it: closing it would drop the lock (POSIX). */
const LOCK = 'owner.lock';
/** Says who the owner is; only for people to read. */
const OWNER = 'owner.json';

/** Files of a data directory that belong to the running process and not to the data. */
export const OWNER_FILES: readonly string[] = [LOCK, OWNER];

/** Locks that this process holds: one that is only held by a variable would be closed, and so dropped, when that is collected. */
const heldLocks = new Set<DatabaseSync>();

const ownerSchema = z.object({ pid: z.int(), startedAt: z.string() });

export interface DataLock {
  /** Gives the directory up; also happens by itself when the process dies. */
  release(): void;
}

const ownerOf = (directory: string): string => {
  try {
    const owner = ownerSchema.parse(parseJson(readFileSync(join(directory, OWNER), 'utf8')));
    return `process ${owner.pid}, started ${owner.startedAt}`;
  } catch {
    return 'another process';
  }
};

const prepare = (directory: string): void => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Only what is ours to close: a folder that was empty or was a data directory before, not one that was named by mistake.
  const names = readdirSync(directory);
  if (names.length === 0 || names.includes(LOCK)) chmodSync(directory, 0o700);
  try {
    // Never opened when it is there: closing it would drop the lock that this process may hold.
    closeSync(openSync(join(directory, LOCK), 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
};

/**
 * Makes this process the one owner of a data directory, made with mode 0700 when absent. The kernel holds the lock (that
 * of an SQLite file), so a dead owner's is gone with it, whatever process has its number now.
 * @throws {GatehouseError} `data-locked` naming the owner's process, `store-read-only`, `disk-full`.
 */
export const lockDataDirectory = (directory: string): DataLock => {
  let lock: DatabaseSync | undefined;
  try {
    prepare(directory);
    lock = new DatabaseSync(join(directory, LOCK), { timeout: 0 });
    lock.exec('begin exclusive');
    const owner = { pid: process.pid, startedAt: new Date().toISOString() };
    writeFileSync(join(directory, OWNER), `${JSON.stringify(owner)}\n`, { mode: 0o600 });
    const held = lock;
    heldLocks.add(held);
    return {
      release: () => {
        if (!heldLocks.delete(held)) return;
        rmSync(join(directory, OWNER), { force: true });
        held.close();
      },
    };
  } catch (error) {
    lock?.close();
    const coded = toStoreError(error);
    if (!isGatehouseError(coded, 'store-locked')) throw coded;
    throw new GatehouseError('data-locked', `${directory} belongs to ${ownerOf(directory)}`, {
      cause: error,
      remedy: 'Stop that process, or name another directory with --data.',
    });
  }
};
