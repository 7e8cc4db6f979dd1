import { type ClassShape, type FunctionCode, OP } from '../lower/ir.ts';
import type { Engine } from './engine.ts';
import type { Obj } from './state.ts';
import { shifted } from './summary.ts';
import { join, type Val } from './value.ts';

const MOST_SETTERS = 3;
const known = new WeakMap<ClassShape, Map<string, FunctionCode[]>>();

/** The methods beside the constructor that set an attribute of their object, by attribute. */
const settersOf = (cls: ClassShape): Map<string, FunctionCode[]> => {
  const before = known.get(cls);
  if (before !== undefined) return before;
  const out = new Map<string, FunctionCode[]>();
  known.set(cls, out);
  for (const fn of cls.methods.values()) {
    if (fn.name === '__init__' || fn.params[0] === undefined) continue;
    for (const { instrs } of fn.blocks) {
      for (const { op, a, name } of instrs) {
        if (op !== OP.setAttr || a !== 0) continue;
        const fns = out.get(name) ?? [];
        if (!fns.includes(fn)) out.set(name, [...fns, fn]);
      }
    }
  }
  for (const base of cls.bases)
    for (const [name, fns] of settersOf(base)) out.set(name, [...(out.get(name) ?? []), ...fns]);
  return out;
};

/**
 * Attributes that methods set anew hold more than the constructor put there: anything, and where that was None also
 * what these methods put there (`self.connection = None`, made when it is opened).
 */
export const openLaterFields = (cls: ClassShape, self: Obj): Obj => {
  const fields = new Map(self.fields);
  for (const name of settersOf(cls).keys()) {
    const value = fields.get(name);
    if (value !== undefined && !value.open) fields.set(name, { ...value, open: true });
  }
  return { ...self, fields, owner: 0 };
};

const onlyNull = ({ consts, refs, taints }: Val): boolean =>
  consts.length === 1 && consts[0] === null && refs.length === 0 && taints.length === 0;

/** {@link openLaterFields}, with what the methods put in the place of None. Runs them. */
export const fillLaterFields = (engine: Engine, cls: ClassShape, self: Obj, depth: number): Obj => {
  const fields = new Map(self.fields);
  for (const [name, setters] of settersOf(cls)) {
    const value = fields.get(name);
    if (value === undefined || !onlyNull(value) || setters.length > MOST_SETTERS) continue;
    for (const fn of setters) {
      const after = engine.defaultSummary(fn, depth)?.heap.get(1)?.fields.get(name);
      if (after?.refs.some((ref) => ref.k === 'bound' || (ref.k === 'obj' && ref.id > 0)) === false)
        fields.set(name, join(fields.get(name) ?? value, after));
    }
  }
  return { ...self, fields, owner: 0 };
};

/** Methods that frameworks call before the one that answers. */
const BEFORE_ANSWERS = ['setup', 'initialize', 'initial', 'prepare', 'dispatch'];

/**
 * What a framework calls before the method that answers leaves its marks on the object too, which is number 1 of `heap`.
 * Returns the next number that is free.
 */
export const prepared = (
  engine: Engine,
  cls: ClassShape,
  heap: Map<number, Obj>,
  free: number,
  depth: number,
): number => {
  let next = free;
  if (engine.externalBases(cls).length === 0) return next;
  for (const name of BEFORE_ANSWERS) {
    const method = engine.findMethod(cls, name);
    const summary = method === null ? null : engine.defaultSummary(method, depth);
    const after = summary?.heap.get(1);
    const self = heap.get(1);
    if (after === undefined || self === undefined) continue;
    const fields = new Map(self.fields);
    const left = shifted(summary?.heap ?? heap, next);
    for (const [field, value] of after.fields) {
      const known = fields.get(field);
      if (value === known || value.refs.some(({ k }) => k === 'bound')) continue;
      const mine = left.mapVal(value);
      if (value.refs.some((ref) => ref.k === 'obj' && ref.id > 0)) {
        for (const [id, obj] of left.objects) heap.set(id, obj);
        next = left.next;
      }
      fields.set(field, known === undefined ? mine : join(known, mine));
    }
    heap.set(1, { ...self, fields, owner: 0 });
  }
  return next;
};
