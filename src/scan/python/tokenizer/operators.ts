import { closeBracket, FIELD, openBracket } from './brackets.ts';
import { scanMiddle } from './fstrings.ts';
import * as T from './kinds.ts';
import type { Lexer } from './lexer.ts';

// Kinds of the operators of one character, and of two or more by their first.
const SINGLE: Uint8Array = new Uint8Array(128);
const EQUALS = 0x3d;

for (const [character, kind] of [
  ['(', T.LPAR],
  [')', T.RPAR],
  ['[', T.LSQB],
  [']', T.RSQB],
  ['{', T.LBRACE],
  ['}', T.RBRACE],
  [':', T.COLON],
  [',', T.COMMA],
  [';', T.SEMI],
  ['.', T.DOT],
  ['!', T.EXCLAMATION],
  ['=', T.EQUAL],
  ['~', T.TILDE],
  ['+', T.PLUS],
  ['-', T.MINUS],
  ['*', T.STAR],
  ['@', T.AT],
  ['/', T.SLASH],
  ['%', T.PERCENT],
  ['&', T.AMPER],
  ['|', T.VBAR],
  ['^', T.CIRCUMFLEX],
  ['<', T.LESS],
  ['>', T.GREATER],
] as const) {
  SINGLE[character.charCodeAt(0)] = kind;
}

const DOUBLED: Record<number, number> = {
  [T.STAR]: T.DOUBLESTAR,
  [T.SLASH]: T.DOUBLESLASH,
  [T.LESS]: T.LEFTSHIFT,
  [T.GREATER]: T.RIGHTSHIFT,
};

const WITH_EQUALS: Record<number, number> = {
  [T.EQUAL]: T.EQEQUAL,
  [T.EXCLAMATION]: T.NOTEQUAL,
  [T.LESS]: T.LESSEQUAL,
  [T.GREATER]: T.GREATEREQUAL,
};

// Emits a token and returns where it ends.
const push = (lexer: Lexer, kind: number, start: number, length: number): number => {
  lexer.tokens.push(kind, start, start + length, 0);
  return start + length;
};

const close = (lexer: Lexer, kind: number, start: number): number => {
  const endsField = closeBracket(lexer, kind, start);
  const end = push(lexer, kind, start, 1);
  const frame = lexer.frames.at(-1);
  if (!endsField || frame === undefined) return end;
  frame.fields--;
  frame.freshSpec = false;
  return scanMiddle(lexer, end);
};

const colon = (lexer: Lexer, start: number): number => {
  if (lexer.brackets.length > 0 && lexer.brackets.at(-1) === FIELD) {
    const frame = lexer.frames.at(-1);
    if (frame !== undefined) frame.freshSpec = true;
    return scanMiddle(lexer, push(lexer, T.COLON, start, 1));
  }
  if (lexer.at(start + 1) === EQUALS) return push(lexer, T.COLONEQUAL, start, 2);
  return push(lexer, T.COLON, start, 1);
};

const dots = (lexer: Lexer, start: number): number => {
  const three = lexer.at(start + 1) === 0x2e && lexer.at(start + 2) === 0x2e;
  return push(lexer, three ? T.ELLIPSIS : T.DOT, start, three ? 3 : 1);
};

const arithmetic = (lexer: Lexer, kind: number, start: number): number => {
  const next = lexer.at(start + 1);
  if (next === lexer.at(start)) {
    const doubled = DOUBLED[kind];
    if (doubled !== undefined) {
      if (lexer.at(start + 2) === EQUALS) return push(lexer, doubled + T.AUGMENT, start, 3);
      return push(lexer, doubled, start, 2);
    }
  }
  if (next === EQUALS) {
    const compared = WITH_EQUALS[kind];
    if (compared !== undefined) return push(lexer, compared, start, 2);
    if (kind >= T.PLUS && kind <= T.CIRCUMFLEX) return push(lexer, kind + T.AUGMENT, start, 2);
  }
  if (next === 0x3e) {
    if (kind === T.MINUS) return push(lexer, T.ARROW, start, 2);
    if (kind === T.LESS) {
      lexer.tokens.push(T.NOTEQUAL, start, start + 2, T.DIAMOND);
      return start + 2;
    }
  }
  return push(lexer, kind, start, 1);
};

/** Reads the operator or bracket at `start`. Returns where to read on. */
export const scanOperator = (lexer: Lexer, start: number): number => {
  const kind = SINGLE[lexer.codes[start] as number] as number;
  switch (kind) {
    case T.LPAR:
    case T.LSQB:
    case T.LBRACE:
      openBracket(lexer, kind, start);
      return push(lexer, kind, start, 1);
    case T.RPAR:
    case T.RSQB:
    case T.RBRACE:
      return close(lexer, kind, start);
    case T.COLON:
      return colon(lexer, start);
    case T.DOT:
      return dots(lexer, start);
    case T.COMMA:
    case T.SEMI:
    case T.TILDE:
      return push(lexer, kind, start, 1);
    default:
      return arithmetic(lexer, kind, start);
  }
};
