import { BACKSLASH_CODE, CLASSES, CR, isNameCharacter, LF, QUOTE, SPACE } from './characters.ts';
import * as T from './kinds.ts';
import type { Lexer } from './lexer.ts';
import { endOfTripleQuoted, endOfUnterminated } from './recovery.ts';

/** Whether three quotes stand at `pos`. */
export const isTripleQuote = (lexer: Lexer, pos: number, quote: number): boolean =>
  lexer.at(pos) === quote && lexer.at(pos + 1) === quote && lexer.at(pos + 2) === quote;

// Words that can stand behind a string.
const FOLLOWERS = new Set(['and', 'as', 'async', 'else', 'for', 'from', 'if', 'in', 'is', 'not', 'or']);

// Whether a word stands behind a string where none can. Then its quotes have lost their order: those that begin the
// string end another, or stand there by mistake, and those that seem to end it begin the next.
const isFollowedByText = (lexer: Lexer, end: number): boolean => {
  let from = end;
  while (lexer.at(from) === SPACE) from++;
  let to = from;
  while (isNameCharacter(lexer.at(to)) || lexer.at(to) > 127) to++;
  if (to === from || CLASSES[lexer.at(to)] === QUOTE) return false;
  return !FOLLOWERS.has(lexer.source.slice(from, to));
};

/**
 * Reads a string or bytes literal that begins at `start` and whose opening quote stands at `quoteAt`. `prefix` holds
 * the flags and length of its prefix. Returns where to read on.
 */
export const scanString = (lexer: Lexer, start: number, quoteAt: number, prefix: number): number => {
  const { codes, length } = lexer;
  const quote = codes[quoteAt] as number;
  const triple = isTripleQuote(lexer, quoteAt, quote);
  let flags = triple ? prefix | T.TRIPLE : prefix;
  let lines = 1;
  let pos = quoteAt + (triple ? 3 : 1);
  for (;;) {
    const code = codes[pos] as number;
    if (code === quote) {
      if (!triple) {
        pos++;
        break;
      }
      if (codes[pos + 1] === quote && codes[pos + 2] === quote) {
        pos += 3;
        if (lines > 1 && isFollowedByText(lexer, pos)) return endOfTripleQuoted(lexer, start, pos, flags);
        break;
      }
      pos++;
    } else if (code === BACKSLASH_CODE) {
      flags |= T.BACKSLASH;
      pos++;
      if (pos >= length) continue;
      if (codes[pos] === CR) {
        flags |= T.CARRIAGE_RETURN;
        if (codes[pos + 1] === LF) pos++;
      } else if ((codes[pos] as number) > 127) flags |= T.NON_ASCII;
      pos++;
    } else if (code === LF || code === CR) {
      if (!triple) return endOfUnterminated(lexer, start, pos, flags);
      if (code === CR) flags |= T.CARRIAGE_RETURN;
      lines++;
      pos++;
    } else if (code > 127) {
      flags |= T.NON_ASCII;
      pos++;
    } else if (code === 0 && pos >= length) {
      if (!triple) return endOfUnterminated(lexer, start, length, flags);
      return endOfTripleQuoted(lexer, start, length, flags | T.UNTERMINATED);
    } else pos++;
  }
  lexer.tokens.push(T.STRING, start, pos, flags);
  return pos;
};
