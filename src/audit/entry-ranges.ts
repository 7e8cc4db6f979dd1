/** Numbers of entries as the log writes them: `3,7..9`. Two dots, since a dash could make a card number of them. */
export interface EntryRange {
  /** First entry. */
  from: number;
  /** The one behind the last. */
  to: number;
}

/** Ascending numbers, written as ranges in pieces of at most `longest` characters. */
export const formatRanges = (numbers: Iterable<number>, longest: number): string[] => {
  const pieces: string[] = [];
  let piece = '';
  const add = ({ from, to }: EntryRange): void => {
    const text = to === from + 1 ? `${from}` : `${from}..${to - 1}`;
    if (piece.length + text.length + 1 > longest) {
      pieces.push(piece);
      piece = '';
    }
    piece += piece === '' ? text : `,${text}`;
  };
  let open: EntryRange | undefined;
  for (const number of numbers) {
    if (open?.to === number) {
      open.to++;
      continue;
    }
    if (open) add(open);
    open = { from: number, to: number + 1 };
  }
  if (open) add(open);
  if (piece !== '') pieces.push(piece);
  return pieces;
};

/** The ranges in a text that {@link formatRanges} wrote; what is malformed is left out. */
export const parseRanges = (text: string): EntryRange[] => {
  const ranges: EntryRange[] = [];
  for (const part of text.split(',')) {
    const [, from, last] = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(part) ?? [];
    if (from === undefined) continue;
    const range = { from: Number(from), to: Number(last ?? from) + 1 };
    if (range.to > range.from) ranges.push(range);
  }
  return ranges;
};

/** Ranges that can be asked whether they hold a number, in logarithmic time. */
export class RangeSet {
  readonly #ranges: EntryRange[];

  constructor(ranges: readonly EntryRange[]) {
    this.#ranges = [...ranges].sort((a, b) => a.from - b.from);
    let kept = 0;
    for (const range of this.#ranges) {
      const before = this.#ranges[kept - 1];
      if (before && range.from <= before.to) before.to = Math.max(before.to, range.to);
      else this.#ranges[kept++] = { ...range };
    }
    this.#ranges.length = kept;
  }

  has(number: number): boolean {
    let [low, high] = [0, this.#ranges.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.to ?? 0) > number) high = middle;
      else low = middle + 1;
    }
    return (this.#ranges[low]?.from ?? Number.POSITIVE_INFINITY) <= number;
  }
}
