/** What a segment table needs to know of its entries. */
export interface SegmentEntry {
  /** Of the segment under its parent, by {@link hashSegment}. */
  hash: number;
  /** Number of the entry that this one stands under. */
  parent: number;
  segment: string;
}

// FNV-1a, 32 bits. Only segments of patterns are ever put in, so that nobody outside can make the table collide.
const OFFSET = 0x811c9dc5 | 0;
const PRIME = 0x01000193;
const SLASH = 0x2f;

/** The hash of nothing yet, under entry `parent`. */
export const startHash = (parent: number): number => Math.imul(OFFSET ^ parent, PRIME);

/** The hash with one more UTF-16 code unit. */
export const nextHash = (hash: number, code: number): number => Math.imul(hash ^ code, PRIME);

/** The hash of the segment of `path` from `start` to `end`, under entry `parent`. */
export const hashSegment = (parent: number, path: string, start: number, end: number): number => {
  let hash = startHash(parent);
  for (let i = start; i < end; i++) hash = nextHash(hash, path.charCodeAt(i));
  return hash;
};

const isAt = (segment: string, path: string, start: number): boolean => {
  for (let i = 0; i < segment.length; i++) {
    if (path.charCodeAt(start + i) !== segment.charCodeAt(i)) return false;
  }
  const after = start + segment.length;
  return after === path.length || path.charCodeAt(after) === SLASH;
};

/**
 * Finds what stands under an entry for a segment of a path, by the hash that was made while walking the path: no piece
 * of the path is cut out, and few places of memory are touched however many entries there are.
 */
export class SegmentTable<E extends SegmentEntry> {
  #slots: (E | undefined)[] = new Array<E | undefined>(16).fill(undefined);
  #count = 0;

  find(parent: number, hash: number, path: string, start: number): E | undefined {
    const mask = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot];
      if (entry === undefined) return undefined;
      if (entry.hash === hash && entry.parent === parent && isAt(entry.segment, path, start)) return entry;
    }
  }

  add(entry: E): void {
    if (++this.#count * 3 > this.#slots.length) {
      const before = this.#slots;
      this.#slots = new Array<E | undefined>(before.length * 2).fill(undefined);
      for (const known of before) if (known) this.#put(known);
    }
    this.#put(entry);
  }

  #put(entry: E): void {
    const mask = this.#slots.length - 1;
    let slot = (entry.hash ^ (entry.hash >>> 15)) & mask;
    while (this.#slots[slot] !== undefined) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }
}
