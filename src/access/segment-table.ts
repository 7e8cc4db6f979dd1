/** What a segment table needs to know of its entries. */
export interface SegmentEntry {
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
  #hashes = new Int32Array(16);
  #entries: (E | undefined)[] = new Array(16).fill(undefined);
  #count = 0;

  find(parent: number, hash: number, path: string, start: number): E | undefined {
    const mask = this.#hashes.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#entries[slot];
      if (entry === undefined) return undefined;
      if (this.#hashes[slot] === hash && entry.parent === parent && isAt(entry.segment, path, start))
        return entry;
    }
  }

  add(entry: E): void {
    if (++this.#count * 3 > this.#hashes.length) this.#grow();
    let hash = startHash(entry.parent);
    for (let i = 0; i < entry.segment.length; i++) hash = nextHash(hash, entry.segment.charCodeAt(i));
    this.#put(hash, entry);
  }

  #put(hash: number, entry: E): void {
    const mask = this.#hashes.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#entries[slot] !== undefined) slot = (slot + 1) & mask;
    this.#hashes[slot] = hash;
    this.#entries[slot] = entry;
  }

  #grow(): void {
    const [hashes, entries] = [this.#hashes, this.#entries];
    this.#hashes = new Int32Array(hashes.length * 2);
    this.#entries = new Array(hashes.length * 2).fill(undefined);
    for (const [slot, entry] of entries.entries()) if (entry) this.#put(hashes[slot] ?? 0, entry);
  }
}
