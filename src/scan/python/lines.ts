/** A place in a file: `offset` in UTF-16 units from its start, `line` from 1, `column` in UTF-16 units from 0. */
export interface Position {
  offset: number;
  line: number;
  column: number;
}

/** Turns offsets into lines and columns. Lines end at LF, CR LF or CR, as in Python. */
export class LineTable {
  readonly #starts: Uint32Array;

  /** `starts` holds the offset of every line, in order, beginning with the first. */
  constructor(starts: Uint32Array) {
    this.#starts = starts;
  }

  /** How many lines there are; a file that ends in a line break has an empty last line. */
  get count(): number {
    return this.#starts.length;
  }

  /** The offset at which `line` (from 1) begins. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? 0;
  }

  /** The line (from 1) in which `offset` stands. */
  lineAt(offset: number): number {
    const starts = this.#starts;
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Line and column of `offset`. */
  positionAt(offset: number): Position {
    const line = this.lineAt(offset);
    return { offset, line, column: offset - this.startOf(line) };
  }
}

/** How many bytes `source` between two offsets takes in UTF-8; a lone surrogate takes three. */
export const utf8Length = (source: string, from: number, to: number): number => {
  let bytes = 0;
  for (let i = from; i < to; i++) {
    const code = source.charCodeAt(i);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00 && i + 1 < to) {
      const next = source.charCodeAt(i + 1);
      if (next >= 0xdc00 && next < 0xe000) {
        bytes += 4;
        i++;
      } else bytes += 3;
    } else bytes += 3;
  }
  return bytes;
};
