import type { Instr } from '../lower/ir.ts';
import { collectionOf, copyInto, extendWith } from './containers.ts';
import { foldBinary, foldCompare, foldPercent } from './fold.ts';
import type { Frame } from './frame.ts';
import { truthOfValue } from './guards.ts';
import { shown } from './shown.ts';
import { byOperator } from './special-methods.ts';
import { keyOf, makeObj, type State } from './state.ts';
import { CONTEXTS, joinTaints, makeSafe, NO_TAINT, type Taint } from './taint.ts';
import {
  allConstants,
  BOOLEAN,
  type Constant,
  constant,
  constants,
  external,
  objectRef,
  ofRef,
  onlyConstant,
  type Segment,
  segmentsOf,
  tainted,
  UNKNOWN,
  type Val,
} from './value.ts';

const MOST_SEGMENTS = 40;

/** The string that is put together of `parts`. */
export const concat = (frame: Frame, state: State, parts: readonly Val[]): Val => {
  let taints: readonly Taint[] = NO_TAINT;
  const segments: Segment[] = [];
  let literal = true;
  for (const part of parts) {
    const own = part.refs.length === 0 ? part.taints : frame.deepTaints(state, part);
    taints = joinTaints(taints, own);
    const [only] = part.refs;
    const from = part.refs.length === 1 && only?.k === 'ext' && only.name.endsWith('()') ? only.name : null;
    const inner = segmentsOf(part) ?? [from === null ? { taints: own } : { taints: own, from }];
    for (const segment of inner) {
      const last = segments.at(-1);
      if (typeof segment === 'string' && typeof last === 'string')
        segments[segments.length - 1] = last + segment;
      else segments.push(segment);
      if (typeof segment !== 'string') literal = false;
    }
  }
  if (literal) return constant(segments.join(''));
  if (parts.length > 1) taints = makeSafe(taints, CONTEXTS.nosql);
  if (segments.length > MOST_SEGMENTS)
    return { ...tainted(taints), segs: [...segments.slice(0, MOST_SEGMENTS), { taints }] };
  return { consts: [], refs: [], open: true, segs: segments, taints };
};

export const binary = (frame: Frame, state: State, instr: Instr, a: Val, b: Val): Val => {
  const inPlace = instr.name.endsWith('=');
  const op = inPlace ? instr.name.slice(0, -1) : instr.name;
  if (op === 'both') {
    const [x, y] = [truthOfValue(frame, state, a), truthOfValue(frame, state, b)];
    return x === undefined || y === undefined
      ? x === false || y === false
        ? constant(false)
        : BOOLEAN
      : constant(x && y);
  }
  const [left, right] = [allConstants(a), allConstants(b)];
  if (left !== null && right !== null && left.length * right.length <= 6) {
    const out: Constant[] = [];
    for (const x of left) {
      for (const y of right) {
        const folded = foldBinary(op, x, y);
        if (folded === undefined) return arithmeticOrText(frame, state, instr, op, a, b);
        if (!out.includes(folded)) out.push(folded);
      }
    }
    return constants(out);
  }
  if (a.refs.length + b.refs.length > 0) {
    const own = byOperator(frame, state, instr, op, { a, b, inPlace });
    if (own !== null) return own;
  }
  if (op === 'Add' || (op === 'BitOr' && inPlace)) {
    const joined = inPlace ? extendWith(frame, state, a, b, instr) : collectionOf(frame, state, a, b, instr);
    if (joined !== null) return joined;
  }
  if (op === 'BitOr') {
    const merged = mergedDicts(frame, state, a, b, instr);
    if (merged !== null) return merged;
  }
  return arithmeticOrText(frame, state, instr, op, a, b);
};

// `{...} | {...}` is a new dict.
const mergedDicts = (frame: Frame, state: State, a: Val, b: Val, instr: Instr): Val | null => {
  const [x, y] = [a, b].map(({ refs, open }) =>
    refs.length === 1 && !open && refs[0]?.k === 'obj' ? frame.obj(state, refs[0].id) : undefined,
  );
  if (x?.shape !== 'dict' || y?.shape !== 'dict') return null;
  const made = makeObj('dict');
  copyInto(frame, state, made, a);
  copyInto(frame, state, made, b);
  const id = frame.idFor(instr, 'merged');
  state.place(id, made);
  return objectRef(id);
};

/** Text that is marked as HTML escapes what is put into it or to it. */
const isMarkup = (value: Val): boolean =>
  value.refs.some((ref) => ref.k === 'ext' && /^markupsafe\.(Markup|escape)\(\)/.test(ref.name));

