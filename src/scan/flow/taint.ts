import type { WebSource } from '../../core/index.ts';

/** Contexts for which a value can have been made safe, as bits. */
export const CONTEXTS = {
  html: 1,
  attribute: 2,
  sql: 4,
  identifier: 8,
  shell: 16,
  path: 32,
  xpath: 64,
  ldap: 128,
  url: 256,
  redirect: 512,
  log: 1024,
  header: 2048,
  regex: 4096,
  code: 8192,
  template: 16384,
  email: 32768,
  xml: 65536,
  deserialize: 131072,
  trust: 262144,
  nosql: 524288,
  cookie: 1048576,
  archive: 4194304,
  /** Cannot end a text in single quotes. */
  quoted: 8388608,
  /** Cannot end a text in double quotes. */
  doubleQuoted: 16777216,
  /** One value within a distinguished name (RFC 4514), which is no value of a filter. */
  ldapName: 67108864,
  /** A value of JavaScript: safe in a script, as far as nothing in it ends the script. */
  script: 134217728,
  /** One word of a shell, with quotes of its own: safe where it stands outside of quotes. */
  shellWord: 33554432,
  /** Not a place where harm is done: links and dots are gone from the path, its beginning says where it leads. */
  resolved: 2097152,
} as const;
export type Context = keyof typeof CONTEXTS;

export const bitsOf = (contexts: readonly Context[]): number =>
  contexts.reduce((all, context) => all | CONTEXTS[context], 0);

/** All contexts: the value is no more an outsider's. */
export const EVERYWHERE = Object.values(CONTEXTS).reduce<number>((all, bit) => all | bit, 0);

export interface CodePlace {
  readonly file: number;
  /** Offsets into the text of the file, the end exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Where a value came in. `id` is unique; `key` names the part of it that was taken, when that is known. */
export interface Origin {
  readonly id: string;
  readonly kind: 'web' | 'archive' | 'argument';
  readonly web: WebSource | null;
  readonly says: string;
  readonly place: CodePlace;
  /** At least 0 for a symbolic origin: the number of the argument taint that a summary stands for. */
  readonly symbol: number;
}

/** How a value travelled, newest step first. */
export interface Trail {
  readonly place: CodePlace;
  readonly why: string;
  readonly before: Trail | null;
  readonly length: number;
}

export interface Taint {
  readonly origin: Origin;
  /** Bits of {@link CONTEXTS} for which the value was made safe. */
  readonly safe: number;
  /** It went through a call that nobody modelled. */
  readonly weak: boolean;
  readonly trail: Trail | null;
}

export const NO_TAINT: readonly Taint[] = [];
const LONGEST_TRAIL = 24;
const MOST_TAINTS = 12;

export const extendTrail = (before: Trail | null, place: CodePlace, why: string): Trail | null => {
  if (before !== null) {
    if (before.length >= LONGEST_TRAIL) return before;
    if (before.place.start === place.start && before.place.file === place.file && before.why === why)
      return before;
  }
  return { place, why, before, length: (before?.length ?? 0) + 1 };
};

export const step = (taints: readonly Taint[], place: CodePlace, why: string): readonly Taint[] =>
  taints.length === 0
    ? taints
    : taints.map((taint) => ({ ...taint, trail: extendTrail(taint.trail, place, why) }));

export const weaken = (taints: readonly Taint[]): readonly Taint[] =>
  taints.every((taint) => taint.weak) ? taints : taints.map((taint) => ({ ...taint, weak: true }));

export const makeSafe = (taints: readonly Taint[], bits: number): readonly Taint[] =>
  taints.every((taint) => (taint.safe & bits) === bits)
    ? taints
    : taints.map((taint) => ({ ...taint, safe: taint.safe | bits }));

/** Taken out of an encoding: what was said of the encoded text holds no longer, what is trusted as a whole stays so. */
export const decoded = (taints: readonly Taint[], bits: number): readonly Taint[] =>
  taints.every((taint) => (taint.safe & bits) === 0 || taint.safe === EVERYWHERE)
    ? taints
    : taints.map((taint) => (taint.safe === EVERYWHERE ? taint : { ...taint, safe: taint.safe & ~bits }));

/** Same origin: the one that is safe for fewer contexts wins, so that the join covers both. */
export const joinTaints = (a: readonly Taint[], b: readonly Taint[]): readonly Taint[] => {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  let out: Taint[] | null = null;
  for (const taint of b) {
    const list: readonly Taint[] = out ?? a;
    const at = list.findIndex(
      (other) => other.origin === taint.origin || other.origin.id === taint.origin.id,
    );
    if (at < 0) {
      if (list.length >= MOST_TAINTS) continue;
      out ??= [...a];
      out.push(taint);
      continue;
    }
    const known = list[at];
    if (known === undefined) continue;
    const safe = known.safe & taint.safe;
    const weak = known.weak && taint.weak;
    if (safe !== known.safe || weak !== known.weak) {
      out ??= [...a];
      out[at] = { origin: known.origin, safe, weak, trail: safe === known.safe ? known.trail : taint.trail };
    }
  }
  return out ?? a;
};

const NOWHERE: CodePlace = { file: -1, start: 0, end: 0 };
const symbols: Origin[] = [];
/** The symbolic origin that stands for argument taint number `n` in a summary. */
export const symbolOrigin = (n: number): Origin => {
  const known = symbols[n];
  if (known !== undefined) return known;
  const made: Origin = { id: `$${n}`, kind: 'argument', web: null, says: '', place: NOWHERE, symbol: n };
  symbols[n] = made;
  return made;
};

const LONGEST_KEY = 60;

/** The origin narrowed to the parameter named `key`, where the source named none so far. */
export const narrowOrigin = (origin: Origin, key: string): Origin => {
  if (key.length > LONGEST_KEY) return origin;
  if (origin.symbol >= 0) return origin;
  if (origin.web === null || origin.web.parameter.name !== null) return origin;
  return {
    ...origin,
    id: `${origin.id}.${key}`,
    web: { ...origin.web, parameter: { in: origin.web.parameter.in, name: key } },
  };
};
