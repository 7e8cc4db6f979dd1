// A disk in memory that can fail, fill up, take fewer bytes than offered, and lose what was not flushed.
import { dirname } from 'node:path';
import type { FileLayer, LogFile } from '../../src/audit/files.ts';
import { GatehouseError } from '../../src/core/index.ts';

type Change = { kind: 'write'; position: number; bytes: Buffer } | { kind: 'truncate'; size: number };

class Inode {
  data: Buffer = Buffer.alloc(0);
  durable: Buffer = Buffer.alloc(0);
  pending: Change[] = [];

  apply(change: Change): void {
    this.data = applied(this.data, change);
    this.pending.push(change);
  }

  flush(): void {
    this.durable = this.data;
    this.pending = [];
  }
}

const applied = (data: Buffer, change: Change): Buffer => {
  if (change.kind === 'truncate') {
    const grown = Buffer.alloc(change.size);
    data.copy(grown);
    return grown;
  }
  const grown = Buffer.alloc(Math.max(data.length, change.position + change.bytes.length));
  data.copy(grown);
  change.bytes.copy(grown, change.position);
  return grown;
};

/** What a disk does at one operation. */
export type Mishap = 'pass' | 'stop' | 'full' | 'broken';

export class CrashDisk implements FileLayer {
  /** Operations so far: everything that writes, flushes or names. */
  operations = 0;
  /** Decides about each operation before it happens. After `stop`, nothing works any more. */
  mishap: (operation: number, what: string) => Mishap = () => 'pass';
  /** Most bytes that one write takes. */
  longestWrite = Number.POSITIVE_INFINITY;
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #locks = new Set<string>();
  #stopped = false;

  #operate(what: string): void {
    const mishap = this.#stopped ? 'stop' : this.mishap(this.operations++, what);
    if (mishap === 'stop') {
      this.#stopped = true;
      throw Object.assign(new Error('the process is gone'), { code: 'ESTOPPED' });
    }
    if (mishap === 'full') throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    if (mishap === 'broken') throw Object.assign(new Error('input/output error'), { code: 'EIO' });
  }

  /** The next process finds what this one has written: the disk itself lived on. */
  killProcess(): CrashDisk {
    const next = new CrashDisk();
    for (const [path, inode] of this.#names) next.#names.set(path, inode);
    for (const [path, inode] of this.#durableNames) next.#durableNames.set(path, inode);
    return next;
  }

  /**
   * The next process finds what was flushed; of each thing that was not, `kept` says whether it is there all the same.
   * A write that was kept may still be cut short.
   */
  losePower(kept: () => boolean, cut: (length: number) => number): CrashDisk {
    const next = new CrashDisk();
    const survivors = new Map(this.#durableNames);
    for (const path of new Set([...this.#names.keys(), ...this.#durableNames.keys()])) {
      const [now, before] = [this.#names.get(path), this.#durableNames.get(path)];
      if (now === before || !kept()) continue;
      if (now) survivors.set(path, now);
      else survivors.delete(path);
    }
    const copies = new Map<Inode, Inode>();
    for (const [path, inode] of survivors) {
      const copy = copies.get(inode) ?? new Inode();
      if (!copies.has(inode)) {
        copy.data = inode.durable;
        for (const change of inode.pending) {
          if (!kept()) continue;
          if (change.kind === 'truncate') copy.data = applied(copy.data, change);
          else
            copy.data = applied(copy.data, {
              ...change,
              bytes: change.bytes.subarray(0, cut(change.bytes.length)),
            });
        }
        copy.flush();
        copies.set(inode, copy);
      }
      next.#names.set(path, copy);
      next.#durableNames.set(path, copy);
    }
    return next;
  }

  /** The bytes of a file, to be damaged. */
  damage(path: string, change: (bytes: Buffer) => Buffer): void {
    const inode = this.#names.get(path);
    if (!inode) throw new TypeError(`no file ${path}`);
    inode.data = change(Buffer.from(inode.data));
    inode.flush();
  }

  paths(): string[] {
    return [...this.#names.keys()];
  }

  async open(path: string, mode: 'read' | 'write' | 'write-through'): Promise<LogFile> {
    let found = this.#names.get(path);
    if (!found && mode === 'read') throw Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' });
    if (mode !== 'read') {
      this.#operate(`open ${path}`);
      found = this.#names.get(path) ?? new Inode();
      this.#names.set(path, found);
    }
    const inode = found ?? new Inode();
    const write = (bytes: Uint8Array, position: number): number => {
      const taken = Buffer.from(bytes.subarray(0, this.longestWrite));
      // A process that dies in a write, or a disk that fills up, leaves a part of it.
      try {
        this.#operate(`write ${path}`);
      } catch (error) {
        if (taken.length > 1) {
          inode.apply({ kind: 'write', position, bytes: taken.subarray(0, Math.floor(taken.length / 2)) });
        }
        throw error;
      }
      inode.apply({ kind: 'write', position, bytes: taken });
      return taken.length;
    };
    const sync = (): void => {
      this.#operate(`sync ${path}`);
      inode.flush();
    };
    const writeThrough = (bytes: Uint8Array, position: number): number => {
      const taken = write(bytes, position);
      sync();
      return taken;
    };
    return {
      read: async (position, length) => Buffer.from(inode.data.subarray(position, position + length)),
      write: async (bytes, position) => write(bytes, position),
      sync: async () => sync(),
      writeThrough: async (bytes, position) => writeThrough(bytes, position),
      writeThroughNow: writeThrough,
      truncate: async (size) => {
        this.#operate(`truncate ${path}`);
        inode.apply({ kind: 'truncate', size });
      },
      size: async () => inode.data.length,
      close: async () => undefined,
    };
  }

  async makeDirectory(path: string): Promise<void> {
    this.#operate(`mkdir ${path}`);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#operate(`sync directory ${path}`);
    for (const name of new Set([...this.#names.keys(), ...this.#durableNames.keys()])) {
      if (dirname(name) !== path) continue;
      const inode = this.#names.get(name);
      if (inode) this.#durableNames.set(name, inode);
      else this.#durableNames.delete(name);
    }
  }

  async list(path: string): Promise<string[]> {
    const inside = [...this.#names.keys()].filter((name) => name.startsWith(`${path}/`));
    return [...new Set(inside.map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))];
  }

  async rename(from: string, to: string): Promise<void> {
    this.#operate(`rename ${to}`);
    const inode = this.#names.get(from);
    if (!inode) throw Object.assign(new Error(`no file ${from}`), { code: 'ENOENT' });
    this.#names.delete(from);
    this.#names.set(to, inode);
  }

  async remove(path: string): Promise<void> {
    this.#operate(`remove ${path}`);
    this.#names.delete(path);
  }

  async removeDirectory(path: string): Promise<void> {
    this.#operate(`remove directory ${path}`);
    for (const name of [...this.#names.keys()]) if (name.startsWith(`${path}/`)) this.#names.delete(name);
  }

  async read(path: string): Promise<Buffer | undefined> {
    const inode = this.#names.get(path);
    return inode && Buffer.from(inode.data);
  }

  async exists(path: string): Promise<boolean> {
    return this.#names.has(path) || [...this.#names.keys()].some((name) => name.startsWith(`${path}/`));
  }

  lock(directory: string): { release(): void } {
    if (this.#locks.has(directory)) throw new GatehouseError('log-locked', `${directory} is locked`);
    this.#locks.add(directory);
    return { release: () => void this.#locks.delete(directory) };
  }
}
