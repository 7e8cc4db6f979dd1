import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GatehouseError } from '../core/index.ts';

/** A lock that the system takes back by itself when its process dies, however it dies. */
export interface DirectoryLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes a directory for this process alone. SQLite's file lock is used because Node offers no other one that
 * vanishes with its process on every system.
 * @throws {GatehouseError} `log-locked` when another process (or another part of this one) has it.
 */
export const lockDirectory = (directory: string): DirectoryLock => {
  const path = join(directory, 'lock');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    const busy = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
    if (busy) {
      throw new GatehouseError('log-locked', `another process writes to the log in ${directory}`, {
        remedy: 'Stop the other Gatehouse on this data directory, or give this one its own.',
        cause,
      });
    }
    throw new GatehouseError('log-unavailable', `the log in ${directory} cannot be opened for writing`, {
      remedy: 'Make the directory writable for the user that runs Gatehouse, and check the disk.',
      cause,
    });
  }
  const held = database;
  return { release: () => held.close() };
};