const ESCAPED = CONTEXTS.html | CONTEXTS.attribute;
const MARKUP = ofRef({ k: 'ext', name: 'markupsafe.Markup()' });

const escaping = (frame: Frame, state: State, instr: Instr, a: Val, b: Val): Val => {
  const own = (value: Val): readonly Taint[] =>
    isMarkup(value) ? value.taints : makeSafe(frame.deepTaints(state, value), ESCAPED);
  const taints = joinTaints(own(a), own(b));
  return taints.length === 0
    ? MARKUP
    : frame.stepped({ ...MARKUP, open: true, taints }, instr, 'escaped as it is put into marked text');
};

const arithmeticOrText = (frame: Frame, state: State, instr: Instr, op: string, a: Val, b: Val): Val => {
  if (op === 'Mod' ? isMarkup(a) : op === 'Add' && (isMarkup(a) || isMarkup(b)))
    return escaping(frame, state, instr, a, b);
  if (op === 'Add') {
    const taints = a.taints.length + b.taints.length > 0;
    return taints || a.segs !== null || b.segs !== null || isText(a) || isText(b)
      ? frame.stepped(concat(frame, state, [a, b]), instr, 'put together with other text')
      : UNKNOWN;
  }
  if (op === 'Mod') {
    const format = onlyConstant(a);
    const values = tupleValues(frame, state, b).map((value) => shown(frame, state, value, instr) ?? value);
    if (typeof format === 'string')
      return frame.stepped(percent(frame, state, format, values), instr, 'put into text by %');
    const own = joinTaints(a.taints, frame.deepTaints(state, b));
    if (a.segs !== null || a.taints.length > 0) {
      const value = concat(frame, state, [a, ...values]);
      return frame.stepped(value.taints.length > 0 ? value : tainted(own), instr, 'put into text by %');
    }
    return tainted(own);
  }
  if (op === 'Div' && a.refs.some((ref) => ref.k === 'ext' && ref.name.startsWith('pathlib'))) {
    return { ...tainted(joinTaints(a.taints, b.taints)), refs: a.refs };
  }
  // Nothing but a path is divided by a text, or by what came in as one.
  if (op === 'Div' && a.open && a.refs.length === 0 && (b.taints.length > 0 || b.segs !== null || isText(b)))
    return { ...tainted(joinTaints(a.taints, b.taints)), refs: PATH.refs };
  // `or`-like and set operators keep what is in either side; arithmetic makes numbers.
  if (op === 'BitOr' || op === 'BitAnd' || op === 'Mult' || op === 'Div') {
    return tainted(joinTaints(frame.deepTaints(state, a), frame.deepTaints(state, b)));
  }
  return UNKNOWN;
};

const PATH = external('pathlib.Path()');

const isText = (val: Val) => typeof onlyConstant(val) === 'string';

const tupleValues = (frame: Frame, state: State, val: Val): readonly Val[] => {
  const [ref] = val.refs;
  if (val.refs.length === 1 && ref?.k === 'obj') {
    const obj = frame.obj(state, ref.id);
    if (obj?.shape === 'tuple' && obj.elems !== null) return obj.elems;
    if (obj?.shape === 'dict') return [val];
  }
  return [val];
};

