/** Most entries; when they are full, all are forgotten and gathered anew. */
const MAX_ENTRIES = 2_048;
/** Places for them: half stay empty, so that a search ends soon. A power of two. */
const SLOTS = 2 * MAX_ENTRIES;
/** Bits that say which hashes came once; cleared when one in eight is set. A power of two. */
const BITS = 32_768;
/** Longest key that is kept, in characters. */
const MAX_LENGTH = 256;

/**
 * Remembers what was found for the keys asked for lately, since the same few come again and again. Holds at most
 * {@link MAX_ENTRIES} short keys, and only such as came twice: a flood of new paths costs their search and no memory.
 * Hashes come from the caller, who has walked the text already: a Map would walk it once more.
 */
export class Recent<T> {
  #hashes: Int32Array | undefined;
  #keys: string[] = [];
  #values: (T | undefined)[] = [];
  #size = 0;
  readonly #once = new Int32Array(BITS / 32);
  #marked = 0;

  /** What is kept for `key`, whose hash (30 bits) is `hash`. */
  get(key: string, hash: number): T | undefined {
    if (this.#hashes === undefined) return undefined;
    const slot = this.#slotOf(this.#hashes, key, hash);
    return this.#values[slot];
  }

  /**
   * Keeps `value` for `key` when its hash most likely came before, lately, and the key is short. A key may hold on to a
   * longer text that it was cut from: `rest` is how many characters more that has.
   */
  set(key: string, value: T, hash: number, rest = 0): void {
    if (key.length > MAX_LENGTH || rest > MAX_LENGTH || this.#isFirst(hash)) return;
    if (this.#hashes === undefined || this.#size >= MAX_ENTRIES) {
      this.#hashes = new Int32Array(SLOTS);
      this.#keys = new Array<string>(SLOTS).fill('');
      this.#values = new Array<T | undefined>(SLOTS).fill(undefined);
      this.#size = 0;
    }
    const slot = this.#slotOf(this.#hashes, key, hash);
    if (this.#values[slot] === undefined) this.#size++;
    this.#hashes[slot] = hash;
    this.#keys[slot] = key;
    this.#values[slot] = value;
  }

  /** The place of `key`, or the empty one where it would go. */
  #slotOf(hashes: Int32Array, key: string, hash: number): number {
    let slot = hash & (SLOTS - 1);
    while (this.#values[slot] !== undefined && !(hashes[slot] === hash && this.#keys[slot] === key)) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
  }

  #isFirst(hash: number): boolean {
    const word = (hash >>> 5) & (BITS / 32 - 1);
    const bit = 1 << (hash & 31);
    const bits = this.#once[word] ?? 0;
    if ((bits & bit) !== 0) return false;
    if (++this.#marked > BITS / 8) {
      this.#once.fill(0);
      this.#marked = 0;
    }
    this.#once[word] = (this.#once[word] ?? 0) | bit;
    return true;
  }

  /** How many entries are kept. */
  get size(): number {
    return this.#size;
  }
}
