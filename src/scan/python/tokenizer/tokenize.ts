import {
  BACKSLASH_CODE,
  CLASSES,
  DIGIT,
  DOT_CODE,
  FORM_FEED,
  HASH,
  isDigit,
  LETTER,
  LINE_BREAK,
  OPERATOR,
  QUOTE,
  SPACE,
  TAB,
} from './characters.ts';
import { openFString } from './fstrings.ts';
import { scanUnicodeName } from './identifiers.ts';
import { continuesLine, scanLineStart, skipComment } from './indentation.ts';
import * as T from './kinds.ts';
import type { Lexer } from './lexer.ts';
import { hashStep } from './names.ts';
import { scanNumber } from './numbers.ts';
import { scanOperator } from './operators.ts';
import { closeAtEnd, closeAtKeyword } from './recovery.ts';
import { scanString } from './strings.ts';

const LONGEST_PREFIX = 2;

// What the letters of a prefix mean; FORMAT marks `f`, which an FSTRING_START carries by its kind.
const FORMAT = 1 << 20;
const PREFIX_LETTERS: Record<string, number> = {
  b: T.BYTES,
  r: T.RAW,
  u: T.UNICODE,
  f: FORMAT,
  t: T.TEMPLATE,
};

// The flags of every prefix there is, by its text in lower case.
const PREFIXES = new Map(
  ['b', 'r', 'u', 'f', 't', 'br', 'rb', 'fr', 'rf', 'tr', 'rt'].map((prefix) => [
    prefix,
    [...prefix].reduce((flags, letter) => flags | (PREFIX_LETTERS[letter] ?? 0), prefix.length),
  ]),
);

// A name that is directly followed by a quote. Returns where to read on, or -1 if it is not the prefix of a literal.
const scanPrefixed = (lexer: Lexer, start: number, quoteAt: number): number => {
  if (quoteAt - start > LONGEST_PREFIX) return -1;
  const flags = PREFIXES.get(lexer.source.slice(start, quoteAt).toLowerCase());
  if (flags === undefined) return -1;
  if ((flags & (FORMAT | T.TEMPLATE)) !== 0) return openFString(lexer, start, quoteAt, flags & ~FORMAT);
  // CPython keeps the kind of a `u` literal, but not of a `U` one.
  return scanString(lexer, start, quoteAt, lexer.at(start) === 0x55 ? flags & ~T.UNICODE : flags);
};

const scanName = (lexer: Lexer, start: number): number => {
  const { codes } = lexer;
  let pos = start;
  let hash = 0;
  for (;;) {
    const code = codes[pos] as number;
    if (code > 127) return scanUnicodeName(lexer, start);
    const kind = CLASSES[code];
    if (kind !== LETTER && kind !== DIGIT) {
      const end = kind === QUOTE ? scanPrefixed(lexer, start, pos) : -1;
      if (end >= 0) return end;
      break;
    }
    hash = hashStep(hash, code);
    pos++;
  }
  const place = lexer.names.intern(lexer.source, codes, start, pos, hash);
  const kind = place < T.KEYWORDS.length ? T.FIRST_KEYWORD + place : T.NAME;
  if (T.ENDS_BRACKETS[kind] === 1 && lexer.brackets.length > 0) {
    const again = closeAtKeyword(lexer, start);
    if (again >= 0) return again;
  }
  lexer.tokens.push(kind, start, pos, place);
  return pos;
};

const scanLineBreak = (lexer: Lexer, start: number): number => {
  const end = lexer.afterBreak(start);
  if (lexer.brackets.length > 0) return end;
  lexer.tokens.push(T.NEWLINE, start, start, 0);
  return scanLineStart(lexer, end);
};

const scanOdd = (lexer: Lexer, start: number): number => {
  if (lexer.codes[start] === BACKSLASH_CODE) {
    if (continuesLine(lexer, start)) return lexer.afterBreak(start + 1);
  } else lexer.errors.report('a character that cannot stand here', start, start + 1);
  lexer.tokens.push(T.ERROR, start, start + 1, 0);
  return start + 1;
};

// The end of the text closes the last line and all blocks. Returns where something has to be read again, or -1.
const scanEnd = (lexer: Lexer): number => {
  const again = closeAtEnd(lexer);
  if (again >= 0) return again;
  const { tokens, length } = lexer;
  const last = tokens.count === 0 ? T.NEWLINE : (tokens.kinds[tokens.count - 1] as number);
  if (last > T.DEDENT) tokens.push(T.NEWLINE, length, length, 0);
  for (let open = lexer.indents.length; open > 1; open--) tokens.push(T.DEDENT, length, length, 0);
  tokens.push(T.END, length, length, 0);
  return -1;
};

/**
 * Reads the text from `start` on. The last token is END; every INDENT has its DEDENT; NEWLINEs stand outside of
 * brackets only.
 */
export const tokenize = (lexer: Lexer, start: number): void => {
  const { codes, length } = lexer;
  let pos = scanLineStart(lexer, start);
  while (pos >= 0) {
    let code = codes[pos] as number;
    while (code === SPACE || code === TAB || code === FORM_FEED) code = codes[++pos] as number;
    if (code > 127) {
      pos = scanUnicodeName(lexer, pos);
      continue;
    }
    switch (CLASSES[code]) {
      case LETTER:
        pos = scanName(lexer, pos);
        break;
      case DIGIT:
        pos = scanNumber(lexer, pos);
        break;
      case QUOTE:
        pos = scanString(lexer, pos, pos, 0);
        break;
      case LINE_BREAK:
        pos = scanLineBreak(lexer, pos);
        break;
      case OPERATOR:
        if (code === DOT_CODE && isDigit(lexer.at(pos + 1))) pos = scanNumber(lexer, pos);
        else pos = scanOperator(lexer, pos);
        break;
      default:
        if (pos >= length) pos = scanEnd(lexer);
        else if (code === HASH) pos = skipComment(lexer, pos);
        else pos = scanOdd(lexer, pos);
    }
  }
};
