import type { ErrorLog } from '../errors.ts';
import { CR, LF } from './characters.ts';
import type { NameTable } from './names.ts';
import type { TokenBuffer } from './tokens.ts';

/** An f-string that is being read. */
export interface Frame {
  /** Where its prefix stands. */
  start: number;
  quote: number;
  flags: number;
  /** How many of its replacement fields are open: more than one when a format specification has fields. */
  fields: number;
  /** A specification is being read in which no field was closed yet: only there, two braces are no escaped brace. */
  freshSpec: boolean;
  /** How many brackets were open before it. */
  brackets: number;
}

/** What the parts of the tokenizer share: the text, the tokens so far, and what is open. */
export class Lexer {
  readonly source: string;
  /** The UTF-16 units of the source, then a zero. */
  readonly codes: Uint16Array;
  readonly length: number;
  readonly tokens: TokenBuffer;
  readonly names: NameTable;
  readonly errors: ErrorLog;
  /** Kinds of the open brackets; `FIELD` of `brackets.ts` for a replacement field. */
  brackets: number[] = [];
  /** Where each of them stands. */
  bracketStarts: number[] = [];
  frames: Frame[] = [];
  /** Columns of the open blocks, with a tab as up to 8 columns, and as 1 column. */
  readonly indents: number[] = [0];
  readonly narrowIndents: number[] = [0];
  /** Start and end of each comment. */
  comments: number[] = [];
  rewinds = 0;
  /** How many units were read again after a rewind. */
  reread = 0;

  constructor(source: string, codes: Uint16Array, tokens: TokenBuffer, names: NameTable, errors: ErrorLog) {
    this.source = source;
    this.codes = codes;
    this.length = source.length;
    this.tokens = tokens;
    this.names = names;
    this.errors = errors;
  }

  /** The unit at an offset; 0 from the end on. */
  at(offset: number): number {
    return offset < this.length ? (this.codes[offset] as number) : 0;
  }

  /** The offset of the line break that ends the line of `offset`, or the end of the text. */
  lineEnd(offset: number): number {
    let at = offset;
    while (at < this.length && this.codes[at] !== LF && this.codes[at] !== CR) at++;
    return at;
  }

  /** The offset behind the line break that stands at `offset`. */
  afterBreak(offset: number): number {
    return this.codes[offset] === CR && this.at(offset + 1) === LF ? offset + 2 : offset + 1;
  }
}
