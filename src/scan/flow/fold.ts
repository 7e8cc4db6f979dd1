import type { Constant } from './value.ts';

const LONGEST = 4096;
const isNumber = (value: Constant): value is number | boolean =>
  typeof value === 'number' || typeof value === 'boolean';

/** The truth of a constant, as Python sees it. */
export const truthOf = (value: Constant): boolean =>
  value !== null && value !== false && value !== 0 && value !== '';

export const textOf = (value: Constant): string =>
  value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : String(value);

/** `a op b` for two constants, or undefined when it is not known (or raises). */
export const foldBinary = (op: string, a: Constant, b: Constant): Constant | undefined => {
  if (typeof a === 'string' && typeof b === 'string') {
    return op === 'Add' && a.length + b.length <= LONGEST ? a + b : undefined;
  }
  if (op === 'Mult' && typeof a === 'string' && typeof b === 'number') return repeat(a, b);
  if (op === 'Mult' && typeof b === 'string' && typeof a === 'number') return repeat(b, a);
  if (op === 'Mod' && typeof a === 'string') return foldPercent(a, [b]);
  if (!isNumber(a) || !isNumber(b)) return undefined;
  const [x, y] = [Number(a), Number(b)];
  const result = arithmetic(op, x, y);
  return result === undefined || !Number.isFinite(result) || Math.abs(result) > Number.MAX_SAFE_INTEGER
    ? undefined
    : result;
};

const repeat = (text: string, times: number): string | undefined =>
  text.length * Math.max(0, times) <= LONGEST ? text.repeat(Math.max(0, times)) : undefined;

const arithmetic = (op: string, x: number, y: number): number | undefined => {
  switch (op) {
    case 'Add':
      return x + y;
    case 'Sub':
      return x - y;
    case 'Mult':
      return x * y;
    case 'Div':
      return y === 0 ? undefined : x / y;
    case 'FloorDiv':
      return y === 0 ? undefined : Math.floor(x / y);
    case 'Mod':
      return y === 0 ? undefined : x - y * Math.floor(x / y);
    case 'Pow':
      return x ** y;
    case 'LShift':
      return y < 50 ? x * 2 ** y : undefined;
    case 'RShift':
      return Math.floor(x / 2 ** y);
    case 'BitAnd':
      return small(x, y) ? x & y : undefined;
    case 'BitOr':
      return small(x, y) ? x | y : undefined;
    case 'BitXor':
      return small(x, y) ? x ^ y : undefined;
    default:
      return undefined;
  }
};

const small = (x: number, y: number) => Math.abs(x) < 2 ** 31 && Math.abs(y) < 2 ** 31;

/** `format % values` with constants, or undefined. */
export const foldPercent = (format: string, values: readonly Constant[]): string | undefined => {
  let at = 0;
  let known = true;
  const text = format.replace(/%(?:\d{0,3})([sdrif%])/g, (_, kind: string) => {
    if (kind === '%') return '%';
    const value = values[at++];
    if (value === undefined || kind === 'r' || kind === 'f') known = false;
    return value === undefined ? '' : textOf(value);
  });
  return known && at === values.length && !/%[^%]/.test(format.replace(/%(?:\d{0,3})[sdrif%]/g, ''))
    ? text
    : undefined;
};

/** A comparison of two constants, or undefined. */
export const foldCompare = (op: string, a: Constant, b: Constant): boolean | undefined => {
  const [x, y] = [typeof a === 'boolean' ? Number(a) : a, typeof b === 'boolean' ? Number(b) : b];
  switch (op) {
    case 'Eq':
      return x === y;
    case 'NotEq':
      return x !== y;
    case 'Is':
      return a === null || b === null || typeof a === 'boolean' ? a === b : undefined;
    case 'IsNot':
      return a === null || b === null || typeof a === 'boolean' ? a !== b : undefined;
    case 'In':
      return typeof a === 'string' && typeof b === 'string' ? b.includes(a) : undefined;
    case 'NotIn':
      return typeof a === 'string' && typeof b === 'string' ? !b.includes(a) : undefined;
    default:
  }
  if (x === null || y === null || typeof x !== typeof y) return undefined;
  switch (op) {
    case 'Lt':
      return x < y;
    case 'LtE':
      return x <= y;
    case 'Gt':
      return x > y;
    case 'GtE':
      return x >= y;
    default:
      return undefined;
  }
};

