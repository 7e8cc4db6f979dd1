import { type ClassShape, type Instr, OP } from '../lower/ir.ts';
import { read } from './execute.ts';
import { foldCompare, truthOf } from './fold.ts';
import type { Frame } from './frame.ts';
import { onlyMove } from './liveness.ts';
import { safeByMatch } from './matched-text.ts';
import { refineOutcome } from './outcomes.ts';
import { isNoStep, isSteps, isUp } from './path-steps.ts';
import { bless, clean, replace, soften } from './refined-values.ts';
import type { State } from './state.ts';
import { CONTEXTS, EVERYWHERE, makeSafe, NO_TAINT, type Taint } from './taint.ts';
import {
  allConstants,
  BOTTOM,
  type Constant,
  constants,
  externalNames,
  onlyConstant,
  type Ref,
  replaceTaints,
  type Val,
} from './value.ts';

export const URLS = CONTEXTS.url | CONTEXTS.redirect;

/** Whether `value` counts as true, or undefined when it may be either. */
export const truthOfValue = (frame: Frame, state: State, value: Val): boolean | undefined => {
  if (value.open)
    return value.segs?.some((segment) => typeof segment === 'string' && segment !== '') ? true : undefined;
  let out: boolean | undefined;
  const add = (truth: boolean): boolean => {
    if (out !== undefined && out !== truth) return false;
    out = truth;
    return true;
  };
  for (const each of value.consts) if (!add(truthOf(each))) return undefined;
  for (const ref of value.refs) {
    if (ref.k === 'ext') {
      if (ref.name === 'typing.TYPE_CHECKING') return false;
      return undefined;
    }
    if (ref.k !== 'obj') {
      if (!add(true)) return undefined;
      continue;
    }
    const obj = frame.obj(state, ref.id);
    if (obj === undefined) return undefined;
    if (obj.shape === 'instance') {
      const custom =
        obj.cls !== null &&
        ['__bool__', '__len__'].some((name) =>
          frame.engine.findMethod(obj.cls as NonNullable<typeof obj.cls>, name),
        );
      if (custom || !add(true)) return undefined;
    } else if (obj.many) return undefined;
    else if (obj.elems !== null) {
      if (!add(obj.elems.length > 0)) return undefined;
    } else if (obj.fields.size > 0) {
      if (!add(true)) return undefined;
    } else if (obj.shape === 'dict' && obj.rest === BOTTOM) {
      if (!add(false)) return undefined;
    } else return undefined;
  }
  return out;
};

// A folder's name that is known to end without a separator: the text, or what a function of `os.path` gives.
const endsOpen = (prefix: Val): boolean => {
  const text = onlyConstant(prefix);
  if (typeof text === 'string') return !/[\\/]$/.test(text);
  return (
    prefix.refs.length > 0 &&
    prefix.refs.every(({ k }) => k === 'ext') &&
    externalNames(prefix).every((name) =>
      /^(os\.path\.(realpath|abspath|normpath)|os\.getcwd)\(\)$/.test(name),
    )
  );
};

/** Takes in that register `reg` turned out true or false. Returns false when that cannot be. */
export const refine = (frame: Frame, state: State, reg: number, truth: boolean): boolean => {
  const def = frame.fn.defs[reg];
  if (def === undefined) {
    // `known = name in NAMES`, tested later: a variable that is set once stands for what it was set to.
    const from = reg < frame.fn.slots.length ? onlyMove(frame.fn, reg) : null;
    const source = from === null ? undefined : frame.fn.defs[from.a];
    if (from !== null && source !== undefined && TOLD.has(source.op)) refine(frame, state, from.a, truth);
    return refineTruth(frame, state, reg, truth);
  }
  switch (def.op) {
    case OP.compare:
      return refineCompare(frame, state, def, truth);
    case OP.unary:
      return def.name === 'Not' ? refine(frame, state, def.a, !truth) : true;
    case OP.binary:
      if (def.name === 'both' && truth)
        return refine(frame, state, def.a, true) && refine(frame, state, def.b, true);
      return true;
    case OP.move:
      return refine(frame, state, def.a, truth);
    case OP.attr:
      if (truth === PUBLIC.get(def.name)) isPublic(state, read(frame, state, def.a));
      return refineTruth(frame, state, reg, truth);
    case OP.method:
      refineMethod(frame, state, def, truth);
      refineCall(frame, state, def, truth);
      refineOutcome(frame, state, def, truth);
      return true;
    case OP.call:
      refineCall(frame, state, def, truth);
      refineOutcome(frame, state, def, truth);
      return true;
    default:
      return refineTruth(frame, state, reg, truth);
  }
};

