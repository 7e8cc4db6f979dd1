import { isDigit, isNameCharacter } from './characters.ts';
import { NUMBER } from './kinds.ts';
import type { Lexer } from './lexer.ts';

/** The value of a NUMBER token that is not one. */
export const BAD_NUMBER = -2;
/** The value of a NUMBER token that has to be read from its text. */
export const LONG_NUMBER = -1;

const LONGEST_INLINE = 9;
const UNDERSCORE = 0x5f;

// Words that may follow a number without a space: `1if x else 2` (deprecated, but Python).
const FOLLOWERS = ['and', 'else', 'for', 'if', 'in', 'is', 'not', 'or'];

const digitOf = (code: number): number => {
  if (isDigit(code)) return code - 0x30;
  const lower = code | 32;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : 99;
};

const isLetter = (code: number, lower: number): boolean => (code | 32) === lower;

const followerAt = (lexer: Lexer, pos: number): boolean =>
  FOLLOWERS.some(
    (word) =>
      lexer.source.startsWith(word, pos) &&
      // CPython looks at two letters only where the word begins with `i`.
      (word.charCodeAt(0) === 0x69 ||
        !(isNameCharacter(lexer.at(pos + word.length)) || lexer.at(pos + word.length) > 127)),
  );

// Emits the token and returns where it ends.
const finish = (lexer: Lexer, start: number, end: number, value: number): number => {
  let pos = end;
  let kept = value;
  if (isNameCharacter(lexer.at(pos)) && !followerAt(lexer, pos)) {
    while (isNameCharacter(lexer.at(pos))) pos++;
    if (kept !== BAD_NUMBER) lexer.errors.report('invalid number', start, pos);
    kept = BAD_NUMBER;
  }
  lexer.tokens.push(NUMBER, start, pos, kept);
  return pos;
};

// Digits with single underscores between them, the first of them at `from` or behind it. Returns the offset behind, or
// its complement when an underscore stands where none may.
const digits = (lexer: Lexer, from: number): number => {
  let pos = from;
  for (;;) {
    while (isDigit(lexer.at(pos))) pos++;
    if (lexer.at(pos) !== UNDERSCORE) return pos;
    if (!isDigit(lexer.at(pos + 1))) return ~pos;
    pos++;
  }
};

const refuse = (lexer: Lexer, start: number, end: number): number => {
  lexer.errors.report('invalid number', start, end);
  return finish(lexer, start, end, BAD_NUMBER);
};

const scanRadix = (lexer: Lexer, start: number, radix: number): number => {
  let pos = start + 2;
  do {
    if (lexer.at(pos) === UNDERSCORE) pos++;
    if (digitOf(lexer.at(pos)) >= radix) return refuse(lexer, start, pos);
    while (digitOf(lexer.at(pos)) < radix) pos++;
  } while (lexer.at(pos) === UNDERSCORE);
  if (isDigit(lexer.at(pos))) return refuse(lexer, start, pos);
  return finish(lexer, start, pos, LONG_NUMBER);
};

/** Reads the number at `start`, whose first character is a digit, or a dot before one. Returns where it ends. */
export const scanNumber = (lexer: Lexer, start: number): number => {
  const first = lexer.at(start);
  const second = lexer.at(start + 1);
  if (first === 0x30) {
    if (isLetter(second, 0x78)) return scanRadix(lexer, start, 16);
    if (isLetter(second, 0x6f)) return scanRadix(lexer, start, 8);
    if (isLetter(second, 0x62)) return scanRadix(lexer, start, 2);
  }
  let pos = digits(lexer, start);
  if (pos < 0) return refuse(lexer, start, ~pos);
  const whole = pos;
  if (lexer.at(pos) === 0x2e) {
    pos++;
    if (isDigit(lexer.at(pos))) pos = digits(lexer, pos);
    if (pos < 0) return refuse(lexer, start, ~pos);
  }
  if (isLetter(lexer.at(pos), 0x65)) {
    const sign = lexer.at(pos + 1) === 0x2b || lexer.at(pos + 1) === 0x2d ? 1 : 0;
    if (isDigit(lexer.at(pos + 1 + sign))) {
      pos = digits(lexer, pos + 1 + sign);
      if (pos < 0) return refuse(lexer, start, ~pos);
    } else if (sign === 1) return refuse(lexer, start, pos + 2);
  }
  if (isLetter(lexer.at(pos), 0x6a)) pos++;
  if (pos > whole) return finish(lexer, start, pos, LONG_NUMBER);
  // `007` is no integer, though `000` and `007.5` are numbers.
  if (first === 0x30 && whole > start + 1 && /[1-9]/.test(lexer.source.slice(start, whole)))
    return refuse(lexer, start, whole);
  return finish(lexer, start, whole, shortValue(lexer, start, whole));
};

const shortValue = (lexer: Lexer, start: number, end: number): number => {
  if (end - start > LONGEST_INLINE) return LONG_NUMBER;
  let value = 0;
  for (let pos = start; pos < end; pos++) {
    const code = lexer.at(pos);
    if (code !== UNDERSCORE) value = value * 10 + code - 0x30;
  }
  return value;
};
