import type { Instr } from '../lower/ir.ts';
import { annotatedSite } from './annotated.ts';
import { iterate, knownElements } from './arguments.ts';
import { narrow } from './attributes.ts';
import { callMethod } from './call.ts';
import { putEntry } from './containers.ts';
import { slice } from './fold.ts';
import type { Frame } from './frame.ts';
import { keptHere, noteHere, testedHere } from './kept.ts';
import { sourceValue } from './sources.ts';
import { contents, forget, keyOf, makeObj, type Obj, type State } from './state.ts';
import {
  allConstants,
  BOTTOM,
  constant,
  external,
  join,
  objectRef,
  ofRef,
  onlyConstant,
  tainted,
  UNKNOWN,
  type Val,
  withTaints,
} from './value.ts';

/** `object[key]`. */
export const readIndex = (frame: Frame, state: State, object: Val, key: Val, instr: Instr): Val => {
  let out: Val = BOTTOM;
  // This function itself has tested what is there.
  let told = false;
  const only = onlyConstant(key);
  for (const ref of object.refs) {
    if (ref.k === 'obj') {
      const obj = frame.obj(state, ref.id);
      if (obj === undefined) out = join(out, UNKNOWN);
      else if (obj.shape === 'instance') {
        const method = obj.cls === null ? null : frame.engine.findMethod(obj.cls, '__getitem__');
        const value =
          method === null
            ? (obj.fields.get(String(only)) ?? tainted(frame.deepTaints(state, object)))
            : callMethod(frame, state, { ...object, refs: [ref] }, '__getitem__', {
                instr,
                positional: [key],
                keywords: new Map(),
                star: null,
                stars: null,
              });
        out = join(out, value ?? UNKNOWN);
      } else out = join(out, elementOf(obj, key, frame, state, instr));
    } else if (ref.k === 'ext') {
      const name = frame.engine.registry.element(ref.name);
      if (name.endsWith('Annotated[]')) {
        const site = annotatedSite(frame.fn.module, instr.start);
        return ofRef({ k: 'ext', name, site });
      }
      const entry = typeof only === 'string' ? `${ref.name}['${only}']` : name;
      const { registry } = frame.engine;
      const source = registry.sources.get(entry) ?? registry.sources.get(name);
      if (source !== undefined) {
        out = join(out, sourceValue(frame, source, entry, instr, null));
        continue;
      }
      if (typeof only === 'string') {
        const known = keptHere(frame, state, ref.name, `['${only}']`);
        const kept = known ?? frame.engine.kept.read(frame, state, entry, instr);
        if (kept !== null && kept.taints.length > 0) frame.hot = true;
        if (known !== undefined) {
          out = join(out, known);
          told ||= known.taints.length > 0 || testedHere(frame, state, ref.name, `['${only}']`) !== undefined;
          continue;
        }
        if (kept !== null) out = join(out, kept);
      }
      // What a project keeps in a configuration is its own.
      const value = /\[\]\[\]$|\.(config|extensions)\[\]$/.test(name) ? UNKNOWN : external(name);
      out = join(out, object.taints.length > 0 ? { ...withTaints(value, object.taints), open: true } : value);
    } else out = join(out, UNKNOWN);
  }
  if (object.consts.length > 0) {
    const known = allConstants(object);
    const chars = known?.map((text) =>
      typeof text === 'string' && typeof only === 'number' ? text.at(only) : undefined,
    );
    const fixed = chars?.every((char) => char !== undefined) === true;
    for (const char of fixed ? (chars as string[]) : []) out = join(out, constant(char));
    if (!fixed) out = join(out, UNKNOWN);
  }
  if (!told && (object.open || object.segs !== null || out === BOTTOM))
    out = join(out, tainted(object.taints));
  return typeof only === 'string' && out.taints.length > 0
    ? { ...out, taints: narrow(out.taints, only) }
    : out;
};

const elementOf = (obj: Obj, key: Val, frame: Frame, state: State, instr: Instr): Val => {
  const keys = allConstants(key);
  if (obj.shape === 'config') return configSection(obj, key, frame, state, instr);
  if (obj.shape === 'dict') {
    if (keys === null) return contents(obj) === BOTTOM ? UNKNOWN : contents(obj);
    let out: Val = BOTTOM;
    for (const each of keys)
      out = join(out, obj.fields.get(keyOf(each)) ?? (obj.rest === BOTTOM ? UNKNOWN : obj.rest));
    return out;
  }
  if (obj.elems !== null && keys !== null && !obj.many) {
    let out: Val = BOTTOM;
    for (const each of keys) {
      const value =
        typeof each === 'number'
          ? obj.elems.at(each)
          : typeof each === 'boolean'
            ? obj.elems[Number(each)]
            : undefined;
      out = join(out, value ?? UNKNOWN);
    }
    return out;
  }
  const all = contents(obj);
  return all === BOTTOM ? UNKNOWN : all;
};

const configSection = (obj: Obj, key: Val, frame: Frame, state: State, instr: Instr): Val => {
  const section = onlyConstant(key);
  const part = makeObj('dict', { rest: obj.rest });
  const prefix = typeof section === 'string' ? keyOf(`${section}\0`) : null;
  for (const [name, value] of obj.fields) {
    if (prefix === null) part.rest = join(part.rest, value);
    else if (name.startsWith(prefix)) part.fields.set(`s${name.slice(prefix.length)}`, value);
  }
  const id = frame.idFor(instr, 'section');
  state.place(id, part);
  return objectRef(id);
};

