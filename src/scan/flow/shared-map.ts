const BITS = 4;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;

/** The `owner` may write to a node in place; for anybody else it is as good as frozen. */
interface Node {
  readonly owner: number;
  /** Values at the lowest level, nodes above it. */
  readonly at: unknown[];
}

const makeNode = (owner: number): Node => ({ owner, at: new Array(WIDTH).fill(undefined) });

/**
 * A map from small numbers whose copies share what none of them has changed: a tree of 16 ways. A copy costs nothing, a
 * change the way to the value, and two maps are compared only where they differ (Okasaki and Gill, "Fast mergeable
 * integer maps", 1998).
 */
export class SharedMap<T extends object> {
  #root: Node | undefined;
  /** The numbers below `1 << #bits` have a place. */
  #bits = BITS;

  copy(): SharedMap<T> {
    const copy = new SharedMap<T>();
    copy.#root = this.#root;
    copy.#bits = this.#bits;
    return copy;
  }

  get(n: number): T | undefined {
    let node = this.#root;
    if (n >>> this.#bits !== 0) return undefined;
    for (let shift = this.#bits - BITS; shift > 0 && node !== undefined; shift -= BITS)
      node = node.at[(n >>> shift) & MASK] as Node | undefined;
    return node?.at[n & MASK] as T | undefined;
  }

  /** Puts `value` in place number `n`, or empties it. What `owner` does not own is copied first. */
  set(n: number, value: T | undefined, owner: number): void {
    while (n >>> this.#bits !== 0) this.#grow(owner);
    let node = this.#owned(this.#root, owner);
    this.#root = node;
    for (let shift = this.#bits - BITS; shift > 0; shift -= BITS) {
      const i = (n >>> shift) & MASK;
      const inner = this.#owned(node.at[i] as Node | undefined, owner);
      node.at[i] = inner;
      node = inner;
    }
    node.at[n & MASK] = value;
  }

  /** Calls `visit` for each value, in the order of their numbers. */
  forEach(visit: (value: T, n: number) => void): void {
    if (this.#root !== undefined) each(this.#root, this.#bits - BITS, 0, visit);
  }

  /** Calls `visit` for each value of `other` that is not this map's: they may be put into this map meanwhile. */
  differing(other: SharedMap<T>, visit: (n: number, mine: T | undefined, theirs: T) => void): void {
    while (this.#bits < other.#bits) this.#grow(0);
    const theirs = other.#root;
    let mine = this.#root;
    for (let bits = this.#bits; bits > other.#bits; bits -= BITS) mine = mine?.at[0] as Node | undefined;
    if (theirs !== undefined && theirs !== mine) differ(mine, theirs, other.#bits - BITS, 0, visit);
  }

  /** Calls `visit` for each value where `other` has none. */
  missingIn(other: SharedMap<T>, visit: (n: number, mine: T) => void): void {
    while (other.#bits < this.#bits) other.#grow(0);
    const mine = this.#root;
    let theirs = other.#root;
    for (let bits = other.#bits; bits > this.#bits; bits -= BITS) theirs = theirs?.at[0] as Node | undefined;
    if (mine !== undefined && theirs !== mine)
      differ(theirs, mine, this.#bits - BITS, 0, (n, their, my: T) => {
        if (their === undefined) visit(n, my);
      });
  }

  #grow(owner: number): void {
    if (this.#root !== undefined) {
      const root = makeNode(owner);
      root.at[0] = this.#root;
      this.#root = root;
    }
    this.#bits += BITS;
  }

  #owned(node: Node | undefined, owner: number): Node {
    if (node === undefined) return makeNode(owner);
    return node.owner === owner ? node : { owner, at: node.at.slice() };
  }
}

const each = <T>(node: Node, shift: number, base: number, visit: (value: T, n: number) => void): void => {
  for (let i = 0; i < WIDTH; i++) {
    const inner = node.at[i];
    if (inner === undefined) continue;
    if (shift === 0) visit(inner as T, base + i);
    else each(inner as Node, shift - BITS, base + (i << shift), visit);
  }
};

const differ = <T>(
  mine: Node | undefined,
  theirs: Node,
  shift: number,
  base: number,
  visit: (n: number, mine: T | undefined, theirs: T) => void,
): void => {
  for (let i = 0; i < WIDTH; i++) {
    const theirValue = theirs.at[i];
    const myValue = mine?.at[i];
    if (theirValue === undefined || theirValue === myValue) continue;
    if (shift === 0) visit(base + i, myValue as T | undefined, theirValue as T);
    else differ(myValue as Node | undefined, theirValue as Node, shift - BITS, base + (i << shift), visit);
  }
};
