/** Most entries in each of the two generations. */
const MAX_ENTRIES = 1_024;
/** Bits that say which hashes came once; cleared when one in eight is set. */
const BITS = 32_768;
/** Longest key that is kept, in characters. */
const MAX_LENGTH = 256;

/**
 * Remembers what was found for the keys asked for lately, since the same few come again and again. Holds at most two
 * generations of {@link MAX_ENTRIES} short keys, and only such as came twice: a flood of new paths costs their search
 * and no memory.
 */
export class Recent<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  readonly #once = new Int32Array(BITS / 32);
  #set = 0;

  get(key: string): T | undefined {
    const found = this.#young.get(key);
    if (found !== undefined) return found;
    const before = this.#old.get(key);
    if (before !== undefined) this.#put(key, before);
    return before;
  }

  /**
   * Keeps `value` for `key` when it is (most likely) the second time for `hash` (30 bits) lately, and the key is short. A key may hold
   * on to a longer text that it was cut from: `rest` is how many characters more that has.
   */
  set(key: string, value: T, hash: number, rest = 0): void {
    if (key.length > MAX_LENGTH || rest > MAX_LENGTH) return;
    const word = (hash >>> 5) & (BITS / 32 - 1);
    const bit = 1 << (hash & 31);
    const bits = this.#once[word] ?? 0;
    if ((bits & bit) !== 0) {
      this.#put(key, value);
      return;
    }
    if (++this.#set > BITS / 8) {
      this.#once.fill(0);
      this.#set = 0;
    }
    this.#once[word] = bits | bit;
  }

  #put(key: string, value: T): void {
    if (this.#young.size >= MAX_ENTRIES) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  /** How many entries are kept. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
