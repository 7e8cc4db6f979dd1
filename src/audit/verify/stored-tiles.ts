import { join } from 'node:path';
import type { FileLayer } from '../files.ts';
import { HASH_SIZE } from '../tree/hashes.ts';
import { bundlePath, hashesAtLevel, TILE_WIDTH, tilePath } from '../tree/tile-paths.ts';

/** Compares tiles and bundles, as they stand in the log's folder, with what the journal makes of them. */
export class StoredTiles {
  readonly #files: FileLayer;
  readonly #directory: string;
  readonly #size: number;
  readonly #wrong = new Set<string>();
  /** The tile of each level that the walk is in, its hashes as one latin1 text. */
  readonly #tiles: ({ index: number; hashes: string | undefined } | undefined)[] = [];
  #bundle: { index: number; bytes: Buffer | undefined; at: number; left: number } | undefined;
  #absent = 0;

  /** `size` is that of the newest checkpoint: what lies behind it has no tiles yet. */
  constructor(files: FileLayer, directory: string, size: number) {
    this.#files = files;
    this.#directory = directory;
    this.#size = size;
  }

  /** Paths of tiles and bundles that hold something else; at most 1,000 are named. */
  get wrong(): readonly string[] {
    return [...this.#wrong];
  }

  /** Tiles that are not there, or cut off; they are derived and can be made again. */
  get absent(): number {
    return this.#absent;
  }

  #width(level: number, index: number): number {
    return Math.min(TILE_WIDTH, hashesAtLevel(this.#size, level) - index * TILE_WIDTH);
  }

  #mark(path: string): void {
    if (this.#wrong.size < 1_000) this.#wrong.add(path);
  }

  async #load(path: string, width: number, full: string): Promise<Buffer | undefined> {
    const bytes = await this.#files.read(join(this.#directory, path));
    // A partial tile may have given way to the full one.
    return bytes ?? (width < TILE_WIDTH ? this.#files.read(join(this.#directory, full)) : undefined);
  }

  /** Must be awaited before the first hash of a tile is compared; `bundles` unless retention removed the entries. */
  async enter(level: number, index: number, bundles: boolean): Promise<void> {
    if (this.#tiles[level]?.index === index) return;
    const width = this.#width(level, index);
    if (width <= 0) return;
    const bytes = await this.#load(tilePath(level, index, width), width, tilePath(level, index, TILE_WIDTH));
    const cut = bytes === undefined || bytes.length < width * HASH_SIZE;
    if (cut) this.#absent++;
    this.#tiles[level] = { index, hashes: cut ? undefined : bytes.toString('latin1') };
    if (level > 0 || !bundles) return;
    const bundle = await this.#load(bundlePath(index, width), width, bundlePath(index, TILE_WIDTH));
    if (!bundle || bundle.length === 0) this.#absent++;
    this.#bundle = { index, bytes: bundle?.length === 0 ? undefined : bundle, at: 0, left: width };
  }

  /** Compares one hash, given as latin1 text. */
  hash(level: number, index: number, hash: string): void {
    const tile = this.#tiles[level];
    const at = (index % TILE_WIDTH) * HASH_SIZE;
    if (!tile?.hashes || tile.index !== Math.floor(index / TILE_WIDTH) || at + HASH_SIZE > tile.hashes.length)
      return;
    if (tile.hashes.startsWith(hash, at)) return;
    this.#mark(tilePath(level, tile.index, this.#width(level, tile.index)));
  }

  /** Compares an entry, given with the zero byte in front of it. */
  entry(prefixed: Buffer): void {
    const bundle = this.#bundle;
    // Entries behind the newest checkpoint are not in its bundle.
    if (!bundle?.bytes || bundle.at < 0 || bundle.left === 0) return;
    bundle.left--;
    const start = bundle.at + 2;
    const length = prefixed.length - 1;
    const end = start + length;
    const same =
      end <= bundle.bytes.length &&
      bundle.bytes.readUInt16BE(bundle.at) === length &&
      bundle.bytes.compare(prefixed, 1, prefixed.length, start, end) === 0;
    bundle.at = same ? end : -1;
    if (!same) this.#mark(bundlePath(bundle.index, this.#width(0, bundle.index)));
  }
}
