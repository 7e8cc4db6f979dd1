import type { FunctionCode } from '../lower/ir.ts';
import type { Basis } from './basis.ts';
import { copyOf, holdSame, type Obj, SHARED, type State } from './state.ts';
import { type CodePlace, extendTrail, type Taint, type Trail } from './taint.ts';
import type { Ref, Val } from './value.ts';

/** A value that reached a place where it does harm. */
export interface Hit {
  readonly taint: Taint;
  readonly rule: string;
  readonly kind: string;
  readonly name: string;
  readonly place: CodePlace;
  readonly position: string;
  /** It happens in something that the function calls, not in the function itself. */
  readonly below?: boolean;
}

/**
 * What a call of a function does, for arguments of one shape. Objects are numbered from 1 in the order in which the
 * arguments reach them, taints are symbols in the same order, so that one summary serves every such call.
 */
export interface Summary {
  readonly ret: Val;
  /** The objects that it made, and those of its arguments that it changed. */
  readonly heap: ReadonlyMap<number, Obj>;
  readonly hits: readonly Hit[];
  /** The parameters after it returned something true, something false; null when it never does. */
  readonly whenTrue: readonly (Val | undefined)[] | null;
  readonly whenFalse: readonly (Val | undefined)[] | null;
  readonly entry: readonly Val[];
  /** Those from this number on it made itself. */
  readonly firstOwn: number;
  /** What was set up below the call (see `flags` of the models). */
  readonly flags: readonly string[];
  readonly basis: Basis;
}

type MapTaint = (taint: Taint) => Taint;

const isOfHeap = (ref: Ref): boolean =>
  ref.k === 'obj' || ref.k === 'bound' || (ref.k === 'fn' && ref.scope !== 0);

/** `val` with the ids of objects and the taints exchanged. */
export const translate = (val: Val, mapId: (id: number) => number, mapTaint: MapTaint): Val => {
  const moves = val.refs.length > 0 && val.refs.some(isOfHeap);
  if (!moves && val.taints.length === 0) return val;
  const mapRef = (ref: Ref): Ref => {
    if (ref.k === 'obj') return { k: 'obj', id: mapId(ref.id) };
    if (ref.k === 'fn' && ref.scope !== 0) return { k: 'fn', fn: ref.fn, scope: mapId(ref.scope) };
    if (ref.k === 'bound') return { ...ref, self: translate(ref.self, mapId, mapTaint) };
    return ref;
  };
  return {
    consts: val.consts,
    refs: moves ? val.refs.map(mapRef) : val.refs,
    open: val.open,
    segs:
      val.segs === null
        ? null
        : val.segs.map((segment) =>
            typeof segment === 'string' ? segment : { taints: segment.taints.map(mapTaint) },
          ),
    taints: val.taints.map(mapTaint),
  };
};

/**
 * `obj` with each value exchanged by `mapVal`. Fields and elements that stay as they are belong to both from now on, so
 * that neither is written to in place.
 */
export const translateObj = (obj: Obj, mapVal: (val: Val) => Val): Obj => {
  let { fields, elems } = obj;
  obj.fields.forEach((value, key) => {
    const mapped = mapVal(value);
    if (mapped === value) return;
    if (fields === obj.fields) fields = copyOf(fields);
    fields.set(key, mapped);
  });
  if (obj.elems !== null) {
    for (let i = 0; i < obj.elems.length; i++) {
      const value = obj.elems[i] as Val;
      const mapped = mapVal(value);
      if (mapped === value) continue;
      if (elems === obj.elems) elems = [...obj.elems];
      (elems as Val[])[i] = mapped;
    }
  }
  obj.owner = SHARED;
  return {
    shape: obj.shape,
    cls: obj.cls,
    fields,
    elems,
    rest: mapVal(obj.rest),
    many: obj.many,
    owner: SHARED,
  };
};

/** The objects of `heap` but those of modules, with `by` added to their numbers; `mapVal` does so for a value. */
export const shifted = (
  heap: ReadonlyMap<number, Obj>,
  by: number,
): { objects: Map<number, Obj>; next: number; mapVal: (value: Val) => Val } => {
  const mapId = (id: number): number => (id > 0 ? id + by : id);
  const mapVal = (value: Val): Val => translate(value, mapId, (taint) => taint);
  const objects = new Map<number, Obj>();
  let next = by;
  heap.forEach((obj, id) => {
    if (id <= 0) return;
    objects.set(mapId(id), translateObj(obj, mapVal));
    next = Math.max(next, mapId(id) + 1);
  });
  return { objects, next, mapVal };
};

/**
 * The objects of `state` that a caller can come to: those that it had itself (numbered below `firstOwn`), those of modules,
 * and what these and `values` reach. The others are gone with the function.
 */
export const surviving = (
  state: State,
  values: readonly (Val | undefined)[],
  firstOwn: number,
): ReadonlyMap<number, Obj> => {
  const kept = new Map<number, Obj>();
  for (let id = 1; id < firstOwn; id++) {
    const obj = state.get(id);
    if (obj !== undefined) kept.set(id, obj);
  }
  state.eachOfModules((obj, id) => {
    kept.set(id, obj);
  });
  for (const id of state.reached(values, firstOwn)) kept.set(id, state.get(id) as Obj);
  return kept;
};

/** The objects of `heap` that are not as they were `given`. */
export const changedOf = (
  heap: ReadonlyMap<number, Obj>,
  given: ReadonlyMap<number, Obj>,
): ReadonlyMap<number, Obj> => {
  const changed = new Map<number, Obj>();
  heap.forEach((obj, id) => {
    const before = given.get(id);
    if (before === undefined || (before !== obj && !holdSame(before, obj))) changed.set(id, obj);
  });
  return changed;
};

/** `inner` continued from `outer`, with the step of the call between them. */
export const joinTrails = (
  outer: Trail | null,
  at: CodePlace,
  why: string,
  inner: Trail | null,
): Trail | null => {
  const steps: Trail[] = [];
  for (let step = inner; step !== null; step = step.before) steps.push(step);
  let trail = extendTrail(outer, at, why);
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i];
    if (step !== undefined) trail = extendTrail(trail, step.place, step.why);
  }
  return trail;
};

/** The summary with a symbol's taint replaced by the taint that the caller passed. */
export const substituter =
  (taints: readonly Taint[], at: CodePlace, fn: FunctionCode): MapTaint =>
  (taint) => {
    if (taint.origin.symbol < 0) return taint;
    const actual = taints[taint.origin.symbol];
    if (actual === undefined) return taint;
    return {
      origin: actual.origin,
      safe: taint.safe | actual.safe,
      weak: taint.weak || actual.weak,
      trail: joinTrails(actual.trail, at, `passed into ${fn.path}()`, taint.trail),
    };
  };
