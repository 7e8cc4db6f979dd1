import type { FunctionCode } from '../lower/ir.ts';
import type { Engine } from './engine.ts';
import type { Obj } from './state.ts';
import type { Summary } from './summary.ts';
import type { Val } from './value.ts';

/** Objects that a call leaves with its caller, the nearest first, where none is tainted. */
const MOST_LEFT = 64;

/** What a caller of which nothing is known takes over of a summary. */
interface Leavings {
  /** So many objects. */
  readonly most: number;
  /** Fields of `self` but these: a method leaves them as the constructor does, with all objects that they lead to. */
  readonly leftAlone: ReadonlySet<string>;
}

const known = new WeakMap<Summary, Leavings>();

/** Worked out once for each summary. `depth` is that of the call of `fn`. */
export const leavingsOf = (engine: Engine, fn: FunctionCode, summary: Summary, depth: number): Leavings => {
  let leavings = known.get(summary);
  if (leavings === undefined) {
    const { size } = summary.heap;
    const most = size <= MOST_LEFT || holdsTaint(summary) ? size : MOST_LEFT;
    leavings = { most, leftAlone: fieldsLeftAlone(engine, fn, summary, depth) };
    known.set(summary, leavings);
  }
  return leavings;
};

const isTainted = ({ taints, refs }: Val): boolean =>
  taints.length > 0 || refs.some((ref) => ref.k === 'bound' && isTainted(ref.self));

const valuesOf = ({ fields, elems, rest }: Obj): Val[] => [...fields.values(), ...(elems ?? []), rest];

const holdsTaint = ({ heap }: Summary): boolean => {
  for (const obj of heap.values()) if (valuesOf(obj).some(isTainted)) return true;
  return false;
};

const fieldsLeftAlone = (engine: Engine, fn: FunctionCode, summary: Summary, depth: number): Set<string> => {
  const alone = new Set<string>();
  const after = summary.heap.get(1);
  if (fn.owner === null || fn.name === '__init__' || after === undefined) return alone;
  const given = engine.selfOf(fn.owner, depth).heap;
  const before = given.get(1);
  for (const [name, value] of after.fields) {
    if (before?.fields.get(name) === value && !isTainted(value) && isAsGiven(value, summary, given))
      alone.add(name);
  }
  return alone;
};

/** Whether all objects that `value` leads to are as they were `given`. */
const isAsGiven = (value: Val, summary: Summary, given: ReadonlyMap<number, Obj>): boolean => {
  const seen = new Set([1]);
  const isSame = ({ refs }: Val): boolean =>
    refs.every((ref) => {
      if (ref.k === 'bound') return isSame(ref.self);
      return ref.k === 'obj' ? isLeft(ref.id) : ref.k !== 'fn' || isLeft(ref.scope);
    });
  const isLeft = (id: number): boolean => {
    if (id <= 0 || seen.has(id)) return true;
    seen.add(id);
    const obj = summary.heap.get(id);
    return obj !== undefined && obj === given.get(id) && valuesOf(obj).every(isSame);
  };
  return isSame(value);
};
