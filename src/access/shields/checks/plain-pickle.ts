/** Bytes of the argument behind each opcode that only makes plain data (Python's pickletools, protocols 0 to 5). */
const FIXED: Readonly<Record<string, number>> = {
  '(': 0,
  '0': 0,
  '1': 0,
  '2': 0,
  K: 1,
  M: 2,
  J: 4,
  N: 0,
  G: 8,
  q: 1,
  r: 4,
  h: 1,
  j: 4,
  a: 0,
  e: 0,
  s: 0,
  u: 0,
  t: 0,
  l: 0,
  d: 0,
  ']': 0,
  ')': 0,
  '}': 0,
  '\u0080': 1,
  '\u0085': 0,
  '\u0086': 0,
  '\u0087': 0,
  '\u0088': 0,
  '\u0089': 0,
  '\u008f': 0,
  '\u0090': 0,
  '\u0091': 0,
  '\u0094': 0,
  '\u0095': 8,
};
/** Opcodes with a counted text behind them, by the size of the count. */
const COUNTED: Readonly<Record<string, number>> = {
  U: 1,
  T: 4,
  C: 1,
  B: 4,
  X: 4,
  '\u008a': 1,
  '\u008b': 4,
  '\u008c': 1,
  '\u008d': 8,
  '\u008e': 8,
  '\u0096': 8,
};
/** Opcodes with a line behind them. */
const LINES = new Set(['I', 'L', 'F', 'V', 'S', 'p', 'g']);

/**
 * Whether a pickle only makes numbers, texts, lists and maps: every opcode is walked, and one that looks up, calls or
 * builds anything (GLOBAL, STACK_GLOBAL, REDUCE, NEWOBJ, BUILD, INST, OBJ, EXT, PERSID) refuses it, as does one that is
 * not known and anything behind the end.
 */
const makesPlainData = (bytes: Buffer): boolean => {
  let at = 0;
  while (at < bytes.length) {
    const op = String.fromCharCode(bytes[at] ?? 0);
    at++;
    if (op === '.') return at === bytes.length;
    const fixed = FIXED[op];
    const counted = COUNTED[op];
    if (fixed !== undefined) at += fixed;
    else if (counted !== undefined) {
      if (at + counted > bytes.length) return false;
      const size = counted === 8 ? Number(bytes.readBigUInt64LE(at)) : bytes.readUIntLE(at, counted);
      at += counted + size;
    } else if (LINES.has(op)) {
      const end = bytes.indexOf(0x0a, at);
      if (end === -1) return false;
      at = end + 1;
    } else return false;
  }
  return false;
};

/**
 * The same for a pickle in base64, only in the one spelling that all decoders read alike: Python's drops what is not of
 * the alphabet, `-` and `_` among it. What could be hexadecimal as well has to be plain in that reading too.
 */
export const isPlainPickle = (value: string): boolean => {
  if (value === '') return true;
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) return false;
  if (/^[0-9A-Fa-f]+$/.test(value) && !makesPlainData(Buffer.from(value, 'hex'))) return false;
  return makesPlainData(Buffer.from(value, 'base64'));
};
