import { MAX_FIELDS, MAX_FSTRINGS } from '../limits.ts';
import { dropBrackets, FIELD, openBracket } from './brackets.ts';
import { BACKSLASH_CODE, CR, LEFT_BRACE, LF, RIGHT_BRACE } from './characters.ts';
import * as T from './kinds.ts';
import type { Frame, Lexer } from './lexer.ts';
import { isTripleQuote } from './strings.ts';

/** Begins an f-string or t-string at `start` whose opening quote stands at `quoteAt`. Returns where to read on. */
export const openFString = (lexer: Lexer, start: number, quoteAt: number, prefix: number): number => {
  const quote = lexer.at(quoteAt);
  const triple = isTripleQuote(lexer, quoteAt, quote);
  const flags = triple ? prefix | T.TRIPLE : prefix;
  if (lexer.frames.length === MAX_FSTRINGS) lexer.errors.report('too many nested f-strings', start, quoteAt);
  lexer.frames.push({ start, quote, flags, fields: 0, freshSpec: false, brackets: lexer.brackets.length });
  const inside = quoteAt + (triple ? 3 : 1);
  lexer.tokens.push(T.FSTRING_START, start, inside, flags);
  return scanMiddle(lexer, inside);
};

/** Ends the f-string `frame`, which is the innermost: its closing quote stands between two offsets. */
const closeFString = (lexer: Lexer, frame: Frame, start: number, end: number): number => {
  lexer.frames.pop();
  dropBrackets(lexer, frame.brackets);
  lexer.tokens.push(T.FSTRING_END, start, end, frame.flags);
  return end;
};

const openField = (lexer: Lexer, frame: Frame, pos: number): number => {
  if (frame.fields === MAX_FIELDS) lexer.errors.report('replacement fields nested too deeply', pos, pos + 1);
  frame.fields++;
  openBracket(lexer, FIELD, pos);
  lexer.tokens.push(T.LBRACE, pos, pos + 1, 0);
  return pos + 1;
};

// The offset behind an escape that begins with the backslash at `pos`. A brace behind it is not part of it, except in
// `\N{…}`.
const afterEscape = (lexer: Lexer, pos: number, raw: boolean): number => {
  const next = lexer.at(pos + 1);
  if (next === LEFT_BRACE || next === RIGHT_BRACE) return pos + 1;
  if (next === CR && lexer.at(pos + 2) === LF) return pos + 3;
  if (!raw && next === 0x4e && lexer.at(pos + 2) === LEFT_BRACE) {
    let at = pos + 3;
    while (at < lexer.length && lexer.at(at) !== RIGHT_BRACE && lexer.at(at) > 31 && !isQuote(lexer.at(at)))
      at++;
    return lexer.at(at) === RIGHT_BRACE ? at + 1 : at;
  }
  return Math.min(pos + 2, lexer.length);
};

const isQuote = (code: number): boolean => code === 0x22 || code === 0x27;

/**
 * Reads the text of the innermost f-string, or of a format specification in it, up to the next replacement field, the
 * end of the specification or the closing quote. Returns where to read on.
 */
export const scanMiddle = (lexer: Lexer, start: number): number => {
  const frame = lexer.frames.at(-1);
  if (frame === undefined) return start;
  const { codes, length } = lexer;
  const { quote } = frame;
  const triple = (frame.flags & T.TRIPLE) !== 0;
  const raw = (frame.flags & T.RAW) !== 0;
  const inSpec = frame.fields > 0;
  let flags = frame.flags & T.RAW;
  let pos = start;
  const emit = (): number => {
    if (pos > start) lexer.tokens.push(T.FSTRING_MIDDLE, start, pos, flags);
    return pos;
  };
  for (;;) {
    const code = codes[pos] as number;
    if (code === quote && (!triple || isTripleQuote(lexer, pos, quote))) {
      emit();
      if (inSpec) lexer.errors.report("f-string: '}' is missing", pos, pos + 1);
      return closeFString(lexer, frame, pos, pos + (triple ? 3 : 1));
    }
    if (code === LEFT_BRACE) {
      if (frame.freshSpec || codes[pos + 1] !== LEFT_BRACE) {
        emit();
        return openField(lexer, frame, pos);
      }
      flags |= T.BRACES;
      pos += 2;
    } else if (code === RIGHT_BRACE) {
      if (inSpec) return emit();
      if (codes[pos + 1] === RIGHT_BRACE) {
        flags |= T.BRACES;
        pos += 2;
      } else {
        lexer.errors.report("f-string: single '}' is not allowed", pos, pos + 1);
        pos++;
      }
    } else if (code === BACKSLASH_CODE) {
      flags |= T.BACKSLASH;
      const next = afterEscape(lexer, pos, raw);
      if (codes[pos + 1] === CR) flags |= T.CARRIAGE_RETURN;
      pos = next;
    } else if (code === LF || code === CR) {
      if (!triple) {
        emit();
        lexer.errors.report('an f-string that is never closed', frame.start, pos);
        return closeFString(lexer, frame, pos, pos);
      }
      if (code === CR) flags |= T.CARRIAGE_RETURN;
      pos++;
    } else if (code === 0 && pos >= length) {
      pos = length;
      return emit();
    } else pos++;
  }
};
