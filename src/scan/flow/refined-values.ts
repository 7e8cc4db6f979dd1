import { type FunctionCode, OP } from '../lower/ir.ts';
import { read } from './execute.ts';
import type { Frame } from './frame.ts';
import { noteTested } from './kept.ts';
import type { Obj, State } from './state.ts';
import { NO_TAINT, type Taint, weaken } from './taint.ts';
import { onlyConstant, replaceTaints, type Val } from './value.ts';

/** Puts `better` where register `reg` was read from: the variable, every variable alike, or the attribute. */
export const replace = (frame: Frame, state: State, reg: number, better: Val): void => {
  const before = state.regs[reg];
  if (before === undefined || before === better) return;
  // What nothing is known of, and names outside the project, are one value for many variables that have nothing to do
  // with each other.
  const shared = before.taints.length === 0 && (before.open || before.refs.some(({ k }) => k === 'ext'));
  if (shared) state.regs[reg] = better;
  else for (let i = 0; i < state.regs.length; i++) if (state.regs[i] === before) state.regs[i] = better;
  const def = frame.fn.defs[reg];
  if (def === undefined) {
    replaceChoice(frame, state, reg, before, better);
    return;
  }
  // `body.get('tag')` and `body['tag']` are one value.
  const gets = def.op === OP.method && def.name === 'get';
  if (def.op === OP.attr || def.op === OP.index || gets) {
    const object = read(frame, state, def.a);
    const at = gets ? (def.args[0] ?? -1) : def.b;
    const key = def.op === OP.attr ? undefined : onlyConstant(read(frame, state, at));
    const [ref] = object.refs;
    if (ref?.k === 'ext' && object.refs.length === 1 && before.taints.length > 0) {
      const name = def.op === OP.attr ? def.name : typeof key === 'string' ? `['${key}']` : null;
      if (name !== null) noteTested(frame, state, ref.name, name, better);
    }
    if (ref?.k !== 'obj') return;
    const obj = frame.own(state, ref.id);
    const field = def.op === OP.attr ? def.name : typeof key === 'string' ? `s${key}` : null;
    if (obj !== undefined && field !== null && obj.fields.has(field)) obj.fields.set(field, better);
  } else if (def.op === OP.cell) {
    const scope = frame.own(state, frame.scope);
    if (def.c === 0 && scope?.fields.get(def.name) === before) scope.fields.set(def.name, better);
  } else if (def.op === OP.method && NORMALISERS.has(def.name)) {
    replace(frame, state, def.a, replaceTaints(read(frame, state, def.a), better.taints));
  }
};

const CHOICES = new WeakMap<FunctionCode, Map<number, number[]>>();

/** The registers of `a or b`, by the register that holds the result. */
const choicesOf = (fn: FunctionCode): Map<number, number[]> => {
  const known = CHOICES.get(fn);
  if (known !== undefined) return known;
  const made = new Map<number, number[]>();
  for (const { instrs } of fn.blocks)
    for (const { op, name, dst, a } of instrs)
      if (op === OP.move && name === 'Or') made.set(dst, [...(made.get(dst) ?? []), a]);
  CHOICES.set(fn, made);
  return made;
};

// What was found of `name or ''` holds for the name: where it was not taken it is empty.
const replaceChoice = (frame: Frame, state: State, reg: number, before: Val, better: Val): void => {
  const tainted = (choicesOf(frame.fn).get(reg) ?? []).filter(
    (each) => read(frame, state, each).taints.length > 0,
  );
  const [from] = tainted;
  if (from === undefined || tainted.length > 1) return;
  const value = read(frame, state, from);
  if (value.taints.length === before.taints.length)
    replace(frame, state, from, replaceTaints(value, better.taints));
};

const NORMALISERS = new Set(['lower', 'upper', 'strip', 'casefold', 'decode', 'encode']);

export const clean = (frame: Frame, state: State, reg: number): void =>
  replace(frame, state, reg, replaceTaints(read(frame, state, reg), NO_TAINT));

/** What was only checked in part is no more than possible. */
export const soften = (state: State, taints: readonly Taint[]): void => {
  const ids = new Set(taints.map((taint) => taint.origin.id));
  for (let i = 0; i < state.regs.length; i++) {
    const val = state.regs[i];
    if (val?.taints.some((taint) => ids.has(taint.origin.id)) === true)
      state.regs[i] = replaceTaints(val, weaken(val.taints));
  }
};

/** Marks every value that came from the same origins as safe in these contexts. */
export const bless = (state: State, taints: readonly Taint[], bits: number): void => {
  if (taints.length === 0) return;
  const ids = new Set(taints.map((taint) => taint.origin.id));
  const better = (val: Val): Val => {
    if (!val.taints.some((taint) => ids.has(taint.origin.id) && (taint.safe & bits) !== bits)) return val;
    const mark = (list: readonly Taint[]) =>
      list.map((taint) => (ids.has(taint.origin.id) ? { ...taint, safe: taint.safe | bits } : taint));
    const segs =
      val.segs?.map((each) => (typeof each === 'string' ? each : { taints: mark(each.taints) })) ?? null;
    return { ...val, taints: mark(val.taints), segs };
  };
  for (let i = 0; i < state.regs.length; i++) {
    const val = state.regs[i];
    if (val !== undefined && val.taints.length > 0) state.regs[i] = better(val);
  }
  const look = (obj: Obj, id: number): void => {
    if (obj.shape === 'scope') return;
    const touched = [...obj.fields.values(), ...(obj.elems ?? []), obj.rest].some(
      (val) => better(val) !== val,
    );
    const mine = touched ? state.own(id) : undefined;
    if (mine === undefined) return;
    for (const [name, val] of mine.fields) mine.fields.set(name, better(val));
    mine.elems = mine.elems?.map(better) ?? null;
    mine.rest = better(mine.rest);
  };
  state.eachOwn(look);
  state.eachOfModules(look);
};
