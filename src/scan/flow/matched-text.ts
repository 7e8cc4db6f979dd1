import { byName } from '../models/by-name.ts';
import { CONTEXTS, EVERYWHERE, makeSafe } from './taint.ts';
import { externalNames, replaceTaints, type Val } from './value.ts';

/** One character of a pattern: which it can be, and how often it stands there. */
interface Atom {
  readonly chars: string;
  readonly least: number;
  readonly most: number;
}

/** The characters from number `from` up to `to` are repeated together. */
interface Group {
  readonly from: number;
  readonly to: number;
  readonly least: number;
  readonly most: number;
}

interface Read {
  readonly atoms: readonly Atom[];
  readonly groups: readonly Group[];
  /** It has alternatives, so that what follows what is not told by the order. */
  readonly choice: boolean;
}

const LONGEST = 400;
const SAMPLES = [
  ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)),
  ...['\t', '\n', '\r', 'é'],
];
const URLS = CONTEXTS.url | CONTEXTS.redirect;
const WORDS = CONTEXTS.sql | CONTEXTS.identifier | CONTEXTS.shell | CONTEXTS.shellWord;
const SPACE =
  WORDS | CONTEXTS.attribute | CONTEXTS.code | CONTEXTS.template | CONTEXTS.script | CONTEXTS.nosql;
const LINES = CONTEXTS.log | CONTEXTS.header | CONTEXTS.email | CONTEXTS.cookie;
const NAMES = CONTEXTS.xpath | CONTEXTS.ldap | CONTEXTS.ldapName;

/** What a character takes away; one that is neither named here nor part of a word takes everything. */
const TAKES: ReadonlyMap<string, number> = new Map([
  ['-', 0],
  ['+', 0],
  ['.', URLS],
  ['@', URLS],
  [':', URLS],
  ['/', URLS | CONTEXTS.path | CONTEXTS.xpath],
  [',', CONTEXTS.ldapName],
  ['=', WORDS | NAMES | CONTEXTS.code | CONTEXTS.cookie],
  [' ', SPACE],
  ['\t', SPACE],
  ['\n', SPACE | LINES],
  ['\r', SPACE | LINES],
]);

const TOKEN =
  /\(\?:|\(\?P<\w{1,60}>|\((?!\?)|[)|]|[*+?]\??|\{\d{1,4}(?:,\d{0,4})?\}\??|\[\^?\]?(?:[^\]\\]|\\.)*\]|\\[dwsDWSntr.\-_ @/+:=,]|[\w\-/@:=, .]/y;