/** What an address answers when it is one of the internet: then the URL that led to it leads there. */
const PUBLIC: ReadonlyMap<string, boolean> = new Map([
  ['is_global', true],
  ['is_private', false],
]);

const TOLD: ReadonlySet<number> = new Set([OP.compare, OP.unary, OP.method, OP.call]);

// What is found of the name of a file says nothing of what is in it.
const isFile = ({ origin: { web } }: Taint): boolean => web?.parameter.in === 'file';
const CONTENTS =
  CONTEXTS.archive | CONTEXTS.deserialize | CONTEXTS.xml | CONTEXTS.code | CONTEXTS.template | CONTEXTS.sql;

const refineTruth = (frame: Frame, state: State, reg: number, truth: boolean): boolean => {
  const value = read(frame, state, reg);
  if (value.consts.length === 0) {
    // Something false from outside is an empty text.
    if (!truth && value.taints.length > 0 && value.refs.every((ref) => ref.k === 'ext')) {
      if (derivedFrom(frame, reg, 'host')) bless(state, value.taints, URLS);
      clean(frame, state, reg);
    }
    // A match object is true: what was matched as a whole is of that form.
    const safe = truth ? safeByMatch(value) : null;
    if (safe !== null) {
      const [files, others] = [value.taints.filter(isFile), value.taints.filter((taint) => !isFile(taint))];
      bless(state, others, safe);
      bless(state, files, safe & ~CONTENTS);
    }
    if (safe === EVERYWHERE) clean(frame, state, reg);
    return true;
  }
  const kept = value.consts.filter((each) => truthOf(each) === truth);
  if (!truth && value.open && value.taints.length > 0 && value.refs.every((ref) => ref.k === 'ext')) {
    replace(frame, state, reg, replaceTaints({ ...value, consts: kept }, NO_TAINT));
    return true;
  }
  if (kept.length === value.consts.length) return true;
  if (kept.length === 0 && !value.open && value.refs.length === 0 && value.segs === null) return false;
  replace(frame, state, reg, { ...value, consts: kept });
  return true;
};

const refineCompare = (frame: Frame, state: State, def: Instr, truth: boolean): boolean => {
  const op = def.name;
  const positive = (op === 'Eq' || op === 'In' || op === 'Is') === truth;
  const [a, b] = [read(frame, state, def.a), read(frame, state, def.b)];
  if (positive) leadsInside(frame, state, def, a, b);
  // `PATTERN.fullmatch(value) is not None` tells what the match itself tells.
  if (onlyConstant(b) === null && safeByMatch(a) !== null) refine(frame, state, def.a, !positive);
  if ((op === 'Eq' || op === 'NotEq') && positive) {
    const [left, right] = [frame.fn.defs[def.a], frame.fn.defs[def.b]];
    if (left?.op === OP.sequence && right?.op === OP.sequence && left.args.length === right.args.length) {
      left.args.forEach((reg, i) => {
        const [x, y] = [read(frame, state, reg), read(frame, state, right.args[i] ?? -1)];
        equal(frame, state, reg, x, y, true);
        equal(frame, state, right.args[i] ?? -1, y, x, true);
      });
      return true;
    }
  }
  if (op === 'Eq' || op === 'NotEq' || op === 'Is' || op === 'IsNot') {
    return equal(frame, state, def.a, a, b, positive) && equal(frame, state, def.b, b, a, positive);
  }
  if (/^[LG]t/.test(op)) return ordered(frame, state, def, a, b, truth);
  if ((op === 'In' || op === 'NotIn') && positive) member(frame, state, def, a, b);
  if ((op === 'In' || op === 'NotIn') && !positive) {
    notIn(frame, state, def, a, b);
    // Not in any of the networks that are kept out.
    if (a.taints.length > 0 && b.taints.length === 0 && externalNames(a).some((name) => ADDRESS.test(name)))
      bless(state, a.taints, URLS);
    if (listed(frame, state, b)?.some(isUp) === true) isNoStep(frame, state, def.a, a);
    if (isQuote(a) && isLiteralTest(frame, def)) bless(state, b.taints, CONTEXTS.code);
  }
  return true;
};

