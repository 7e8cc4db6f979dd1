import { constants, fdatasync, fdatasyncSync, write, writeSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { GatehouseError } from '../core/index.ts';
import { type DirectoryLock, lockDirectory } from './lock.ts';

/** One open file of the log. Positions and lengths are bytes. */
export interface LogFile {
  /** Reads up to `length` bytes at `position`; fewer at the end of the file. */
  read(position: number, length: number): Promise<Buffer>;
  /** Writes at `position` and returns how many bytes were taken, which may be fewer than offered. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Resolves when everything written so far survives a loss of power. */
  sync(): Promise<void>;
  /** {@link write} and {@link sync} in one: resolves when the bytes that were taken survive a loss of power. */
  writeThrough(bytes: Uint8Array, position: number): Promise<number>;
  /** The same, while the event loop waits. */
  writeThroughNow(bytes: Uint8Array, position: number): number;
  truncate(size: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Every touch of the disk by which the log grows goes through this port, so that the tests can count the operations
 * and stop, fill the disk or cut a write short at each of them.
 */
export interface FileLayer {
  /**
   * Opens for reading and, with `write`, for writing, making the file with this mode when it is missing. With
   * `write-through` every write is one that survives a loss of power.
   */
  open(path: string, mode: 'read' | 'write' | 'write-through', permissions?: number): Promise<LogFile>;
  makeDirectory(path: string): Promise<void>;
  /** Makes new names and removed names in the directory survive a loss of power. */
  syncDirectory(path: string): Promise<void>;
  list(path: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes a directory with all that is in it, if it is there. */
  removeDirectory(path: string): Promise<void>;
  /** The whole of a small file, undefined when there is none. */
  read(path: string): Promise<Buffer | undefined>;
  exists(path: string): Promise<boolean>;
  /**
   * Takes a directory for this process alone.
   * @throws {GatehouseError} `log-locked` when another one has it.
   */
  lock(directory: string): DirectoryLock;
}

/** The code of a failed system call (`ENOENT`, `ENOSPC`), undefined for any other error. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^E[A-Z0-9]+$/.test(error.code)
    ? error.code
    : undefined;

const orUndefined = async <T>(promise: Promise<T>): Promise<T | undefined> => {
  try {
    return await promise;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * Linux flushes with the write when it is asked to: one call, and one way to the thread pool and back, instead of two.
 * Elsewhere the flag is missing, or does not reach the disk itself (macOS).
 */
const DATA_SYNC = process.platform === 'linux' ? constants.O_DSYNC : 0;

/** The real disk. */
export const diskFiles: FileLayer = {
  async open(path, mode, permissions = 0o600) {
    const through = mode === 'write-through';
    const flags = mode === 'read' ? constants.O_RDONLY : constants.O_RDWR | constants.O_CREAT;
    const handle = await open(path, through ? flags | DATA_SYNC : flags, permissions);
    return {
      async read(position, length) {
        const buffer = Buffer.allocUnsafe(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      },
      async write(bytes, position) {
        return (await handle.write(bytes, 0, bytes.length, position)).bytesWritten;
      },
      sync: () => handle.datasync(),
      writeThrough: (bytes, position) =>
        new Promise((resolve, reject) => {
          // Callbacks and the bare descriptor: this is what every sign-in waits for, and promises of handles cost
          // as much again as the call.
          write(handle.fd, bytes, 0, bytes.length, position, (error, taken) => {
            if (error) return reject(error);
            if (through && DATA_SYNC !== 0) return resolve(taken);
            fdatasync(handle.fd, (failed) => (failed ? reject(failed) : resolve(taken)));
          });
        }),
      writeThroughNow: (bytes, position) => {
        const taken = writeSync(handle.fd, bytes, 0, bytes.length, position);
        if (!through || DATA_SYNC === 0) fdatasyncSync(handle.fd);
        return taken;
      },
      truncate: (size) => handle.truncate(size),
      size: async () => (await handle.stat()).size,
      close: () => handle.close(),
    };
  },
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  async syncDirectory(path) {
    // Windows has no handle on a directory to flush; its file system journals the names by itself.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  list: async (path) => (await orUndefined(readdir(path))) ?? [],
  rename,
  remove: async (path) => {
    await orUndefined(unlink(path));
  },
  removeDirectory: (path) => rm(path, { recursive: true, force: true }),
  read: (path) => orUndefined(readFile(path)),
  exists: async (path) => (await orUndefined(stat(path))) !== undefined,
  lock: lockDirectory,
};

const nothingTaken = (): GatehouseError =>
  new GatehouseError('log-unavailable', 'the disk takes no more bytes', {
    remedy: 'Make room on the disk that holds the data directory.',
  });

/** Writes all of `bytes` at `position`, however short the single writes are. */
export const writeFully = async (
  file: LogFile,
  bytes: Uint8Array,
  position: number,
  how: 'write' | 'writeThrough' = 'write',
): Promise<void> => {
  let done = 0;
  while (done < bytes.length) {
    const taken = await file[how](done === 0 ? bytes : bytes.subarray(done), position + done);
    if (taken === 0) throw nothingTaken();
    done += taken;
  }
};

/** {@link writeFully} with `writeThroughNow`. */
export const writeFullyNow = (file: LogFile, bytes: Uint8Array, position: number): void => {
  for (let done = 0; done < bytes.length; ) {
    const taken = file.writeThroughNow(done === 0 ? bytes : bytes.subarray(done), position + done);
    if (taken === 0) throw nothingTaken();
    done += taken;
  }
};

/**
 * Puts a file that can be made again at `path`. A loss of power may take the name again; with `sync`, wherever the
 * name is there, so are the bytes.
 */
export const putDerived = async (
  files: FileLayer,
  path: string,
  bytes: Uint8Array,
  sync: boolean,
): Promise<void> => {
  const fresh = `${path}.new`;
  const file = await files.open(fresh, 'write', 0o644);
  try {
    await file.truncate(0);
    await writeFully(file, bytes, 0);
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(fresh, path);
};

/**
 * Puts `bytes` in place of the file at `path` in one step: readers see the old content or the new one, and after a
 * loss of power one of the two is there.
 */
export const replaceFile = async (
  files: FileLayer,
  path: string,
  bytes: Uint8Array,
  permissions = 0o600,
): Promise<void> => {
  const fresh = `${path}.new`;
  await files.remove(fresh);
  const file = await files.open(fresh, 'write', permissions);
  try {
    await writeFully(file, bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(fresh, path);
  await files.syncDirectory(path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))));
};
