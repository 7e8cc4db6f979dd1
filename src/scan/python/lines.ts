/** A place in a file: `offset` in UTF-16 units from its start, `line` from 1, `column` in UTF-16 units from 0. */
export interface Position {
  offset: number;
  line: number;
  column: number;
}

// The offset of every line. Lines end at LF, CR LF or CR, as in Python.
const lineStarts = (source: string): Uint32Array => {
  const starts = [0];
  if (!source.includes('\r')) {
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  } else {
    for (let at = 0; at < source.length; at++) {
      const code = source.charCodeAt(at);
      if (code === 10 || (code === 13 && source.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
    }
  }
  return Uint32Array.from(starts);
};

/** Turns offsets into lines and columns. Looks for the lines of the source when it is first asked. */
export class LineTable {
  readonly #source: string;
  #known: Uint32Array | null = null;

  constructor(source: string) {
    this.#source = source;
  }

  get #starts(): Uint32Array {
    this.#known ??= lineStarts(this.#source);
    return this.#known;
  }

  /** How many lines there are; a file that ends in a line break has an empty last line. */
  get count(): number {
    return this.#starts.length;
  }

  /** The offset at which `line` (from 1) begins. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.#source.length;
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

  /** The column of `offset` in bytes of UTF-8, as CPython counts (`col_offset`). */
  utf8ColumnAt(offset: number): number {
    const start = this.startOf(this.lineAt(offset));
    return Buffer.byteLength(this.#source.slice(start, offset));
  }
}