const isResolved = (value: Val): boolean => value.taints.every((taint) => (taint.safe & RESOLVED) !== 0);

// `commonpath([ROOT, target]) == ROOT`, `ROOT in target.parents`, for a target without links and dots.
const leadsInside = (frame: Frame, state: State, def: Instr, a: Val, b: Val): void => {
  for (const [reg, value] of [
    [def.a, a],
    [def.b, b],
  ] as const) {
    const from = frame.fn.defs[reg];
    if (value.taints.length === 0 || !isResolved(value)) continue;
    // The folder itself; not where only the beginnings are the same.
    if (/Eq$/.test(def.name) && from?.op !== OP.slice && (reg === def.a ? b : a).taints.length === 0)
      bless(state, value.taints, CONTEXTS.path);
    if (from === undefined) continue;
    if (from.op === OP.attr ? from.name === 'parents' : /^common(path|prefix)$/.test(from.name))
      bless(state, value.taints, CONTEXTS.path);
  }
};

/** Leaves of the constants that register `reg` can be those that are `wanted`. Returns false when nothing is left. */
const keep = (
  frame: Frame,
  state: State,
  reg: number,
  value: Val,
  wanted: (each: Constant) => boolean,
): boolean => {
  const kept = value.consts.filter(wanted);
  if (kept.length === 0 && !value.open && value.refs.length === 0 && value.segs === null) return false;
  if (kept.length < value.consts.length) replace(frame, state, reg, { ...value, consts: kept });
  return true;
};

// `if bits < 2048: raise`: the smaller numbers that it can be are out.
const ordered = (frame: Frame, state: State, def: Instr, a: Val, b: Val, truth: boolean): boolean => {
  const [left, right] = [onlyConstant(a), onlyConstant(b)];
  if (typeof right === 'number')
    return keep(frame, state, def.a, a, (each) => foldCompare(def.name, each, right) !== !truth);
  if (typeof left === 'number')
    return keep(frame, state, def.b, b, (each) => foldCompare(def.name, left, each) !== !truth);
  return true;
};

const equal = (
  frame: Frame,
  state: State,
  reg: number,
  value: Val,
  other: Val,
  positive: boolean,
): boolean => {
  const others = allConstants(other);
  if (!positive) {
    const only = others?.length === 1 ? others[0] : undefined;
    if (only === '..') isNoStep(frame, state, reg, value);
    if (only === undefined || value.consts.length === 0) return true;
    return keep(frame, state, reg, value, (each) => foldCompare('Eq', each, only) !== true);
  }
  if (others === null) {
    const apart = value.taints.every((mine) =>
      other.taints.every((their) => their.origin.id !== mine.origin.id),
    );
    if (value.taints.length > 0 && apart && derivedFrom(frame, reg, 'host')) bless(state, value.taints, URLS);
    return true;
  }
  if (value.open || value.taints.length > 0) {
    if (value.taints.length > 0 && derivedFrom(frame, reg, 'host')) bless(state, value.taints, URLS);
    // Equal to a constant: it is that constant, wherever it came from.
    if (value.refs.every((ref) => ref.k === 'ext')) replace(frame, state, reg, constants(others));
    return true;
  }
  const kept = value.consts.filter((each) => others.some((x) => foldCompare('Eq', each, x) === true));
  if (value.consts.length > 0 && kept.length === 0 && value.refs.length === 0) return false;
  if (kept.length < value.consts.length && value.refs.length === 0)
    replace(frame, state, reg, { ...value, consts: kept });
  return true;
};

