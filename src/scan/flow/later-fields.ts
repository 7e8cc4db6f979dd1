import { type ClassShape, type FunctionCode, OP } from '../lower/ir.ts';
import type { Engine } from './engine.ts';
import type { Obj } from './state.ts';
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
