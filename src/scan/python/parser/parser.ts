import type { Located } from '../ast.ts';
import type { ErrorLog } from '../errors.ts';
import { MAX_DEPTH } from '../limits.ts';
import * as T from '../tokenizer/kinds.ts';
import type { TokenBuffer } from '../tokenizer/tokens.ts';

/** Thrown to leave what cannot be parsed; whoever knows where to go on catches it. Carries nothing. */
export const ABORT: unique symbol = Symbol('abort');

/** The cursor over the tokens that all parts of the parser share. */
export class Parser {
  readonly source: string;
  readonly names: readonly string[];
  readonly errors: ErrorLog;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly values: Int32Array;
  /** The place of the current token. */
  index = 0;
  /** Its kind. */
  kind: number;
  /** Where the token before it ends. */
  lastEnd = 0;
  /** How deep expressions, patterns and blocks are nested here. */
  depth = 0;
  /** The file asks for `<>` in place of `!=` (PEP 401, a joke that CPython understands). */
  diamonds = false;
  /** Brackets whose inside cannot be parsed become an error node instead of ending the statement. */
  tolerant = false;

  readonly #comments: readonly number[];

  /** `comments` holds start and end of each comment. */
  constructor(
    source: string,
    tokens: TokenBuffer,
    names: readonly string[],
    comments: readonly number[],
    errors: ErrorLog,
  ) {
    this.source = source;
    this.#comments = comments;
    this.names = names;
    this.errors = errors;
    this.kinds = tokens.kinds;
    this.starts = tokens.starts;
    this.ends = tokens.ends;
    this.values = tokens.values;
    this.kind = tokens.kinds[0] as number;
  }

  /** Where the current token begins. */
  get start(): number {
    return this.starts[this.index] as number;
  }

  /** The kind of the token `distance` behind the current one. */
  peek(distance: number): number {
    return this.kinds[this.index + distance] as number;
  }

  /** Goes to the next token. The last one, END, is never passed. */
  advance(): void {
    this.lastEnd = this.ends[this.index] as number;
    this.kind = this.kinds[++this.index] as number;
  }

  /** Passes a token of this kind, if it is next. */
  accept(kind: number): boolean {
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  /** Passes a token of this kind, or gives up. */
  expect(kind: number, what: string): void {
    if (this.kind !== kind) this.fail(`${what} expected`);
    this.advance();
  }

  /** The text of the NAME or keyword here. */
  get name(): string {
    return this.names[this.values[this.index] as number] as string;
  }

  /** Whether the NAME of this place in the name table is next: a soft keyword. */
  isWord(place: number): boolean {
    return this.kind === T.NAME && this.values[this.index] === place;
  }

  /** Passes a name and returns it, or gives up. */
  expectName(): string {
    if (this.kind !== T.NAME) this.fail('a name expected');
    const { name } = this;
    this.advance();
    return name;
  }

  /** Records an error at the current token. What the tokenizer refused has its error already. */
  report(message: string): void {
    if (this.kind === T.ERROR) return;
    this.errors.report(message, this.start, this.ends[this.index] as number);
  }

  /** Records an error at the current token and leaves what is being parsed. */
  fail(message: string): never {
    this.report(message);
    throw ABORT;
  }

  /** Records an error for a stretch of text and leaves what is being parsed. */
  failAt(message: string, start: number, end: number): never {
    this.errors.report(message, start, end);
    throw ABORT;
  }

  /** One step deeper; the caller takes `weight` off again when it comes back, unless something is thrown. */
  enter(weight: number): void {
    this.depth += weight;
    if (this.depth > MAX_DEPTH) this.fail('nested too deeply');
  }

  /** Goes to the token at `index`. */
  goTo(index: number): void {
    this.index = index;
    this.kind = this.kinds[index] as number;
    this.lastEnd = index === 0 ? 0 : (this.ends[index - 1] as number);
  }

  /** Where the last token before the current one ends that is more than a line break or a change of indentation. */
  blockEnd(): number {
    let at = this.index - 1;
    while (at >= 0 && (this.kinds[at] as number) <= T.DEDENT) at--;
    return at < 0 ? 0 : (this.ends[at] as number);
  }

  /** The comments that begin between two offsets. */
  commentsBetween(from: number, to: number): Located[] {
    const comments = this.#comments;
    let low = 0;
    let high = comments.length >>> 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((comments[middle * 2] as number) < from) low = middle + 1;
      else high = middle;
    }
    const found: Located[] = [];
    for (let at = low * 2; (comments[at] ?? to) < to; at += 2) {
      found.push({ start: comments[at] as number, end: comments[at + 1] as number });
    }
    return found;
  }

  /** Whether something that was caught is an abort, or the end of the stack, which is treated as one. */
  isAbort(caught: unknown): boolean {
    if (caught === ABORT) return true;
    if (!(caught instanceof RangeError)) return false;
    this.report('nested too deeply');
    return true;
  }
}