const ADDRESS = /^ipaddress\.(ip_address|ip_interface|IPv[46]Address)\(\)$/;

// Other things have a field of that name too.
const isPublic = (state: State, value: Val): void => {
  if (externalNames(value).some((name) => ADDRESS.test(name))) bless(state, value.taints, URLS);
};

/** What a collection holds that was written out, wherever it was made. */
const listed = (
  frame: Frame,
  state: State,
  { open, consts, refs: [ref, other] }: Val,
): readonly Val[] | null =>
  open || consts.length > 0 || other !== undefined || ref?.k !== 'obj'
    ? null
    : (frame.obj(state, ref.id)?.elems ?? null);

// A text whose every part means nothing anywhere.
const HARMLESS = /^[\w @,:+=-]*(\.[\w @,:+=-]+)*\.?$/;

// `x in ALLOWED`: a member of a set of constants is one of them; a substring of a text is not checked by that.
const member = (frame: Frame, state: State, def: Instr, a: Val, b: Val): void => {
  if (a.taints.length === 0) return;
  const text = onlyConstant(b);
  if (typeof text === 'string' && HARMLESS.test(text)) clean(frame, state, def.a);
  const parts = listed(frame, state, b)?.map(onlyConstant);
  const literal = parts?.every((part): part is Constant => part !== undefined) === true;
  const container = b.refs.length > 0 && b.taints.length === 0;
  const untouched = container && frame.deepTaints(state, b).length === 0;
  if (
    !literal &&
    !untouched &&
    !(b.open && b.taints.length === 0 && b.segs === null && b.consts.length === 0)
  ) {
    return;
  }
  if (derivedFrom(frame, def.a, 'host')) bless(state, a.taints, URLS);
  if (literal && a.refs.length === 0 && (parts?.length ?? 9) <= 6)
    replace(frame, state, def.a, constants(parts as Constant[]));
  else clean(frame, state, def.a);
};

// `text.split('/')[0]`
const pieceOf = (frame: Frame, { op, a }: Instr): boolean => {
  const whole = op === OP.index ? frame.fn.defs[a] : undefined;
  return whole?.op === OP.method && /^r?(split|partition)$/.test(whole.name);
};

// `'..' not in path`, `'\n' not in value`: without it, it cannot break out there.
const notIn = (frame: Frame, state: State, def: Instr, a: Val, b: Val): void => {
  const needle = onlyConstant(a);
  if (typeof needle !== 'string') return;
  const from = frame.fn.defs[def.b];
  if (needle === '..' && from !== undefined && isSteps(frame, from))
    bless(state, frame.deepTaints(state, b), CONTEXTS.path);
  if (b.taints.length === 0) return;
  // Of a piece of the text it says nothing about the rest.
  if (from?.op === OP.slice || (from !== undefined && pieceOf(frame, from))) return;
  if (needle === '..' || needle === '../') bless(state, b.taints, CONTEXTS.path);
  if (needle === "'") bless(state, b.taints, CONTEXTS.quoted);
  if (needle === '"') bless(state, b.taints, CONTEXTS.doubleQuoted);
  if (needle === '<') bless(state, b.taints, CONTEXTS.html);
  if (needle === '\n' || needle === '\r') bless(state, b.taints, LINE);
};

const LINE = CONTEXTS.header | CONTEXTS.log | CONTEXTS.email;