const QUANTIFIER = /^(?:[*+?]|\{\d)/;

const timesOf = (token: string): { least: number; most: number } => {
  const [from = '', to] = token.replace(/[{}?]/g, '').split(',');
  if (token.startsWith('{'))
    return { least: Number(from), most: to === undefined ? Number(from) : to === '' ? 1e9 : Number(to) };
  return { least: token.startsWith('+') ? 1 : 0, most: token.startsWith('?') ? 1 : 1e9 };
};

const samplesOf = (token: string): string | null => {
  try {
    const one = new RegExp(`^${token === '/' ? '\\/' : token}$`);
    return SAMPLES.filter((sample) => one.test(sample)).join('');
  } catch {
    return null;
  }
};

/** The characters of a pattern in their order; null where it says something that is not looked into. */
const readAtoms = (pattern: string): Read | null => {
  const atoms: Atom[] = [];
  const groups: Group[] = [];
  const opened: number[] = [];
  let choice = false;
  // What a quantifier speaks of: the last character, or the group that was just closed.
  let last: number | null = null;
  TOKEN.lastIndex = 0;
  for (let at = 0; at < pattern.length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(pattern)?.[0];
    if (token === undefined) return null;
    if (QUANTIFIER.test(token)) {
      if (last === null) return null;
      const times = timesOf(token);
      const atom = atoms[last];
      if (last === atoms.length - 1 && atom !== undefined && pattern[at - 1] !== ')')
        atoms[last] = { ...atom, ...times };
      else groups.push({ from: last, to: atoms.length, ...times });
      last = null;
    } else if (token.startsWith('(')) {
      opened.push(atoms.length);
      last = null;
    } else if (token === ')') {
      const start = opened.pop();
      if (start === undefined) return null;
      last = start;
    } else if (token === '|') {
      choice = true;
      last = null;
    } else {
      const chars = samplesOf(token);
      // A class that Python reads otherwise (`[]<>]`) matches none of the samples.
      if (chars === null || chars === '') return null;
      last = atoms.length;
      atoms.push({ chars, least: 1, most: 1 });
    }
  }
  return opened.length > 0 ? null : { atoms, groups, choice };
};

/** `..` cannot be part of it: there is one dot, or after each comes something that is none. */
const hasNoWayUp = ({ atoms, groups, choice }: Read): boolean => {
  const dots = atoms.flatMap(({ chars }, i) => (chars.includes('.') ? [i] : []));
  if (dots.some((i) => atoms[i]?.most !== 1)) return false;
  const around = (i: number): Group[] => groups.filter(({ from, to }) => from <= i && i < to);
  if (dots.length === 0) return true;
  if (choice) return dots.length === 1 && dots.every((i) => around(i).every(({ most }) => most === 1));
  // Character `i` stands there wherever the dot does, and is none; a group that can be left out without the dot may be.
  const parts = (i: number, dot: number): boolean => {
    const atom = atoms[i];
    if (atom === undefined) return true;
    if (atom.least === 0 || atom.chars.includes('.')) return false;
    return around(i).every(({ from, to, least }) => least > 0 || (from <= dot && dot < to));
  };
  return dots.every((dot) => {
    const again = around(dot).filter(({ to, most }) => to === dot + 1 && most > 1);
    return parts(dot + 1, dot) && again.every(({ from }) => parts(from, dot));
  });
};

/** A path on this host and nothing else: one slash, then something that begins no host. */
const staysHere = ({ atoms: [slash, second], groups, choice }: Read): boolean =>
  !choice &&
  groups.every(({ from, least, most }) => from > 1 || (least > 0 && (from === 1 || most === 1))) &&
  slash?.chars === '/' &&
  slash.least === 1 &&
  slash.most === 1 &&
  second !== undefined &&
  second.least > 0 &&
  !/[/\\]/.test(second.chars);

const judged = byName((body: string): number => {
  const read = body.length > LONGEST ? null : readAtoms(body);
  if (read === null) return 0;
  let bits = EVERYWHERE;
  for (const { chars } of read.atoms) {
    for (const char of chars) {
      if (/[\wé]/.test(char)) continue;
      const takes = TAKES.get(char);
      if (takes === undefined) return 0;
      bits &= ~takes;
    }
  }
  if (!hasNoWayUp(read)) bits &= ~CONTEXTS.path;
  return staysHere(read) ? bits | URLS : bits;
});

const hasTopChoice = (body: string): boolean => {
  let depth = 0;
  for (const [token] of body.matchAll(/\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|[()|]/g)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (token === '|' && depth === 0) return true;
  }
  return false;
};

/**
 * Bits of the contexts for which a text is safe that `pattern` matches: by the characters that it lets through. Nothing is
 * where the pattern need not match the whole text; `full` says that it is held against all of it (`re.fullmatch`).
 */
export const safeWhenMatched = (pattern: string, full: boolean): number => {
  const begins = /^(?:\^|\\A)/.test(pattern);
  const ends = /(?:^|[^\\])(?:\\\\)*(?:\$|\\Z|\\z)$/.test(pattern);
  if (!full && !(begins && ends)) return 0;
  const body = pattern.replace(/^(?:\^|\\A)/, '').replace(ends ? /(?:\$|\\Z|\\z)$/ : /$^/, '');
  // The ends belong to the first and the last alternative alone.
  return (begins || ends) && hasTopChoice(body) ? 0 : judged(body);
};

/** Whether a match of `pattern` is the whole text and made of characters that mean nothing anywhere. */
export const wholeAndHarmless = (pattern: string, full: boolean): boolean =>
  safeWhenMatched(pattern, full) === EVERYWHERE;

/** What is left of `value` to fear where it is held against `pattern` before it comes in; null when nothing is. */
export const demanded = (value: Val, pattern: string | null | undefined): Val | null => {
  const bits = pattern == null ? 0 : safeWhenMatched(pattern, false);
  return bits === EVERYWHERE ? null : replaceTaints(value, makeSafe(value.taints, bits));
};

const MATCH = 're.Match of the whole text, safe for ';

/** The name of a match after which the text is safe for the contexts `bits`. */
export const matchNamed = (bits: number): string => MATCH + bits;

/** The contexts for which a text is safe that gave `match`; null when nothing is known of it. */
export const safeByMatch = (match: Val): number | null => {
  const found = externalNames(match).filter((name) => name.startsWith(MATCH));
  if (found.length === 0) return null;
  return found.reduce((bits, name) => bits & Number(name.slice(MATCH.length)), EVERYWHERE);
};
