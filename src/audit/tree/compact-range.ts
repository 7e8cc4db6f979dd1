import { EMPTY_ROOT, nodeText } from './hashes.ts';

const EMPTY = EMPTY_ROOT.toString('latin1');

/**
 * A tree as the row of its largest whole subtrees: one hash an entry to grow it, at most one a level for its root.
 * Hashes are latin1 text of 32 characters, the form that is cheapest to make and to compare.
 */
export class CompactRange {
  readonly #whole: string[] = [];
  readonly #eighth: (level: number, index: number, hash: string) => void;
  #size = 0;

  /** `eighth` is told every subtree that is one hash of a tile above level 0 (tlog-tiles: 256^level leaves). */
  constructor(eighth: (level: number, index: number, hash: string) => void = () => undefined) {
    this.#eighth = eighth;
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: string): void {
    let hash = leaf;
    let index = this.#size;
    for (let level = 1; index % 2 === 1; level++) {
      hash = nodeText(this.#whole.pop() ?? EMPTY, hash);
      index = (index - 1) / 2;
      if (level % 8 === 0) this.#eighth(level / 8, index, hash);
    }
    this.#whole.push(hash);
    this.#size++;
  }

  root(): Buffer {
    let root = this.#whole.at(-1) ?? EMPTY;
    for (let i = this.#whole.length - 2; i >= 0; i--) root = nodeText(this.#whole[i] ?? EMPTY, root);
    return Buffer.from(root, 'latin1');
  }
}
