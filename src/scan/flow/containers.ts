import type { Instr } from '../lower/ir.ts';
import { iterate, knownElements } from './arguments.ts';
import type { Frame } from './frame.ts';
import {
  appendTo,
  contents,
  forget,
  keyOf,
  makeObj,
  type Obj,
  type Shape,
  type State,
  writeField,
} from './state.ts';
import { allConstants, BOTTOM, join, objectRef, tainted, UNKNOWN, type Val } from './value.ts';

const MOST_KNOWN = 64;

/** A new list, tuple, set or iterator; parts marked `*` are laid out. */
export const makeSequence = (frame: Frame, state: State, instr: Instr, values: readonly Val[]): Val => {
  const id = frame.idFor(instr);
  let elems: Val[] | null = [];
  let rest: Val = BOTTOM;
  values.forEach((value, i) => {
    if (instr.names?.[i] !== '*') {
      if (elems === null) rest = join(rest, value);
      else elems.push(value);
      return;
    }
    const known = knownElements(frame, state, value);
    if (known !== null && elems !== null) elems.push(...known);
    else {
      rest = (elems ?? []).reduce<Val>(join, join(rest, iterate(frame, state, value, instr)));
      elems = null;
    }
  });
  if (elems !== null && (elems as Val[]).length > MOST_KNOWN) {
    rest = (elems as Val[]).reduce<Val>(join, rest);
    elems = null;
  }
  state.place(id, makeObj((instr.name || 'list') as Shape, { elems, rest }));
  return objectRef(id);
};

/** A new dict of key, value pairs; a null key unpacks its value. */
export const makeDict = (frame: Frame, state: State, instr: Instr, parts: readonly (Val | null)[]): Val => {
  const id = frame.idFor(instr);
  const obj = makeObj('dict');
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [key, value] = [parts[i] ?? null, parts[i + 1] ?? UNKNOWN];
    if (key === null) copyInto(frame, state, obj, value);
    else putEntry(obj, key, value);
  }
  state.place(id, obj);
  return objectRef(id);
};

/** Puts an entry under a key that may be one of several, or unknown. */
export const putEntry = (obj: Obj, key: Val, value: Val): void => {
  const keys = allConstants(key);
  if (keys === null) {
    obj.rest = join(obj.rest, value);
    for (const [known, before] of obj.fields) obj.fields.set(known, join(before, value));
    return;
  }
  for (const each of keys) {
    const before = keys.length > 1 ? (obj.fields.get(keyOf(each)) ?? obj.rest) : BOTTOM;
    writeField(obj, keyOf(each), join(before, value));
  }
};

/** Lays entries of keys that nobody knows over those of `obj`: they may take the place of any. */
export const overlay = (obj: Obj, given: Val): void => {
  obj.rest = join(obj.rest, given);
  if (given.taints.length === 0) return;
  for (const [key, value] of obj.fields) obj.fields.set(key, join(value, given));
};

/** Adds the entries of the dict (or unknown mapping) `from` to `obj`. */
export const copyInto = (frame: Frame, state: State, obj: Obj, from: Val): void => {
  let known = false;
  for (const ref of from.refs) {
    if (ref.k !== 'obj') continue;
    const other = frame.obj(state, ref.id);
    if (other === undefined) continue;
    known = true;
    for (const [key, value] of other.fields) writeField(obj, key, value);
    if (other.rest !== BOTTOM) {
      obj.rest = join(obj.rest, other.rest);
      // Entries of keys that nobody knows may take the place of any.
      if (other.rest.taints.length > 0)
        for (const [key, value] of obj.fields)
          if (!other.fields.has(key)) obj.fields.set(key, join(value, tainted(other.rest.taints)));
    }
  }
  if (!known) overlay(obj, tainted(from.taints));
};

/** What a comprehension adds to its collection. */
export const collectInto = (
  frame: Frame,
  state: State,
  collection: Val,
  first: Val,
  second: Val | null,
): void => {
  for (const ref of collection.refs) {
    const obj = ref.k === 'obj' ? frame.own(state, ref.id) : undefined;
    if (obj === undefined) continue;
    if (second !== null) putEntry(obj, first, second);
    else forget(obj, first);
  }
};

const sequenceOf = (frame: Frame, state: State, val: Val): Obj | null => {
  const [ref] = val.refs;
  if (ref?.k !== 'obj' || val.refs.length !== 1) return null;
  const obj = frame.obj(state, ref.id);
  return obj !== undefined && (obj.shape === 'list' || obj.shape === 'tuple' || obj.shape === 'set')
    ? obj
    : null;
};

/** `a + b` for sequences, or null when neither is one. */
export const collectionOf = (frame: Frame, state: State, a: Val, b: Val, instr: Instr): Val | null => {
  const [left, right] = [sequenceOf(frame, state, a), sequenceOf(frame, state, b)];
  if (left === null && right === null) return null;
  const id = frame.idFor(instr);
  const shape = (left ?? right)?.shape ?? 'list';
  const whole = (obj: Obj | null, val: Val): Val =>
    obj === null ? tainted(frame.deepTaints(state, val)) : contents(obj);
  const made =
    left?.elems && right?.elems && left.elems.length + right.elems.length <= MOST_KNOWN
      ? makeObj(shape, { elems: [...left.elems, ...right.elems] })
      : makeObj(shape, { rest: join(whole(left, a), whole(right, b)) });
  state.place(id, made);
  return objectRef(id);
};

/** `a += b` (or `|=`): changes `a` itself when it is a list, set or dict; null when it is none. */
export const extendWith = (frame: Frame, state: State, a: Val, b: Val, instr: Instr): Val | null => {
  const [ref] = a.refs;
  if (ref?.k !== 'obj' || a.refs.length !== 1) return null;
  const obj = frame.own(state, ref.id);
  if (obj === undefined || obj.shape === 'instance' || obj.shape === 'scope') return null;
  if (obj.shape === 'tuple') return collectionOf(frame, state, a, b, instr);
  if (obj.shape === 'dict') copyInto(frame, state, obj, b);
  else extend(frame, state, obj, b, instr);
  return a;
};

export const extend = (frame: Frame, state: State, obj: Obj, more: Val, instr: Instr): void => {
  const known = knownElements(frame, state, more);
  if (known !== null) for (const value of known) appendTo(obj, value);
  else forget(obj, iterate(frame, state, more, instr));
};
