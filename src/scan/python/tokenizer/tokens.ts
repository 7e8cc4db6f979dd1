// Kept from file to file; a larger buffer is given back, so that one huge file does not hold memory for ever.
const KEPT_CAPACITY = 1 << 20;

/** The tokens of one file, as columns: kind, start, end (UTF-16 offsets) and a value that depends on the kind. */
export class TokenBuffer {
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  /**
   * NAME and keywords: the place in the name table. NUMBER: the value of a short decimal integer, else -1.
   * STRING and the f-string kinds: flags of `kinds.ts`.
   */
  values: Int32Array;
  count: number;

  constructor(capacity: number) {
    this.kinds = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.values = new Int32Array(capacity);
    this.count = 0;
  }

  push(kind: number, start: number, end: number, value: number): void {
    const at = this.count;
    if (at === this.kinds.length) this.#grow(at * 2);
    this.kinds[at] = kind;
    this.starts[at] = start;
    this.ends[at] = end;
    this.values[at] = value;
    this.count = at + 1;
  }

  #grow(capacity: number): void {
    const { kinds, starts, ends, values } = this;
    this.kinds = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.values = new Int32Array(capacity);
    this.kinds.set(kinds);
    this.starts.set(starts);
    this.ends.set(ends);
    this.values.set(values);
  }
}

let kept: TokenBuffer | null = null;

/** An empty buffer that has room for the tokens of a file of `length` characters in most cases. */
export const borrowTokens = (length: number): TokenBuffer => {
  const wanted = (length >>> 2) + 64;
  const buffer = kept !== null && kept.kinds.length >= wanted ? kept : new TokenBuffer(wanted);
  kept = null;
  buffer.count = 0;
  return buffer;
};

/** Gives a buffer back; nobody may look at it afterwards. */
export const returnTokens = (buffer: TokenBuffer): void => {
  if (buffer.kinds.length <= KEPT_CAPACITY) kept = buffer;
};
