import { EMPTY_ROOT, nodeHash } from './hashes.ts';

/**
 * A tree as the row of its largest whole subtrees: one hash an entry to grow it, at most one a level for its root.
 */
export class CompactRange {
  readonly #whole: Buffer[] = [];
  readonly #eighth: (level: number, index: number, hash: Buffer) => void;
  #size = 0;

  /** `eighth` is told every subtree that is one hash of a tile above level 0 (tlog-tiles: 256^level leaves). */
  constructor(eighth: (level: number, index: number, hash: Buffer) => void = () => undefined) {
    this.#eighth = eighth;
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: Buffer): void {
    let hash = leaf;
    let index = this.#size;
    for (let level = 1; index % 2 === 1; level++) {
      hash = nodeHash(this.#whole.pop() ?? EMPTY_ROOT, hash);
      index = (index - 1) / 2;
      if (level % 8 === 0) this.#eighth(level / 8, index, hash);
    }
    this.#whole.push(hash);
    this.#size++;
  }

  root(): Buffer {
    let root = this.#whole.at(-1) ?? EMPTY_ROOT;
    for (let i = this.#whole.length - 2; i >= 0; i--) root = nodeHash(this.#whole[i] ?? EMPTY_ROOT, root);
    return root;
  }
}
