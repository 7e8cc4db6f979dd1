import { MAX_BRACKETS } from '../limits.ts';
import * as T from './kinds.ts';
import type { Lexer } from './lexer.ts';

/** Stands in `Lexer.brackets` for the brace that opens a replacement field of an f-string. */
export const FIELD = 255;

const CLOSES: Record<number, number> = { [T.RPAR]: T.LPAR, [T.RSQB]: T.LSQB, [T.RBRACE]: T.LBRACE };

/** Notes an opening bracket; reaching the depth that CPython refuses is an error. */
export const openBracket = (lexer: Lexer, kind: number, start: number): void => {
  if (lexer.brackets.length === MAX_BRACKETS) {
    lexer.errors.report('too many nested brackets', start, start + 1);
  }
  lexer.brackets.push(kind);
  lexer.bracketStarts.push(start);
};

/** Forgets all brackets that were opened after the first `count`. */
export const dropBrackets = (lexer: Lexer, count: number): void => {
  lexer.brackets.length = count;
  lexer.bracketStarts.length = count;
};

/**
 * Notes a closing bracket. One that closes none is an error and stays a token of its own; one that skips brackets
 * which were never closed is an error and closes them too. Returns whether the field of an f-string ended.
 */
export const closeBracket = (lexer: Lexer, kind: number, start: number): boolean => {
  const { brackets } = lexer;
  const wanted = CLOSES[kind];
  const top = brackets.at(-1);
  if (top === wanted || (top === FIELD && kind === T.RBRACE)) {
    brackets.pop();
    lexer.bracketStarts.pop();
    return top === FIELD;
  }
  // Looking no deeper than any sound file nests keeps the work linear.
  const floor = Math.max(lexer.frames.at(-1)?.brackets ?? 0, brackets.length - MAX_BRACKETS);
  for (let at = brackets.length - 1; at >= floor; at--) {
    const open = brackets[at];
    const closes = open === wanted || (open === FIELD && kind === T.RBRACE);
    if (!closes && open !== FIELD) continue;
    if (!closes) break;
    const unclosed = lexer.bracketStarts[at + 1] ?? start;
    lexer.errors.report('a bracket that is never closed', unclosed, unclosed + 1);
    dropBrackets(lexer, at);
    return open === FIELD;
  }
  lexer.errors.report('a closing bracket without an opening one', start, start + 1);
  return false;
};
