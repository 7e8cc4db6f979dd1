import type { ClassShape, FunctionCode, ModuleCode } from '../lower/ir.ts';
import { joinTaints, NO_TAINT, type Taint } from './taint.ts';

/** A Python constant: str and bytes are both strings, None is null. */
export type Constant = string | number | boolean | null;

/** Something a value may refer to. Refs are interned or compared with {@link sameRef}. */
export type Ref =
  | { readonly k: 'obj'; readonly id: number }
  | { readonly k: 'fn'; readonly fn: FunctionCode; readonly scope: number }
  | { readonly k: 'cls'; readonly cls: ClassShape }
  | { readonly k: 'mod'; readonly mod: ModuleCode }
  /**
   * A name outside the project: `os.system`, or `sqlite3.connect()` for what such a call returned. `site` tells apart
   * what several calls of one name returned, where that matters.
   */
  | { readonly k: 'ext'; readonly name: string; readonly site?: string }
  | { readonly k: 'bound'; readonly self: Val; readonly name: string; readonly fn: FunctionCode | null };

/** A piece of a string that was put together: literal text, or a hole that a value fills. */
export type Segment = string | Hole;

export interface Hole {
  readonly taints: readonly Taint[];
  /** The call outside the project that gave what fills it: `shlex.quote()`. */
  readonly from?: string;
}

/**
 * What is known of a value: one of `consts`, or one of `refs`, or (`open`) anything. `segs` describes a string
 * that is neither all literal nor all unknown. `taints` are the sources that it may carry.
 */
export interface Val {
  readonly consts: readonly Constant[];
  readonly refs: readonly Ref[];
  readonly open: boolean;
  readonly segs: readonly Segment[] | null;
  readonly taints: readonly Taint[];
}

const NONE: readonly never[] = [];
const MOST_CONSTS = 6;
const MOST_REFS = 8;
const LONGEST_CONST = 4096;

export const BOTTOM: Val = { consts: NONE, refs: NONE, open: false, segs: null, taints: NO_TAINT };
export const UNKNOWN: Val = { consts: NONE, refs: NONE, open: true, segs: null, taints: NO_TAINT };

const plain = (value: Constant): Val => ({
  consts: [value],
  refs: NONE,
  open: false,
  segs: null,
  taints: NO_TAINT,
});
export const TRUE = plain(true);
export const FALSE = plain(false);
export const NULL = plain(null);
const EITHER: Val = { consts: [true, false], refs: NONE, open: false, segs: null, taints: NO_TAINT };
export const BOOLEAN = EITHER;

export const constant = (value: Constant): Val =>
  value === true
    ? TRUE
    : value === false
      ? FALSE
      : value === null
        ? NULL
        : typeof value === 'string' && value.length > LONGEST_CONST
          ? UNKNOWN
          : plain(value);

export const constants = (values: readonly Constant[]): Val =>
  values.length === 1 && values[0] !== undefined
    ? constant(values[0])
    : values.length > MOST_CONSTS
      ? UNKNOWN
      : { consts: values, refs: NONE, open: false, segs: null, taints: NO_TAINT };

export const ofRef = (ref: Ref): Val => ({
  consts: NONE,
  refs: [ref],
  open: false,
  segs: null,
  taints: NO_TAINT,
});

const externals = new Map<string, Val>();
const MOST_EXTERNALS = 200_000;

/** The value of a name outside the project. The table is capped against trees with endless attribute chains. */
export const external = (name: string): Val => {
  const known = externals.get(name);
  if (known !== undefined) return known;
  if (name.length > 300) return UNKNOWN;
  const made = ofRef({ k: 'ext', name });
  if (externals.size >= MOST_EXTERNALS) externals.clear();
  externals.set(name, made);
  return made;
};

const objects: Val[] = [];
/** The value that refers to heap object `id`. */
export const objectRef = (id: number): Val => {
  if (id < 0 || id > 100_000) return ofRef({ k: 'obj', id });
  const known = objects[id];
  if (known !== undefined) return known;
  const made = ofRef({ k: 'obj', id });
  objects[id] = made;
  return made;
};

/** An unknown value that carries `taints`. */
export const tainted = (taints: readonly Taint[]): Val =>
  taints.length === 0 ? UNKNOWN : { consts: NONE, refs: NONE, open: true, segs: null, taints };

