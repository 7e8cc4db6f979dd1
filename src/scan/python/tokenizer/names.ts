import { randomInt } from 'node:crypto';
import { KEYWORDS, SOFT_KEYWORDS } from './kinds.ts';

// V8 makes longer slices point into the string they come from, which would keep whole files in memory.
const LONGEST_COPIED_SLICE = 12;
const FIRST_SLOTS = 4096;
// A table of this many names is given up, so that file after file of new names cannot fill the memory.
const MOST_NAMES = 100_000;

const copyOf = (codes: Uint16Array): string =>
  Buffer.from(codes.buffer, codes.byteOffset, codes.byteLength).toString('utf16le');

// Drawn anew in each process, so that no file can be made of names that all fall into the same slot.
const MULTIPLIER = randomInt(1 << 16, 1 << 30) | 1;

/** The hash of a name, one step for each UTF-16 unit; begins at 0. */
export const hashStep = (hash: number, code: number): number => (Math.imul(hash, MULTIPLIER) + code) | 0;

/**
 * Different names. The place of a keyword is its place in KEYWORDS, the soft keywords follow. A name that occurs twice
 * is one string, so that comparing them compares pointers.
 */
export class NameTable {
  readonly strings: string[] = [];
  // Open addressing: 0 is empty, else place + 1.
  #slots = new Int32Array(FIRST_SLOTS);
  #hashes = new Int32Array(FIRST_SLOTS);
  #letters = new Uint16Array(FIRST_SLOTS * 8);
  // Where each name begins in `#letters`, and where the last one ends.
  #offsets = new Int32Array(FIRST_SLOTS + 1);

  constructor() {
    for (const word of [...KEYWORDS, ...SOFT_KEYWORDS]) this.internString(word);
    for (const word of SOFT_KEYWORDS) this.#addHidden(word);
  }

  /**
   * The place of a name that is not written as it is compared. It is no soft keyword, even if it is compared as one:
   * these names have a second place each, which `intern` does not find.
   */
  internNormalized(name: string): number {
    const place = this.internString(name);
    const soft = place - KEYWORDS.length;
    return soft >= 0 && soft < SOFT_KEYWORDS.length ? place + SOFT_KEYWORDS.length : place;
  }

  /** The place of the name between two offsets of `text`, whose units are `codes`; `hash` is of the same units. */
  intern(text: string, codes: Uint16Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const place = (this.#slots[slot] as number) - 1;
      if (place < 0) return this.#add(text, codes, start, end, hash, slot);
      if (this.#hashes[place] === hash && this.#same(place, codes, start, end)) return place;
      slot = (slot + 1) & mask;
    }
  }

  internString(name: string): number {
    const codes = new Uint16Array(name.length);
    let hash = 0;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      codes[i] = code;
      hash = hashStep(hash, code);
    }
    return this.intern(name, codes, 0, name.length, hash);
  }

  #same(place: number, codes: Uint16Array, start: number, end: number): boolean {
    const from = this.#offsets[place] as number;
    const length = end - start;
    if ((this.#offsets[place + 1] as number) - from !== length) return false;
    const letters = this.#letters;
    for (let i = 0; i < length; i++) if (letters[from + i] !== codes[start + i]) return false;
    return true;
  }

  #add(text: string, codes: Uint16Array, start: number, end: number, hash: number, slot: number): number {
    const place = this.strings.length;
    const from = this.#offsets[place] as number;
    const to = from + end - start;
    if (to > this.#letters.length) {
      const letters = new Uint16Array(Math.max(to, this.#letters.length * 2));
      letters.set(this.#letters);
      this.#letters = letters;
    }
    this.#letters.set(codes.subarray(start, end), from);
    this.strings.push(
      end - start <= LONGEST_COPIED_SLICE ? text.slice(start, end) : copyOf(codes.subarray(start, end)),
    );
    this.#hashes[place] = hash;
    this.#offsets[place + 1] = to;
    this.#slots[slot] = place + 1;
    if (this.strings.length * 2 > this.#slots.length) this.#rehash();
    return place;
  }

  #addHidden(name: string): void {
    const place = this.strings.length;
    this.strings.push(name);
    this.#offsets[place + 1] = this.#offsets[place] as number;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const hashes = new Int32Array(slots.length);
    const offsets = new Int32Array(slots.length + 1);
    hashes.set(this.#hashes);
    offsets.set(this.#offsets);
    this.#hashes = hashes;
    this.#offsets = offsets;
    const mask = slots.length - 1;
    for (let place = 0; place < this.strings.length; place++) {
      // A hidden name has no letters.
      if (this.#offsets[place] === this.#offsets[place + 1]) continue;
      const hash = this.#hashes[place] as number;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = place + 1;
    }
    this.#slots = slots;
  }
}

let shared = new NameTable();

/** The table that all files share, or a new one when it has become too large. */
export const nameTable = (): NameTable => {
  if (shared.strings.length > MOST_NAMES) shared = new NameTable();
  return shared;
};
