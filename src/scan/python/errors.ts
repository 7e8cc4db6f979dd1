import type { ParseError } from './result.ts';

/** Collects the errors of one file: all are counted, the first `limit` are kept. */
export class ErrorLog {
  count = 0;
  readonly #limit: number;
  #kept: ParseError[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  report(message: string, start: number, end: number): void {
    this.count++;
    if (this.#kept.length < this.#limit) this.#kept.push({ start, end, message });
  }

  /** Forgets what was reported since `count` was what it is given as. */
  rewind(count: number): void {
    this.#kept.length = Math.min(this.#kept.length, count);
    this.count = count;
  }

  /** Forgets what was reported at `offset` or behind it. */
  forgetFrom(offset: number): void {
    const kept = this.#kept.filter(({ start }) => start < offset);
    this.count -= this.#kept.length - kept.length;
    this.#kept = kept;
  }

  /** The kept errors in the order of the file. */
  sorted(): ParseError[] {
    return this.#kept.sort((a, b) => a.start - b.start || a.end - b.end);
  }
}
