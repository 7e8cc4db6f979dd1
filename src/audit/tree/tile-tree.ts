import { EMPTY_ROOT, HASH_SIZE, nodeHash } from './hashes.ts';
import { TILE_WIDTH } from './tile-paths.ts';

/** A tile or bundle that has its full width and can be written for good. */
export interface FullTile {
  level: number;
  index: number;
  hashes: readonly Buffer[];
}

/** MTH of 2^n hashes of subtrees that are whole and equally high. */
export const foldWhole = (hashes: readonly Buffer[]): Buffer => {
  let row = hashes;
  while (row.length > 1) {
    const above: Buffer[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) {
      const [left, right] = [row[i], row[i + 1]];
      if (left && right) above.push(nodeHash(left, right));
    }
    row = above;
  }
  return row[0] ?? EMPTY_ROOT;
};

/**
 * The right edge of the tree: at each level of tiles the hashes that do not fill a tile yet. That is all that is
 * needed to go on, at most 255 hashes a level; what is full is handed out and forgotten.
 */
export class TileTree {
  #size = 0;
  readonly #edge: Buffer[][] = [];
  readonly #full: (tile: FullTile) => void;

  constructor(full: (tile: FullTile) => void = () => undefined) {
    this.#full = full;
  }

  get size(): number {
    return this.#size;
  }

  /** The hashes of the tile at the right edge of a level, empty where there is none. */
  edge(level: number): readonly Buffer[] {
    return this.#edge[level] ?? [];
  }

  /** Takes over the right edge of a tree of `size` leaves, level by level. */
  restore(size: number, edge: readonly (readonly Buffer[])[]): void {
    this.#size = size;
    this.#edge.splice(0, this.#edge.length, ...edge.map((hashes) => [...hashes]));
  }

  append(leaf: Buffer): void {
    this.#size++;
    let hash = leaf;
    for (let level = 0; ; level++) {
      let hashes = this.#edge[level];
      if (!hashes) {
        hashes = [];
        this.#edge[level] = hashes;
      }
      hashes.push(hash);
      if (hashes.length < TILE_WIDTH) return;
      this.#edge[level] = [];
      this.#full({ level, index: Math.floor(this.#size / TILE_WIDTH ** (level + 1)) - 1, hashes });
      hash = foldWhole(hashes);
    }
  }

  /** The root of everything appended so far (RFC 6962 section 2.1). */
  root(): Buffer {
    // The tree is a row of whole subtrees, the largest first; the root joins them from the right.
    let root: Buffer | undefined;
    for (const hashes of this.#edge) {
      let end = hashes.length;
      for (let width = 1; width < TILE_WIDTH && end > 0; width *= 2) {
        if ((end & width) === 0) continue;
        const whole = foldWhole(hashes.slice(end - width, end));
        root = root ? nodeHash(whole, root) : whole;
        end -= width;
      }
    }
    return root ?? EMPTY_ROOT;
  }
}

/** The hashes of a tile, one after the other. */
export const joinHashes = (hashes: readonly Buffer[]): Buffer =>
  Buffer.concat(hashes, hashes.length * HASH_SIZE);

/** The hashes that {@link joinHashes} joined. */
export const splitHashes = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.floor(bytes.length / HASH_SIZE) }, (_, i) =>
    bytes.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE),
  );
