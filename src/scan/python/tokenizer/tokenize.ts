import {
  BACKSLASH_CODE,
  CLASSES,
  DIGIT,
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

// A name that is directly followed by a quote. Returns whether it was the prefix of a literal.
const scanPrefixed = (lexer: Lexer, start: number, quoteAt: number): boolean => {
  if (quoteAt - start > LONGEST_PREFIX) return false;
  const flags = PREFIXES.get(lexer.source.slice(start, quoteAt).toLowerCase());
  if (flags === undefined) return false;
  if ((flags & (FORMAT | T.TEMPLATE)) !== 0) openFString(lexer, start, quoteAt, flags & ~FORMAT);
  // CPython keeps the kind of a `u` literal, but not of a `U` one.
  else scanString(lexer, start, quoteAt, lexer.at(start) === 0x55 ? flags & ~T.UNICODE : flags);
  return true;
};

const scanName = (lexer: Lexer, start: number): void => {
  const { codes } = lexer;
  let pos = start;
  let hash = 0;
  for (;;) {
    const code = codes[pos] as number;
    if (code > 127) return scanUnicodeName(lexer, start);
    const kind = CLASSES[code];
    if (kind !== LETTER && kind !== DIGIT) {
      if (kind === QUOTE && scanPrefixed(lexer, start, pos)) return;
      break;
    }
    hash = hashStep(hash, code);
    pos++;
  }
  const place = lexer.names.intern(lexer.source, codes, start, pos, hash);
  const kind = place < T.KEYWORDS.length ? T.FIRST_KEYWORD + place : T.NAME;
  if (T.ENDS_BRACKETS[kind] === 1 && lexer.brackets.length > 0 && closeAtKeyword(lexer, start)) return;
  lexer.tokens.push(kind, start, pos, place);
  lexer.pos = pos;
};

const scanLineBreak = (lexer: Lexer, start: number): void => {
  lexer.pos = lexer.afterBreak(start);
  if (lexer.brackets.length > 0) return;
  lexer.tokens.push(T.NEWLINE, start, start, 0);
  scanLineStart(lexer);
};

const scanOdd = (lexer: Lexer, start: number): void => {
  if (lexer.codes[start] === BACKSLASH_CODE) {
    if (continuesLine(lexer, start)) {
      lexer.pos = lexer.afterBreak(start + 1);
      return;
    }
  } else lexer.errors.report('a character that cannot stand here', start, start + 1);
  lexer.tokens.push(T.ERROR, start, start + 1, 0);
  lexer.pos = start + 1;
};

// The end of the text closes the last line and all blocks. Returns whether something before it has to be read again.
const scanEnd = (lexer: Lexer): boolean => {
  if (closeAtEnd(lexer)) return true;
  const { tokens, length } = lexer;
  const last = tokens.count === 0 ? T.NEWLINE : (tokens.kinds[tokens.count - 1] as number);
  if (last > T.DEDENT) tokens.push(T.NEWLINE, length, length, 0);
  for (let open = lexer.indents.length; open > 1; open--) tokens.push(T.DEDENT, length, length, 0);
  tokens.push(T.END, length, length, 0);
  return false;
};

/** Reads the whole text. The last token is END; every INDENT has its DEDENT; NEWLINEs stand outside of brackets only. */
export const tokenize = (lexer: Lexer): void => {
  const { codes, length } = lexer;
  scanLineStart(lexer);
  for (;;) {
    let pos = lexer.pos;
    let code = codes[pos] as number;
    while (code === SPACE || code === TAB || code === FORM_FEED) code = codes[++pos] as number;
    if (code > 127) {
      scanUnicodeName(lexer, pos);
      continue;
    }
    switch (CLASSES[code]) {
      case LETTER:
        scanName(lexer, pos);
        break;
      case DIGIT:
        scanNumber(lexer, pos);
        break;
      case QUOTE:
        scanString(lexer, pos, pos, 0);
        break;
      case LINE_BREAK:
        scanLineBreak(lexer, pos);
        break;
      case OPERATOR:
        if (code === 0x2e && isDigit(lexer.at(pos + 1))) scanNumber(lexer, pos);
        else scanOperator(lexer, pos);
        break;
      default:
        lexer.pos = pos;
        if (pos >= length) {
          if (!scanEnd(lexer)) return;
        } else if (code === HASH) skipComment(lexer);
        else scanOdd(lexer, pos);
    }
  }
};
