import { MAX_REWINDS } from '../limits.ts';
import { dropBrackets, FIELD } from './brackets.ts';
import { CR, LF, SPACE, TAB } from './characters.ts';
import * as T from './kinds.ts';
import type { Lexer } from './lexer.ts';

// After this many times the length of the file, what is left open stays open: the work must stay linear.
const MAX_REREAD = 16;

/**
 * Ends a string whose quote is missing at `end`, where its line ends. If brackets are open, and the string has
 * swallowed as many closing ones, they end there too; an f-string around it ends in any case. Returns `end`.
 */
export const endOfUnterminated = (lexer: Lexer, start: number, end: number, flags: number): number => {
  lexer.errors.report('a string that is never closed', start, end);
  lexer.tokens.push(T.STRING, start, end, flags | T.UNTERMINATED);
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
  return end;
};

// Nothing that a rewind goes back over has changed the blocks: in brackets and strings lines do not count.
const rewindTo = (lexer: Lexer, from: number, offset: number): number => {
  const { tokens } = lexer;
  lexer.reread += from - offset;
  lexer.rewinds++;
  let { count } = tokens;
  while (count > 0 && (tokens.starts[count - 1] as number) >= offset) count--;
  tokens.count = count;
  const last = count === 0 ? 0 : (tokens.ends[count - 1] as number);
  const pos = Math.max(offset, last);
  lexer.errors.forgetFrom(pos);
  while (lexer.comments.length > 0 && (lexer.comments.at(-2) ?? 0) >= pos) lexer.comments.length -= 2;
  lexer.frames = [];
  dropBrackets(lexer, 0);
  return pos;
};

const canRewind = (lexer: Lexer): boolean =>
  lexer.rewinds < MAX_REWINDS && lexer.reread <= lexer.length * MAX_REREAD;

/**
 * Deals with a triple-quoted string that begins at `start` and was read up to `end` without finding quotes that can be
 * its own. What its first line shows of it stays, and the lines behind are read on their own; if it stands in brackets,
 * so are those behind the line of the first bracket. When that was done too often already, the string stays as it was
 * read. Returns where to read on.
 */
export const endOfTripleQuoted = (lexer: Lexer, start: number, end: number, flags: number): number => {
  lexer.errors.report('a string that is never closed', start, Math.min(start + 3, lexer.length));
  const outermost = Math.min(start, lexer.bracketStarts[0] ?? start, lexer.frames[0]?.start ?? start);
  const again = canRewind(lexer);
  if (again && outermost < start) return rewindTo(lexer, end, lexer.lineEnd(outermost));
  const stop = again ? lexer.lineEnd(start) : end;
  lexer.reread += end - stop;
  lexer.rewinds++;
  lexer.tokens.push(T.STRING, start, stop, again ? flags | T.UNTERMINATED : flags);
  return stop;
};

/**
 * Deals with brackets or f-strings that are open at the end of the text. Returns where to read on, or -1 if nothing is
 * open or everything is given up.
 */
export const closeAtEnd = (lexer: Lexer): number => {
  const { length } = lexer;
  const bracket = lexer.bracketStarts[0] ?? length;
  const frame = lexer.frames[0]?.start ?? length;
  const start = Math.min(bracket, frame);
  if (start === length) return -1;
  const what = bracket < frame ? 'a bracket' : 'an f-string';
  const again = canRewind(lexer);
  const pos = again ? rewindTo(lexer, length, lexer.lineEnd(start)) : -1;
  lexer.errors.report(`${what} that is never closed`, start, start + 1);
  lexer.frames = [];
  dropBrackets(lexer, 0);
  return pos;
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
 * too often, at the line of the keyword. Returns where, or -1 if the keyword is merely wrong.
 */
export const closeAtKeyword = (lexer: Lexer, start: number): number => {
  const { tokens } = lexer;
  const last = tokens.count - 1;
  const isAsync = last >= 0 && tokens.kinds[last] === T.ASYNC;
  const lineBreak = breakBefore(lexer, isAsync ? (tokens.starts[last] as number) : start);
  if (lineBreak < 0 || lexer.brackets.includes(FIELD)) return -1;
  const open = lexer.bracketStarts[0] ?? start;
  const pos = rewindTo(lexer, start, canRewind(lexer) ? lexer.lineEnd(open) : lineBreak);
  lexer.errors.report('a bracket that is never closed', open, open + 1);
  return pos;
};