const isQuote = (value: Val): boolean => /^['"]$/.test(String(onlyConstant(value)));

// `text.startswith("'")`, `text.endswith("'")` and no quote in `text[1:-1]`: the text is one string literal.
const isLiteralTest = (frame: Frame, def: Instr): boolean => {
  const inner = frame.fn.defs[def.b];
  if (inner?.op !== OP.slice) return false;
  const tested = (name: string): boolean =>
    frame.fn.blocks.some(({ instrs }) =>
      instrs.some((instr) => instr.op === OP.method && instr.name === name && instr.a === inner.a),
    );
  return tested('startswith') && tested('endswith');
};

/** Whether register `reg` holds the host of a parsed URL. */
export const derivedFrom = (frame: Frame, reg: number, what: 'host'): boolean => {
  let at = reg;
  for (let i = 0; i < 6; i++) {
    const def: Instr | undefined = frame.fn.defs[at];
    const name = def?.name ?? '';
    if (
      what === 'host' &&
      (def?.op === OP.attr || def?.op === OP.index) &&
      /^(hostname|netloc|host)$/.test(name)
    )
      return true;
    if (def === undefined) return frame.hostSlots.has(at);
    if (def.op !== OP.method && def.op !== OP.move && def.op !== OP.attr && def.op !== OP.index) return false;
    at = def.a;
  }
  return false;
};

const CHARSETS = new Set(['isdigit', 'isdecimal', 'isnumeric', 'isalnum', 'isalpha', 'isidentifier']);

const refineMethod = (frame: Frame, state: State, def: Instr, truth: boolean): void => {
  const receiver = read(frame, state, def.a);
  if (truth && CHARSETS.has(def.name) && receiver.taints.length > 0) {
    const inner = frame.fn.defs[def.a];
    // `name.replace('_', '').isalnum()`: still only harmless characters, when what was taken out is.
    if (inner?.op === OP.method && inner.name === 'replace') {
      const gone = onlyConstant(read(frame, state, inner.args[0] ?? -1));
      if (typeof gone === 'string' && /^[\w. -]$/.test(gone)) clean(frame, state, inner.a);
    }
    clean(frame, state, def.a);
    return;
  }
  if (def.name === 'startswith' && truth && receiver.taints.length > 0) {
    const prefix = read(frame, state, def.args[0] ?? -1);
    if (prefix.taints.length > 0) return;
    if (isResolved(receiver)) {
      // `/srv/data` is a prefix of `/srv/data-old` too.
      if (endsOpen(prefix)) soften(state, receiver.taints);
      else bless(state, receiver.taints, CONTEXTS.path);
    }
    const text = onlyConstant(prefix);
    if (typeof text === 'string' && /^https?:\/\/[^/]+\//.test(text)) bless(state, receiver.taints, URLS);
    return;
  }
  if (def.name === 'is_relative_to' && truth && isResolved(receiver))
    bless(state, receiver.taints, CONTEXTS.path);
  if ((def.name === 'fullmatch' || def.name === 'match') && truth) {
    const subject = def.args.at(-1) ?? -1;
    const match = read(frame, state, def.dst);
    const safe = safeByMatch(match);
    if (safe === EVERYWHERE) clean(frame, state, subject);
    else if (safe !== null) {
      const value = read(frame, state, subject);
      replace(frame, state, subject, replaceTaints(value, makeSafe(value.taints, safe)));
    }
  }
};

const RESOLVED = CONTEXTS.resolved;

const namesOf = (frame: Frame, state: State, def: Instr): string[] => {
  const names = externalNames(read(frame, state, def.a));
  return def.op === OP.method ? names.map((name) => `${name}.${def.name}`) : names;
};

/** Calls that raise on everything but numbers, dates, addresses and the like: what comes back was one of these. */
const RAISING =
  /^(builtins\.(int|float)|uuid\.UUID|ipaddress\.\w+|decimal\.Decimal|datetime\.(datetime|date)\.(strptime|fromisoformat)|time\.strptime)$/;

/** Takes in that a call came back. */
export const cameBack = (frame: Frame, state: State, def: Instr): void => {
  const [first] = def.args;
  if (def.op === OP.method && def.name === 'relative_to') {
    const receiver = read(frame, state, def.a);
    if (receiver.taints.length > 0 && isResolved(receiver)) bless(state, receiver.taints, CONTEXTS.path);
    return;
  }
  if (first === undefined || first < 0 || read(frame, state, first).taints.length === 0) return;
  if (namesOf(frame, state, def).some((name) => RAISING.test(name))) clean(frame, state, first);
};

const SIGNED = /(^|\.)(compare_digest|constant_time_compare|safe_str_cmp)$/;

const refineCall = (frame: Frame, state: State, def: Instr, truth: boolean): void => {
  const names = namesOf(frame, state, def);
  if (names.includes('builtins.isinstance')) ofClass(frame, state, def, truth);
  if (!truth) return;
  // What carries a right signature was written by someone who holds the key.
  if (names.some((name) => SIGNED.test(name)))
    for (const reg of def.args) bless(state, read(frame, state, reg).taints.filter(isDigest), EVERYWHERE);
  const subject = def.args[0] ?? -1;
  if (names.includes('builtins.isinstance')) {
    const kinds = externalNames(read(frame, state, def.args[1] ?? -1));
    if (kinds.length > 0 && kinds.every((kind) => /^builtins\.(int|float|bool)$|UUID$/.test(kind)))
      clean(frame, state, subject);
    // A text is no document of its own in a query.
    else if (kinds.length > 0 && kinds.every((kind) => /^builtins\.(str|int|float|bool|bytes)$/.test(kind))) {
      const value = read(frame, state, subject);
      replace(frame, state, subject, replaceTaints(value, makeSafe(value.taints, CONTEXTS.nosql)));
    }
    return;
  }
  // Hosts that were read out of the very address allow every address.
  const mine = new Set(read(frame, state, subject).taints.map(({ origin }) => origin.id));
  const own = def.args.every(
    (reg) =>
      reg === subject ||
      frame.deepTaints(state, read(frame, state, reg)).every(({ origin }) => !mine.has(origin.id)),
  );
  if (own && names.some((name) => SAFE_URL.test(name)))
    bless(state, read(frame, state, subject).taints, URLS);
};

// `isinstance(part, Tag)`: of what it may be, the objects of that class, or the others.
const ofClass = (frame: Frame, state: State, def: Instr, truth: boolean): void => {
  const [reg = -1, kind = -1] = def.args;
  const value = read(frame, state, reg);
  const wanted = read(frame, state, kind).refs.flatMap((ref) => (ref.k === 'cls' ? [ref.cls] : []));
  if (wanted.length === 0) return;
  const isOne = (ref: Ref): boolean => {
    const cls = ref.k === 'obj' ? frame.obj(state, ref.id)?.cls : null;
    return cls != null && wanted.some((each) => inherits(cls, each));
  };
  const refs = value.refs.filter((ref) => isOne(ref) === truth);
  if (truth && refs.length > 0)
    replace(frame, state, reg, { consts: [], refs, open: false, segs: null, taints: NO_TAINT });
  // What comes in as a text is no object of the project.
  else if (truth && value.taints.some(({ weak }) => !weak))
    replace(
      frame,
      state,
      reg,
      replaceTaints(
        value,
        value.taints.filter(({ weak }) => weak),
      ),
    );
  else if (!truth && refs.length < value.refs.length) replace(frame, state, reg, { ...value, refs });
};

const inherits = (cls: ClassShape, from: ClassShape, depth = 0): boolean =>
  cls === from || (depth < 20 && cls.bases.some((base) => inherits(base, from, depth + 1)));

const isDigest = (taint: Taint): boolean => (taint.safe & EVERYWHERE) === EVERYWHERE;

const SAFE_URL = /(^|\.)url_has_allowed_host_and_scheme$|(^|\.)is_safe_url$/;