const outlives = (ref: Ref): boolean => ref.k !== 'obj' || ref.id < 0;

/** What is left of `value` when the function that holds it has ended: its own objects are gone with it. */
export const outliving = (value: Val): Val =>
  value.refs.every(outlives) ? value : { ...value, refs: value.refs.filter(outlives), open: true };

/** `value` carrying also `taints`. */
export const withTaints = (value: Val, taints: readonly Taint[]): Val => {
  if (taints.length === 0) return value;
  const joined = joinTaints(value.taints, taints);
  if (joined === value.taints) return value;
  return { consts: value.consts, refs: value.refs, open: value.open, segs: value.segs, taints: joined };
};

export const replaceTaints = (value: Val, taints: readonly Taint[]): Val => {
  if (taints === value.taints) return value;
  const segs = taints.length === 0 && value.taints.length > 0 ? null : value.segs;
  return { consts: value.consts, refs: value.refs, open: value.open, segs, taints };
};

export const sameRef = (a: Ref, b: Ref): boolean => {
  if (a === b) return true;
  if (a.k !== b.k) return false;
  switch (a.k) {
    case 'obj':
      return a.id === (b as typeof a).id;
    case 'fn':
      return a.fn === (b as typeof a).fn && a.scope === (b as typeof a).scope;
    case 'cls':
      return a.cls === (b as typeof a).cls;
    case 'mod':
      return a.mod === (b as typeof a).mod;
    case 'ext':
      return a.name === (b as typeof a).name && a.site === (b as typeof a).site;
    case 'bound':
      return (
        a.name === (b as typeof a).name && a.fn === (b as typeof a).fn && a.self === (b as typeof a).self
      );
  }
};

const joinConsts = (a: readonly Constant[], b: readonly Constant[]): readonly Constant[] => {
  if (b.length === 0 || a === b) return a;
  if (a.length === 0) return b;
  let out: Constant[] | null = null;
  for (let i = 0; i < b.length; i++) {
    const item = b[i] as Constant;
    if (a.indexOf(item) >= 0) continue;
    if (out === null) out = [...a];
    out.push(item);
  }
  if (out === null) return a;
  return out.length === b.length && out.every((item, i) => item === b[i]) ? b : out;
};

/** Where `refs` names what `wanted` does, a method of whatever object; -1 when it does not. */
const placeIn = (refs: readonly Ref[], wanted: Ref): number => {
  for (let i = 0; i < refs.length; i++) if (sameTarget(refs[i] as Ref, wanted)) return i;
  return -1;
};

// One method of several objects is a method of one of them: kept apart, they would grow with each round of a loop.
const sameTarget = (a: Ref, b: Ref): boolean =>
  sameRef(a, b) ||
  (a.k === 'bound' && b.k === 'bound' && a.fn === b.fn && a.name === b.name && !a.name.startsWith('<'));

const joinSelves = (a: Ref, b: Ref): Ref => {
  if (a.k !== 'bound' || b.k !== 'bound' || a.self === b.self) return a;
  const self = join(a.self, b.self);
  return self === a.self ? a : { ...a, self };
};

const joinRefs = (a: readonly Ref[], b: readonly Ref[]): readonly Ref[] => {
  if (b.length === 0 || a === b) return a;
  if (a.length === 0) return b;
  let out: Ref[] | null = null;
  // Whether `b` is `a` and something more.
  let longer = a.length < b.length;
  for (let i = 0; i < b.length; i++) {
    const item = b[i] as Ref;
    const mine = a[i];
    if (mine !== undefined && sameRef(mine, item)) continue;
    if (mine !== undefined) longer = false;
    const at = placeIn(a, item);
    if (at >= 0) {
      longer = false;
      const known = (out ?? a)[at] as Ref;
      const both = joinSelves(known, item);
      if (both === known) continue;
      if (out === null) out = [...a];
      out[at] = both;
      continue;
    }
    if (out === null) out = [...a];
    out.push(item);
  }
  if (out === null) return a;
  return longer ? b : out;
};

const segmentsEqual = (a: readonly Segment[], b: readonly Segment[]): boolean => {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((segment, i) => {
    const other = b[i];
    if (segment === other) return true;
    if (typeof segment === 'string' || typeof other === 'string' || other === undefined) return false;
    return joinTaints(segment.taints, other.taints) === segment.taints;
  });
};

