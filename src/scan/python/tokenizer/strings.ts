import { BACKSLASH_CODE, CR, LF } from './characters.ts';
import * as T from './kinds.ts';
import type { Lexer } from './lexer.ts';
import { endOfTripleQuoted, endOfUnterminated } from './recovery.ts';

/** Whether three quotes stand at `pos`. */
export const isTripleQuote = (lexer: Lexer, pos: number, quote: number): boolean =>
  lexer.at(pos) === quote && lexer.at(pos + 1) === quote && lexer.at(pos + 2) === quote;

/**
 * Reads a string or bytes literal that begins at `start` and whose opening quote stands at `quoteAt`. `prefix` holds
 * the flags and length of its prefix. Returns where to read on.
 */
export const scanString = (lexer: Lexer, start: number, quoteAt: number, prefix: number): number => {
  const { codes, length } = lexer;
  const quote = codes[quoteAt] as number;
  const triple = isTripleQuote(lexer, quoteAt, quote);
  let flags = triple ? prefix | T.TRIPLE : prefix;
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
      pos++;
    } else if (code > 127) {
      flags |= T.NON_ASCII;
      pos++;
    } else if (code === 0 && pos >= length) {
      if (!triple) return endOfUnterminated(lexer, start, length, flags);
      lexer.errors.report('a string that is never closed', start, quoteAt + 3);
      return endOfTripleQuoted(lexer, start, flags);
    } else pos++;
  }
  lexer.tokens.push(T.STRING, start, pos, flags);
  return pos;
};
