import { join } from 'node:path';
import { GatehouseError } from '../../core/index.ts';
import type { FileLayer } from '../files.ts';
import { HASH_SIZE, nodeHash } from './hashes.ts';
import type { SubtreeHashes } from './proofs.ts';
import { hashesAtLevel, TILE_WIDTH, tileLevels, tilePath } from './tile-paths.ts';
import { splitHashes } from './tile-tree.ts';

/** Tiles in memory: 128 of 8 KiB each, however large the tree. */
const MOST_CACHED = 128;

const missing = (path: string): GatehouseError =>
  new GatehouseError('log-damaged', `the tile ${path} is missing or too short`, {
    remedy: 'Start the gate once: tiles are derived from the journal and are made again.',
  });

/** Reads hashes of the tree of `size` leaves from its tiles. */
export class TileReader {
  readonly #files: FileLayer;
  readonly #directory: string;
  readonly #size: number;
  readonly #cache = new Map<string, Buffer[]>();

  constructor(files: FileLayer, directory: string, size: number) {
    this.#files = files;
    this.#directory = directory;
    this.#size = size;
  }

  /** How many hashes a tile has in this tree. */
  width(level: number, index: number): number {
    return Math.min(TILE_WIDTH, Math.max(0, hashesAtLevel(this.#size, level) - index * TILE_WIDTH));
  }

  async #load(level: number, index: number): Promise<Buffer[]> {
    const width = this.width(level, index);
    // A partial tile may be gone once the full one is there (tlog-tiles, Partial Tiles).
    for (const stored of width === TILE_WIDTH ? [TILE_WIDTH] : [width, TILE_WIDTH]) {
      const hashes = await this.#read(level, index, stored, width);
      if (hashes) return hashes;
    }
    // Where a loss of power took it, a wider one begins with the same hashes.
    const folder = join(this.#directory, `${tilePath(level, index, TILE_WIDTH)}.p`);
    const wider = (await this.#files.list(folder)).map(Number).filter((other) => other > width);
    for (const stored of wider.sort((a, b) => b - a)) {
      const hashes = await this.#read(level, index, stored, width);
      if (hashes) return hashes;
    }
    throw missing(tilePath(level, index, width));
  }

  async #read(level: number, index: number, stored: number, width: number): Promise<Buffer[] | undefined> {
    const bytes = await this.#files.read(join(this.#directory, tilePath(level, index, stored)));
    if (bytes?.length !== stored * HASH_SIZE) return undefined;
    return splitHashes(bytes.subarray(0, width * HASH_SIZE));
  }

  /**
   * The hashes of a tile.
   * @throws {GatehouseError} `log-damaged` when the tile is missing or too short.
   */
  async tile(level: number, index: number): Promise<Buffer[]> {
    const key = `${level}/${index}`;
    const cached = this.#cache.get(key);
    if (cached) return cached;
    const hashes = await this.#load(level, index);
    if (this.#cache.size >= MOST_CACHED) this.#cache.delete(this.#cache.keys().next().value ?? '');
    this.#cache.set(key, hashes);
    return hashes;
  }

  /** Hashes of whole subtrees, for roots and proofs. */
  readonly hashes: SubtreeHashes = async (level, index) => {
    const tileLevel = Math.floor(level / 8);
    const span = 2 ** (level % 8);
    const at = index * span;
    const tile = await this.tile(tileLevel, Math.floor(at / TILE_WIDTH));
    let row = tile.slice(at % TILE_WIDTH, (at % TILE_WIDTH) + span);
    if (row.length !== span) throw missing(tilePath(tileLevel, Math.floor(at / TILE_WIDTH), tile.length));
    while (row.length > 1) {
      const above: Buffer[] = [];
      for (let i = 0; i + 1 < row.length; i += 2) {
        const [left, right] = [row[i], row[i + 1]];
        if (left && right) above.push(nodeHash(left, right));
      }
      row = above;
    }
    const [hash] = row;
    if (!hash) throw missing(tilePath(tileLevel, Math.floor(at / TILE_WIDTH), tile.length));
    return hash;
  };

  /** The right edge of the tree, level by level, as a `TileTree` goes on from it. */
  async edge(): Promise<Buffer[][]> {
    const levels: Buffer[][] = [];
    for (let level = 0; level < tileLevels(this.#size); level++) {
      const count = hashesAtLevel(this.#size, level);
      levels.push(count % TILE_WIDTH === 0 ? [] : await this.tile(level, Math.floor(count / TILE_WIDTH)));
    }
    return levels;
  }
}
