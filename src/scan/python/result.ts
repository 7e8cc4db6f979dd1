import type { Located, Module } from './ast.ts';
import type { LineTable } from './lines.ts';

/** Something that is not Python. Offsets as in the tree; the text is for people and may change. */
export interface ParseError extends Located {
  message: string;
}

export interface ParseOptions {
  /** Most errors kept; the rest are counted only. Default 200. */
  maxErrors?: number;
}

export interface ParseResult {
  module: Module;
  /** In the order of the file; empty when CPython 3.14 parses the file, and only then (docs/decisions/0006). */
  errors: ParseError[];
  /** How many errors there were, kept or not. Where lines had to be read again, some count twice. */
  errorCount: number;
  /** The encoding that the bytes were read in, as WHATWG names it; `utf-8` for a string. */
  encoding: string;
  /** The text that all offsets point into. Without a byte order mark when it came from bytes. */
  source: string;
  lines: LineTable;
  /** Every comment, from its `#` to the end of its line. */
  comments: readonly Located[];
}