/** The segments of a string value, or null when it is not known to be one. */
export const segmentsOf = (value: Val): readonly Segment[] | null => {
  if (value.segs !== null) return value.segs;
  if (!value.open && value.refs.length === 0 && value.consts.length === 1) {
    const only = value.consts[0];
    if (typeof only === 'string') return only === '' ? [] : [only];
    if (typeof only === 'number') return [String(only)];
    if (typeof only === 'boolean') return [only ? 'True' : 'False'];
    return ['None'];
  }
  return null;
};

const commonPrefix = (a: readonly Segment[], b: readonly Segment[], hole: Segment): Segment[] => {
  const out: Segment[] = [];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (typeof x !== 'string' || typeof y !== 'string') break;
    if (x !== y) {
      let n = 0;
      while (n < x.length && n < y.length && x[n] === y[n]) n++;
      if (n > 0) out.push(x.slice(0, n));
      break;
    }
    out.push(x);
  }
  out.push(hole);
  return out;
};

/** The least value that covers both: `a` itself when it already covers `b`, or `b` when it is all that comes of it. */
export const join = (a: Val, b: Val): Val => {
  if (a === b || b === BOTTOM) return a;
  if (a === BOTTOM) return b;
  let consts = joinConsts(a.consts, b.consts);
  let refs = joinRefs(a.refs, b.refs);
  const taints = joinTaints(a.taints, b.taints);
  let open = a.open || b.open;
  if (consts.length > MOST_CONSTS) {
    open = true;
    consts = NONE;
  }
  if (refs.length > MOST_REFS) {
    open = true;
    refs = a.refs.length === MOST_REFS ? a.refs : refs.slice(0, MOST_REFS);
  }
  let segs: readonly Segment[] | null = a.segs;
  if (a.segs !== null || b.segs !== null) {
    const [left, right] = [segmentsOf(a), segmentsOf(b)];
    if (left === null || right === null) segs = null;
    else if (!segmentsEqual(left, right)) {
      segs = commonPrefix(left, right, { taints });
      if (a.segs !== null && segmentsEqual(a.segs, segs)) segs = a.segs;
    } else segs = a.segs ?? b.segs;
  }
  if (consts === a.consts && refs === a.refs && open === a.open && taints === a.taints && segs === a.segs)
    return a;
  if (consts === b.consts && refs === b.refs && open === b.open && taints === b.taints && segs === b.segs)
    return b;
  return { consts, refs, open, segs, taints };
};

/** Gives up constants and pieces, so that a loop comes to rest; refs and taints are finite and stay. */
export const widen = (before: Val, after: Val): Val => {
  if (before === after) return before;
  const consts = before.consts.length === after.consts.length ? after.consts : NONE;
  const segs = before.segs === after.segs ? after.segs : null;
  const open = after.open || consts !== after.consts || segs !== after.segs;
  const { refs, taints } = after;
  const same =
    consts.length === before.consts.length &&
    refs === before.refs &&
    open === before.open &&
    segs === before.segs &&
    taints === before.taints;
  return same ? before : { consts, refs, open, segs, taints };
};

/** The only constant that the value can be, or undefined. */
export const onlyConstant = (value: Val): Constant | undefined =>
  !value.open && value.refs.length === 0 && value.segs === null && value.consts.length === 1
    ? value.consts[0]
    : undefined;

/** All constants that the value can be, or null when it can be anything else. */
export const allConstants = (value: Val): readonly Constant[] | null =>
  !value.open && value.refs.length === 0 && value.segs === null && value.consts.length > 0
    ? value.consts
    : null;

/** The names outside the project that the value may stand for. */
export const externalNames = (value: Val): string[] =>
  value.refs.flatMap((ref) => (ref.k === 'ext' ? [ref.name] : []));

const basesOf = (cls: ClassShape, depth = 0): readonly string[] =>
  depth > 8 ? [] : [...cls.externalBases, ...cls.bases.flatMap((base) => basesOf(base, depth + 1))];

/** The same, and for classes of the project the names of what they inherit from. */
export const namesAndBases = (value: Val): string[] =>
  value.refs.flatMap((ref) => (ref.k === 'ext' ? [ref.name] : ref.k === 'cls' ? basesOf(ref.cls) : []));
