import { dirname, join } from 'node:path';
import { type FileLayer, putDerived } from '../files.ts';
import { bundlePath, hashesAtLevel, TILE_WIDTH, tileLevels, tilePath } from './tile-paths.ts';
import { type FullTile, joinHashes, TileTree } from './tile-tree.ts';

/** Entries as tlog-tiles bundles them: each with its length in two bytes, big-endian. */
export const bundleEntries = (entries: readonly Uint8Array[]): Buffer => {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(entry.length);
    parts.push(length, entry);
  }
  return Buffer.concat(parts);
};

/** What a tree looked like at one moment: enough to write its partial tiles and sign its root. */
export interface TreeSnapshot {
  size: number;
  root: Buffer;
  edge: readonly (readonly Buffer[])[];
  /** The entries of the bundle at the right edge. */
  entries: readonly Uint8Array[];
}

interface FullBundle {
  index: number;
  entries: readonly Uint8Array[];
}

/** Files that are written at once: most of the time of one is waiting for the disk and for a turn of the loop. */
const TOGETHER = 8;

/** Waits for all, also where some fail: what fails is written again, and must not meet itself. */
const allDone = async (work: readonly Promise<void>[]): Promise<void> => {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
};

/** Directories known to exist; a tile's folder changes every thousand tiles, so few are remembered. */
const MOST_KNOWN = 64;

/**
 * Grows the tree and writes its tiles and bundles. Their names are not flushed: tiles are derived from the journal,
 * and what a loss of power takes is made again.
 */
export class TileWriter {
  readonly #files: FileLayer;
  readonly #directory: string;
  readonly #tree: TileTree;
  readonly #known = new Set<string>();
  #entries: Uint8Array[] = [];
  /** Whether `#entries` holds all of the bundle at the right edge: retention may have removed its beginning. */
  #whole = true;
  #tiles: FullTile[] = [];
  #bundles: FullBundle[] = [];

  constructor(files: FileLayer, directory: string) {
    this.#files = files;
    this.#directory = directory;
    this.#tree = new TileTree((tile) => this.#tiles.push(tile));
  }

  get size(): number {
    return this.#tree.size;
  }

  /** Full tiles that wait to be written. */
  get behind(): number {
    return this.#tiles.length;
  }

  /** Goes on from a tree whose tiles are written. */
  restore(size: number, edge: readonly (readonly Buffer[])[]): void {
    this.#tree.restore(size, edge);
    this.#entries = [];
    this.#whole = size % TILE_WIDTH === 0;
    this.#tiles = [];
    this.#bundles = [];
  }

  root(): Buffer {
    return this.#tree.root();
  }

  /** Grows the tree; an entry that retention removed is left out, and with it the rest of its bundle. */
  append(leaf: Buffer, entry: Uint8Array | undefined): void {
    if (!entry) this.#whole = false;
    else if (this.#whole) this.#entries.push(entry);
    const place = this.#tree.size;
    this.#tree.append(leaf);
    if ((place + 1) % TILE_WIDTH !== 0) return;
    if (this.#whole) this.#bundles.push({ index: Math.floor(place / TILE_WIDTH), entries: this.#entries });
    this.#entries = [];
    this.#whole = true;
  }

  snapshot(): TreeSnapshot {
    const { size } = this.#tree;
    const edge = Array.from({ length: tileLevels(size) }, (_, level) => [...this.#tree.edge(level)]);
    return { size, root: this.#tree.root(), edge, entries: [...this.#entries] };
  }

  async #put(path: string, bytes: Uint8Array, sync: boolean): Promise<void> {
    const full = join(this.#directory, path);
    const folder = dirname(full);
    if (!this.#known.has(folder)) {
      await this.#files.makeDirectory(folder);
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      this.#known.add(folder);
    }
    await putDerived(this.#files, full, bytes, sync);
  }

  async #dropPartial(path: string): Promise<void> {
    const folder = join(this.#directory, `${path}.p`);
    this.#known.delete(folder);
    await this.#files.removeDirectory(folder);
  }

  async #putFull(path: string, bytes: Uint8Array): Promise<void> {
    await this.#put(path, bytes, true);
    await this.#dropPartial(path);
  }

  /** Writes the tiles and bundles that became full. What fails is tried again with the next call. */
  async writeFull(): Promise<void> {
    while (this.#bundles.length > 0) {
      const some = this.#bundles.slice(0, TOGETHER);
      await allDone(
        some.map(({ index, entries }) =>
          this.#putFull(bundlePath(index, TILE_WIDTH), bundleEntries(entries)),
        ),
      );
      this.#bundles.splice(0, some.length);
    }
    while (this.#tiles.length > 0) {
      const some = this.#tiles.slice(0, TOGETHER);
      await allDone(
        some.map(({ level, index, hashes }) =>
          this.#putFull(tilePath(level, index, TILE_WIDTH), joinHashes(hashes)),
        ),
      );
      this.#tiles.splice(0, some.length);
    }
  }

  /** Writes every tile that a checkpoint of this snapshot needs (tlog-tiles, Partial Tiles). */
  async write({ size, edge, entries }: TreeSnapshot): Promise<void> {
    await this.writeFull();
    for (const [level, hashes] of edge.entries()) {
      const index = Math.floor(hashesAtLevel(size, level) / TILE_WIDTH);
      if (hashes.length > 0)
        await this.#put(tilePath(level, index, hashes.length), joinHashes(hashes), false);
    }
    const index = Math.floor(size / TILE_WIDTH);
    if (entries.length > 0) await this.#put(bundlePath(index, entries.length), bundleEntries(entries), false);
  }
}
