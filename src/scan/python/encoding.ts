import { isAscii, isUtf8 } from 'node:buffer';

/** The text of a file and the encoding that it was read in. */
export interface Decoded {
  source: string;
  encoding: string;
  /** What is wrong with the bytes or with what they say of their encoding, and the offset in the text. */
  problems: { message: string; offset: number }[];
}

// PEP 263: a comment in the first two lines; before a second line that declares it, only a comment or nothing.
const DECLARATION = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const BLANK = /^[ \t\f]*(?:#.*)?$/;
const LONGEST_DECLARATION = 1024;

// Names that Python gives to encodings and WHATWG does not, in the form of `normalName`.
const ALIASES: Readonly<Record<string, string>> = {
  '646': 'ascii',
  'us-ascii': 'ascii',
  'utf-8-sig': 'utf-8',
  utf8: 'utf-8',
  u8: 'utf-8',
  utf: 'utf-8',
  cp65001: 'utf-8',
  latin1: 'latin-1',
  latin: 'latin-1',
  l1: 'latin-1',
  8859: 'latin-1',
  cp819: 'latin-1',
  'iso-8859-1': 'latin-1',
  'iso8859-1': 'latin-1',
  'iso-latin-1': 'latin-1',
  cp932: 'shift_jis',
  'shift-jis': 'shift_jis',
  sjis: 'shift_jis',
  eucjp: 'euc-jp',
  ujis: 'euc-jp',
  euckr: 'euc-kr',
  cp949: 'euc-kr',
  gb2312: 'gbk',
  cp936: 'gbk',
  big5hkscs: 'big5',
  'big5-hkscs': 'big5',
  cp874: 'windows-874',
  'mac-roman': 'macintosh',
  macroman: 'macintosh',
  'mac-cyrillic': 'x-mac-cyrillic',
};

// CPython takes no other name than this where the mark of UTF-8 stands.
const isPlainUtf8 = (name: string): boolean => /^utf[-_]8(?:[-_]|$)/i.test(name);

const normalName = (name: string): string => {
  const lower = name.toLowerCase().replaceAll('_', '-');
  // Editors add how lines end: `latin-1-unix`.
  if (/^(?:latin-1|iso-8859-1|iso-latin-1)-/.test(lower)) return 'latin-1';
  return /^utf-8(?:-|$)/.test(lower)
    ? 'utf-8'
    : (ALIASES[lower] ?? lower.replace(/^(?:cp|windows-?)(125\d)$/, 'windows-$1'));
};

const declaredIn = (bytes: Uint8Array): { name: string; end: number } | null => {
  const head = Buffer.from(bytes.subarray(0, LONGEST_DECLARATION)).toString('latin1');
  const [first = '', second = ''] = head.split(/\r\n|\r|\n/, 2);
  for (const line of [first, second]) {
    const match = DECLARATION.exec(line);
    if (match?.[1] !== undefined) return { name: match[1], end: match[0].length };
    if (!BLANK.test(line)) return null;
  }
  return null;
};

const startsWith = (bytes: Uint8Array, ...mark: number[]): boolean =>
  mark.every((byte, at) => bytes[at] === byte);

// How many of the bytes are well-formed UTF-8 before the first that are not.
const validLength = (bytes: Uint8Array): number => {
  let low = 0;
  let high = bytes.length;
  // The longest prefix that is valid up to a character cut off at its end.
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const valid = [0, 1, 2, 3].some((cut) => middle - cut >= 0 && isUtf8(bytes.subarray(0, middle - cut)));
    if (valid) low = middle;
    else high = middle - 1;
  }
  for (let cut = 0; cut < 4; cut++) if (isUtf8(bytes.subarray(0, low - cut))) return low - cut;
  return low;
};

const decodeUtf8 = (bytes: Uint8Array, problems: Decoded['problems']): string => {
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!isUtf8(bytes)) {
    const offset = new TextDecoder().decode(bytes.subarray(0, validLength(bytes))).length;
    problems.push({ message: 'bytes that are not UTF-8', offset });
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
};

const decodeAs = (bytes: Uint8Array, name: string, problems: Decoded['problems']): Decoded => {
  if (name === 'utf-8') return { source: decodeUtf8(bytes, problems), encoding: name, problems };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (name === 'latin-1') return { source: buffer.toString('latin1'), encoding: name, problems };
  if (name === 'ascii') {
    const odd = bytes.findIndex((byte) => byte > 127);
    if (odd >= 0) problems.push({ message: 'bytes that are not ASCII', offset: odd });
    return { source: buffer.toString('latin1'), encoding: name, problems };
  }
  try {
    const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true });
    return { source: decoder.decode(bytes), encoding: decoder.encoding, problems };
  } catch (error) {
    const unknown = error instanceof RangeError;
    problems.push({ message: unknown ? 'an unknown encoding' : `bytes that are not ${name}`, offset: 0 });
    const source = unknown ? decodeUtf8(bytes, []) : new TextDecoder(name).decode(bytes);
    return { source, encoding: unknown ? 'utf-8' : name, problems };
  }
};

/**
 * The text of a Python file, read as PEP 263 says: by its byte order mark, else by the encoding that a comment in the
 * first two lines declares, else as UTF-8. Never throws; bytes that cannot be read become U+FFFD. UTF-16 is read by
 * its mark, though Python has no such files.
 */
export const decodePython = (bytes: Uint8Array): Decoded => {
  const problems: Decoded['problems'] = [];
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) {
    const name = bytes[0] === 0xff ? 'utf-16le' : 'utf-16be';
    problems.push({ message: 'UTF-16 is no encoding of Python files', offset: 0 });
    return { source: new TextDecoder(name).decode(bytes), encoding: name, problems };
  }
  const marked = startsWith(bytes, 0xef, 0xbb, 0xbf);
  const body = marked ? bytes.subarray(3) : bytes;
  const declared = declaredIn(body);
  const name = declared === null ? 'utf-8' : normalName(declared.name);
  if (marked && declared !== null && !isPlainUtf8(declared.name)) {
    problems.push({ message: `${name} is declared, but the file begins with the mark of UTF-8`, offset: 0 });
    return decodeAs(body, 'utf-8', problems);
  }
  return decodeAs(body, name, problems);
};
