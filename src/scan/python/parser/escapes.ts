import { codePointNamed } from './unicode-names.ts';

/** Line breaks as Python sees them: each is a line feed. */
export const unifyBreaks = (text: string): string => text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');

/** Told when an escape is malformed: what is wrong, and where in the text it begins and ends. */
export type BadEscape = (message: string, start: number, end: number) => void;

const BACKSLASH = '\\';
const SIMPLE: Readonly<Record<string, string>> = {
  [BACKSLASH]: BACKSLASH,
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};
const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const MAX_CODE_POINT = 0x10ffff;

const isOctal = (code: number): boolean => code >= 0x30 && code <= 0x37;

const isHex = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || ((code | 32) >= 0x61 && (code | 32) <= 0x66);

// The offset behind up to `most` hexadecimal digits from `from` on.
const hexEnd = (text: string, from: number, most: number): number => {
  let at = from;
  while (at < from + most && isHex(text.charCodeAt(at))) at++;
  return at;
};

const octalEnd = (text: string, from: number): number => {
  let at = from;
  while (at < from + 3 && isOctal(text.charCodeAt(at))) at++;
  return at;
};

interface Escape {
  value: string;
  /** The offset behind it. */
  end: number;
}

const hexEscape = (text: string, at: number, length: number, bad: BadEscape): Escape | null => {
  const end = hexEnd(text, at + 2, length);
  const code = Number.parseInt(text.slice(at + 2, end), 16);
  if (end === at + 2 + length && code <= MAX_CODE_POINT) return { value: String.fromCodePoint(code), end };
  bad('a malformed escape', at, end);
  return null;
};

const namedEscape = (text: string, at: number, bad: BadEscape): Escape | null => {
  const close = text[at + 2] === '{' ? text.indexOf('}', at + 3) : -1;
  if (close < 0) {
    bad('a malformed escape', at, at + 2);
    return null;
  }
  const code = codePointNamed(text.slice(at + 3, close));
  if (code !== null) return { value: String.fromCodePoint(code), end: close + 1 };
  bad('an unknown character name', at, close + 1);
  return null;
};

const escapeAt = (text: string, at: number, bytes: boolean, bad: BadEscape): Escape | null => {
  const letter = text[at + 1] ?? '';
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { value: simple, end: at + 2 };
  if (isOctal(text.charCodeAt(at + 1))) {
    const end = octalEnd(text, at + 1);
    const code = Number.parseInt(text.slice(at + 1, end), 8);
    return { value: String.fromCharCode(bytes ? code & 0xff : code), end };
  }
  if (letter === 'x' || (!bytes && (letter === 'u' || letter === 'U'))) {
    return hexEscape(text, at, HEX_LENGTHS[letter] ?? 0, bad);
  }
  return !bytes && letter === 'N' ? namedEscape(text, at, bad) : null;
};

/**
 * The value of the text between the quotes of a literal that is not raw. An escape that Python does not know stays as
 * it is written, as in Python; a malformed one does too, and is reported. With `bytes`, each unit of the value is a
 * byte.
 */
export const undoEscapes = (text: string, bytes: boolean, bad: BadEscape): string => {
  let value = '';
  let from = 0;
  for (let at = text.indexOf(BACKSLASH); at >= 0; at = text.indexOf(BACKSLASH, at)) {
    const found = escapeAt(text, at, bytes, bad);
    if (found === null) {
      at += 2;
      continue;
    }
    value += text.slice(from, at) + found.value;
    from = found.end;
    at = found.end;
  }
  return value + text.slice(from);
};