/** `text[from:to:by]`, where undefined stands for a part that was left out. */
export const slice = <T>(items: ArrayLike<T>, from?: number, to?: number, by = 1): T[] => {
  const n = items.length;
  const clamp = (i: number, low: number, high: number) => Math.min(high, Math.max(low, i < 0 ? i + n : i));
  const out: T[] = [];
  if (by > 0) {
    for (let i = clamp(from ?? 0, 0, n); i < clamp(to ?? n, 0, n); i += by) out.push(items[i] as T);
  } else if (by < 0) {
    const stop = to === undefined ? -1 : clamp(to, -1, n - 1);
    for (let i = clamp(from ?? n - 1, -1, n - 1); i > stop; i += by) out.push(items[i] as T);
  }
  return out;
};

type Method = (text: string, args: readonly Constant[]) => Constant | readonly string[] | undefined;
const str = (value: Constant | undefined): value is string => typeof value === 'string';
const trim = (text: string, set: Constant | undefined, left: boolean, right: boolean): string => {
  const drop = (char: string) => (str(set) ? set.includes(char) : /\s/.test(char));
  let [from, to] = [0, text.length];
  while (left && from < to && drop(text[from] ?? '')) from++;
  while (right && to > from && drop(text[to - 1] ?? '')) to--;
  return text.slice(from, to);
};
const replaceAll: Method = (text, [a, b]) =>
  str(a) && str(b) && a !== '' ? text.split(a).join(b) : undefined;
const same: Method = (text) => text;

/** String methods of constants; the result is a constant, a list of strings, or undefined when not known. */
export const STRING_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['upper', (text) => text.toUpperCase()],
  ['lower', (text) => text.toLowerCase()],
  ['casefold', (text) => text.toLowerCase()],
  ['strip', (text, [set]) => trim(text, set, true, true)],
  ['lstrip', (text, [set]) => trim(text, set, true, false)],
  ['rstrip', (text, [set]) => trim(text, set, false, true)],
  ['title', (text) => text.toLowerCase().replace(/\b[a-z]/g, (c) => c.toUpperCase())],
  ['capitalize', (text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()],
  ['replace', (text, args) => (args.length === 2 ? replaceAll(text, args) : undefined)],
  ['startswith', (text, [a]) => (str(a) ? text.startsWith(a) : undefined)],
  ['endswith', (text, [a]) => (str(a) ? text.endsWith(a) : undefined)],
  ['find', (text, args) => (args.length === 1 && str(args[0]) ? text.indexOf(args[0]) : undefined)],
  ['index', (text, args) => (args.length === 1 && str(args[0]) ? text.indexOf(args[0]) : undefined)],
  ['count', (text, [a]) => (str(a) && a !== '' ? text.split(a).length - 1 : undefined)],
  ['isdigit', (text) => /^[0-9]+$/.test(text)],
  ['isalpha', (text) => /^[A-Za-z]+$/.test(text)],
  ['isalnum', (text) => /^[A-Za-z0-9]+$/.test(text)],
  ['removeprefix', (text, [a]) => (str(a) && text.startsWith(a) ? text.slice(a.length) : text)],
  ['removesuffix', (text, [a]) => (str(a) && a !== '' && text.endsWith(a) ? text.slice(0, -a.length) : text)],
  ['encode', same],
  ['decode', same],
  ['zfill', (text, [n]) => (typeof n === 'number' && n < 200 ? text.padStart(n, '0') : undefined)],
  ['split', (text, args) => splitText(text, args)],
  ['splitlines', (text) => text.split(/\r\n|\r|\n/)],
]);

const splitText = (text: string, args: readonly Constant[]): readonly string[] | undefined => {
  if (args.length === 0 || args[0] === null) return text.split(/\s+/).filter((part) => part !== '');
  return args.length === 1 && str(args[0]) && args[0] !== '' ? text.split(args[0]) : undefined;
};