const percent = (frame: Frame, state: State, format: string, values: readonly Val[]): Val => {
  const known = values.map(onlyConstant);
  if (known.every((value) => value !== undefined)) {
    const folded = foldPercent(format, known as Constant[]);
    if (folded !== undefined) return constant(folded);
  }
  const parts: Val[] = [];
  let at = 0;
  let next = 0;
  for (const match of format.matchAll(/%(?:\((\w{1,60})\))?[-#0 +]{0,3}\d{0,4}(?:\.\d{1,3})?([a-zA-Z%])/g)) {
    parts.push(constant(format.slice(at, match.index)));
    at = match.index + match[0].length;
    if (match[2] === '%') parts.push(constant('%'));
    else if (match[1] !== undefined)
      parts.push(namedValue(frame, state, values[0], match[1], match[2] ?? 's'));
    else {
      const value = values[next++] ?? UNKNOWN;
      parts.push(/[dioxXeEfFgGc]/.test(match[2] ?? '') ? UNKNOWN : value);
    }
  }
  parts.push(constant(format.slice(at)));
  return concat(frame, state, parts);
};

const namedValue = (frame: Frame, state: State, val: Val | undefined, name: string, kind: string): Val => {
  if (val === undefined || /[dioxXeEfFgG]/.test(kind)) return UNKNOWN;
  const [ref] = val.refs;
  const obj = ref?.k === 'obj' ? frame.obj(state, ref.id) : undefined;
  return obj?.fields.get(keyOf(name)) ?? tainted(frame.deepTaints(state, val));
};

/** `template.format(...)` with the literal text of `template`. */
export const formatText = (
  frame: Frame,
  state: State,
  template: string,
  positional: readonly Val[],
  named: (name: string) => Val,
): Val => {
  const parts: Val[] = [];
  let at = 0;
  let next = 0;
  for (const match of template.matchAll(/\{\{|\}\}|\{([^{}:!]{0,80})(?:![rsa])?(?::([^{}]{0,40}))?\}/g)) {
    parts.push(constant(template.slice(at, match.index)));
    at = match.index + match[0].length;
    if (match[0] === '{{' || match[0] === '}}') {
      parts.push(constant(match[0][0] ?? ''));
      continue;
    }
    const field = match[1] ?? '';
    if (/[dfeEgGxXobn]$/.test(match[2] ?? '')) parts.push(UNKNOWN);
    else if (field === '') parts.push(positional[next++] ?? UNKNOWN);
    else if (/^\d{1,3}$/.test(field)) parts.push(positional[Number(field)] ?? UNKNOWN);
    else {
      const whole = named(field.split(/[.[]/)[0] ?? field);
      parts.push(/[.[]/.test(field) ? tainted(frame.deepTaints(state, whole)) : whole);
    }
  }
  parts.push(constant(template.slice(at)));
  return concat(frame, state, parts);
};

/** An f-string. */
export const formatted = (frame: Frame, state: State, instr: Instr, parts: readonly Val[]): Val => {
  const values = parts.map((part, i) => {
    const spec = instr.names?.[i] ?? '';
    if (spec === '') return shown(frame, state, part, instr) ?? part;
    if (/[dfeEgGxXobn]$/.test(spec) && !spec.startsWith('!')) return UNKNOWN;
    return onlyConstant(part) === undefined ? part : UNKNOWN;
  });
  return frame.stepped(concat(frame, state, values), instr, 'put into an f-string');
};

export const compare = (frame: Frame, state: State, instr: Instr, a: Val, b: Val): Val => {
  const [left, right] = [allConstants(a), allConstants(b)];
  if (left !== null && right !== null) {
    const answers = new Set<boolean | undefined>();
    for (const x of left) for (const y of right) answers.add(foldCompare(instr.name, x, y));
    const [only] = answers;
    return answers.size === 1 && only !== undefined ? constant(only) : BOOLEAN;
  }
  if ((instr.name === 'In' || instr.name === 'NotIn') && left !== null && left.length === 1) {
    const found = contains(frame, state, b, left[0] ?? null);
    if (found !== undefined) return constant(instr.name === 'In' ? found : !found);
  }
  if ((instr.name === 'Is' || instr.name === 'IsNot') && right?.length === 1 && right[0] === null) {
    // What came from outside may be absent, an object of ours is not None.
    if (!a.open && a.consts.length === 0 && a.refs.length > 0 && a.refs.every((ref) => ref.k !== 'ext')) {
      return constant(instr.name === 'IsNot');
    }
  }
  return BOOLEAN;
};

const contains = (frame: Frame, state: State, container: Val, item: Constant): boolean | undefined => {
  const [ref] = container.refs;
  if (container.open || container.refs.length !== 1 || ref?.k !== 'obj') return undefined;
  const obj = frame.obj(state, ref.id);
  if (
    obj === undefined ||
    obj.many ||
    obj.rest.open ||
    obj.rest.consts.length > 0 ||
    obj.rest.refs.length > 0
  )
    return undefined;
  if (obj.shape === 'dict') return obj.fields.has(keyOf(item));
  if (obj.elems === null) return undefined;
  const known = obj.elems.map(onlyConstant);
  return known.every((value) => value !== undefined) ? known.includes(item) : undefined;
};

export const unary = (frame: Frame, state: State, op: string, a: Val): Val => {
  if (op === 'Not') {
    const truth = truthOfValue(frame, state, a);
    return truth === undefined ? BOOLEAN : constant(!truth);
  }
  const value = onlyConstant(a);
  if (typeof value === 'number') {
    if (op === 'USub') return constant(-value);
    if (op === 'UAdd') return constant(value);
    if (op === 'Invert') return constant(-value - 1);
  }
  return UNKNOWN;
};