/** `object[key] = value`. */
export const writeIndex = (
  frame: Frame,
  state: State,
  object: Val,
  key: Val,
  value: Val,
  instr: Instr,
): void => {
  const several = object.refs.length > 1 || object.open;
  for (const ref of object.refs) {
    if (ref.k === 'ext') {
      const text = onlyConstant(key);
      if (typeof text === 'string') {
        frame.engine.kept.keep(frame, state, `${ref.name}['${text}']`, value);
        noteHere(frame, state, ref.name, `['${text}']`, value);
      }
      frame.engine.options.onSetItem?.(
        frame,
        state,
        frame.engine.registry.resolve(ref.name),
        key,
        value,
        instr,
      );
      continue;
    }
    if (ref.k !== 'obj') continue;
    const obj = frame.own(state, ref.id);
    if (obj === undefined) continue;
    const only = onlyConstant(key);
    if (obj.shape === 'dict') {
      if (several) obj.rest = join(obj.rest, value);
      putEntry(obj, key, value);
    } else if (obj.shape === 'config') {
      const [inner] = value.refs;
      const other = inner?.k === 'obj' ? frame.obj(state, inner.id) : undefined;
      for (const [name, each] of other?.fields ?? [])
        obj.fields.set(keyOf(`${only}\0${name.slice(1)}`), each);
    } else if (obj.shape === 'instance') {
      if (obj.cls !== null && frame.engine.findMethod(obj.cls, '__setitem__') !== null) {
        callMethod(frame, state, { ...object, refs: [ref] }, '__setitem__', {
          instr,
          positional: [key, value],
          keywords: new Map(),
          star: null,
          stars: null,
        });
      } else obj.rest = join(obj.rest, value);
    } else if (obj.elems !== null && typeof only === 'number' && !obj.many && !several) {
      const at = only < 0 ? obj.elems.length + only : only;
      if (at < obj.elems.length) obj.elems[at] = value;
    } else forget(obj, value);
  }
};

export const deleteIndex = (frame: Frame, state: State, object: Val, key: Val): void => {
  const only = onlyConstant(key);
  for (const ref of object.refs) {
    const obj = ref.k === 'obj' ? frame.own(state, ref.id) : undefined;
    if (obj === undefined || obj.many) continue;
    if (obj.shape === 'dict') {
      if (only !== undefined) obj.fields.delete(keyOf(only));
    } else if (obj.elems !== null) {
      if (typeof only === 'number') obj.elems.splice(only < 0 ? obj.elems.length + only : only, 1);
      else forget(obj, BOTTOM);
    }
  }
};

/** `object[from:to:by]`. */
export const sliceOf = (
  frame: Frame,
  state: State,
  object: Val,
  parts: readonly (Val | null)[],
  instr: Instr,
): Val => {
  const bounds = parts.map((part) => (part === null ? undefined : onlyConstant(part)));
  const fixed = parts.every(
    (part, i) => part === null || typeof bounds[i] === 'number' || bounds[i] === null,
  );
  const [from, to, by] = bounds.map((bound) => (typeof bound === 'number' ? bound : undefined)) as (
    | number
    | undefined
  )[];
  const texts = allConstants(object);
  if (fixed && texts?.every((text): text is string => typeof text === 'string')) {
    return (texts as string[])
      .map((text) => constant(slice(text, from, to, by).join('')))
      .reduce<Val>(join, BOTTOM);
  }
  const known = knownElements(frame, state, object);
  const [ref] = object.refs;
  if (ref?.k === 'obj') {
    const id = frame.idFor(instr);
    const shape = frame.obj(state, ref.id)?.shape ?? 'list';
    state.place(
      id,
      known !== null && fixed
        ? makeObj(shape, { elems: slice(known, from, to, by) })
        : makeObj(shape, { rest: iterate(frame, state, object, instr) }),
    );
    return objectRef(id);
  }
  return (
    slicedText(object, fixed, from, to, by) ?? frame.stepped(tainted(object.taints), instr, 'cut to a part')
  );
};

// A slice that stays within the literal text at either end carries nothing of the holes.
const slicedText = (object: Val, fixed: boolean, from = 0, to?: number, by = 1): Val | null => {
  if (object.segs === null || !fixed || by !== 1) return null;
  const [first] = object.segs;
  if (typeof first === 'string' && to !== undefined && from >= 0 && to >= 0 && to <= first.length) {
    return constant(first.slice(from, to));
  }
  const last = object.segs.at(-1);
  if (typeof last === 'string' && from < 0 && -from <= last.length && (to === undefined || to < 0)) {
    return constant(last.slice(from, to));
  }
  return null;
};

/** Element number `instr.c` of `a, b = value`. */
export const unpack = (frame: Frame, state: State, value: Val, instr: Instr): Val => {
  const known = knownElements(frame, state, value);
  if (instr.name === 'star') {
    const id = frame.idFor(instr);
    state.place(id, makeObj('list', { rest: iterate(frame, state, value, instr) }));
    return objectRef(id);
  }
  if (known !== null && instr.c < known.length) return known[instr.c] ?? UNKNOWN;
  const [ref] = value.refs;
  const obj = ref?.k === 'obj' && value.refs.length === 1 ? frame.obj(state, ref.id) : undefined;
  if (obj?.elems != null && instr.c < obj.elems.length) return obj.elems[instr.c] ?? UNKNOWN;
  return iterate(frame, state, value, instr);
};
