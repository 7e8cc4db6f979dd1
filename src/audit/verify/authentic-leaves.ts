import type { TreeHead } from '../tree/checkpoint.ts';
import { hashesAtLevel, TILE_WIDTH } from '../tree/tile-paths.ts';
import type { TileReader } from '../tree/tile-reader.ts';
import { foldWhole, TileTree } from '../tree/tile-tree.ts';

/**
 * Leaf hashes that a signed root vouches for: a tile counts when it folds into the tile above, and so on up to the
 * right edge, which has to lead to the root.
 */
export class AuthenticLeaves {
  readonly #reader: TileReader;
  readonly #size: number;
  readonly #judged = new Map<string, Buffer[] | undefined>();

  private constructor(reader: TileReader, size: number) {
    this.#reader = reader;
    this.#size = size;
  }

  /** Undefined when the right edge was changed as well: then no tile can be told from a false one. */
  static async open(reader: TileReader, { size, root }: TreeHead): Promise<AuthenticLeaves | undefined> {
    const tree = new TileTree();
    try {
      tree.restore(size, await reader.edge());
    } catch {
      return undefined;
    }
    return tree.root().equals(root) ? new AuthenticLeaves(reader, size) : undefined;
  }

  async #judge(level: number, index: number): Promise<Buffer[] | undefined> {
    let tile: Buffer[];
    try {
      tile = await this.#reader.tile(level, index);
    } catch {
      return undefined;
    }
    // The right edge was checked against the root.
    if ((index + 1) * TILE_WIDTH > hashesAtLevel(this.#size, level)) return tile;
    const above = await this.above(level, index);
    return above?.equals(foldWhole(tile)) ? tile : undefined;
  }

  /** The hashes of a tile, undefined when it is missing or changed. */
  async tile(level: number, index: number): Promise<Buffer[] | undefined> {
    const key = `${level}/${index}`;
    if (this.#judged.has(key)) return this.#judged.get(key);
    const tile = await this.#judge(level, index);
    // 64 tiles at a time: entries are asked for in order, more or less.
    if (this.#judged.size >= 64) this.#judged.delete(this.#judged.keys().next().value ?? '');
    this.#judged.set(key, tile);
    return tile;
  }

  /** What a full tile must fold to, undefined when the tile above is missing or changed too. */
  async above(level: number, index: number): Promise<Buffer | undefined> {
    return (await this.tile(level + 1, Math.floor(index / TILE_WIDTH)))?.[index % TILE_WIDTH];
  }
}
