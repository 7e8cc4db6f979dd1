import { MAX_REWINDS } from '../limits.ts';
import { dropBrackets, FIELD } from './brackets.ts';
import { CR, LF, SPACE, TAB } from './characters.ts';
import * as T from './kinds.ts';
import type { Lexer } from './lexer.ts';

// After this many times the length of the file, what is left open stays open: the work must stay linear.
const MAX_REREAD = 16;

/**
 * Ends a string whose quote is missing at `end`, where its line ends. If brackets are open, and the string has
 * swallowed as many closing ones, they end there too; an f-string around it ends in any case.
 */
export const endOfUnterminated = (lexer: Lexer, start: number, end: number, flags: number): void => {
  lexer.errors.report('a string that is never closed', start, end);
  lexer.tokens.push(T.STRING, start, end, flags | T.UNTERMINATED);
  lexer.pos = end;
  const outer = lexer.frames[0];
  if (outer !== undefined) {
    lexer.frames = [];
    dropBrackets(lexer, outer.brackets);
  }
  let swallowed = 0;
  for (let at = start; at < end; at++) {
    const code = lexer.at(at);
    if (code === 0x29 || code === 0x5d || code === 0x7d) swallowed++;
  }
  if (swallowed >= lexer.brackets.length) dropBrackets(lexer, 0);
};

// Nothing that a rewind goes back over has changed the blocks: in brackets and strings lines do not count.
const rewindTo = (lexer: Lexer, offset: number): void => {
  const { tokens } = lexer;
  lexer.reread += lexer.pos - offset;
  lexer.rewinds++;
  let { count } = tokens;
  while (count > 0 && (tokens.starts[count - 1] as number) >= offset) count--;
  tokens.count = count;
  const last = count === 0 ? 0 : (tokens.ends[count - 1] as number);
  lexer.pos = Math.max(offset, last);
  lexer.errors.forgetFrom(lexer.pos);
  while (lexer.comments.length > 0 && (lexer.comments.at(-2) ?? 0) >= lexer.pos) lexer.comments.length -= 2;
  lexer.frames = [];
  dropBrackets(lexer, 0);
};

/**
 * Goes back to the end of the line of `start`, where something begins that does not end, so that the lines behind it
 * are read on their own. Returns false when that was done too often already.
 */
export const rewindFrom = (lexer: Lexer, start: number, flags: number): boolean => {
  if (lexer.rewinds >= MAX_REWINDS || lexer.reread > lexer.length * MAX_REREAD) return false;
  const outermost = Math.min(start, lexer.bracketStarts[0] ?? start, lexer.frames[0]?.start ?? start);
  const end = lexer.lineEnd(outermost);
  if (outermost === start) {
    // The string itself: what its first line shows of it stays.
    rewindTo(lexer, start);
    lexer.tokens.push(T.STRING, start, end, flags | T.UNTERMINATED);
    lexer.pos = end;
  } else rewindTo(lexer, end);
  return true;
};

/** Deals with brackets or f-strings that are open at the end of the text. Returns whether there is more to read. */
export const closeAtEnd = (lexer: Lexer): boolean => {
  const bracket = lexer.bracketStarts[0] ?? lexer.length;
  const frame = lexer.frames[0]?.start ?? lexer.length;
  const start = Math.min(bracket, frame);
  if (start === lexer.length) return false;
  const what = bracket < frame ? 'a bracket' : 'an f-string';
  lexer.errors.report(`${what} that is never closed`, start, start + 1);
  const again = lexer.rewinds < MAX_REWINDS && lexer.reread <= lexer.length * MAX_REREAD;
  if (again) rewindTo(lexer, lexer.lineEnd(start));
  else {
    lexer.frames = [];
    dropBrackets(lexer, 0);
  }
  return again;
};

// The offset of the line break before the line that begins with what stands at `start`, or -1.
const breakBefore = (lexer: Lexer, start: number): number => {
  let at = start - 1;
  while (at >= 0 && (lexer.codes[at] === SPACE || lexer.codes[at] === TAB)) at--;
  return lexer.codes[at] === LF || lexer.codes[at] === CR ? at : -1;
};

/**
 * Called for a keyword in brackets that can stand nowhere in brackets. If it opens its line, a bracket before it was
 * never closed: all are given up, and reading goes on behind the line of the first of them, or, when that was done
 * too often, at the line of the keyword. Returns whether that is so.
 */
export const closeAtKeyword = (lexer: Lexer, start: number): boolean => {
  const { tokens } = lexer;
  const last = tokens.count - 1;
  const isAsync = last >= 0 && tokens.kinds[last] === T.ASYNC;
  const lineBreak = breakBefore(lexer, isAsync ? (tokens.starts[last] as number) : start);
  if (lineBreak < 0 || lexer.brackets.includes(FIELD)) return false;
  const open = lexer.bracketStarts[0] ?? start;
  lexer.pos = start;
  const again = lexer.rewinds < MAX_REWINDS && lexer.reread <= lexer.length * MAX_REREAD;
  rewindTo(lexer, again ? lexer.lineEnd(open) : lineBreak);
  lexer.errors.report('a bracket that is never closed', open, open + 1);
  return true;
};
