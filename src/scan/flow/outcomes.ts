import { type Instr, OP } from '../lower/ir.ts';
import { read } from './execute.ts';
import type { Frame } from './frame.ts';
import { derivedFrom, URLS } from './guards.ts';
import { bless, replace } from './refined-values.ts';
import type { State } from './state.ts';
import { substituter, translate } from './summary.ts';
import { join, replaceTaints, UNKNOWN, type Val } from './value.ts';

/** The callee tested its parameters: what it found out holds for the arguments. */
export const refineOutcome = (frame: Frame, state: State, def: Instr, truth: boolean): void => {
  const outcome = frame.outcomes.get(def);
  if (outcome === undefined) return;
  const after = truth ? outcome.summary.whenTrue : outcome.summary.whenFalse;
  if (after !== null) settle(frame, state, def, after);
};

/** Takes over what a call left its parameters as. */
export const settle = (frame: Frame, state: State, def: Instr, after: readonly (Val | undefined)[]): void => {
  const outcome = frame.outcomes.get(def);
  if (outcome === undefined) return;
  const { canonical, fn, summary } = outcome;
  const shift =
    def.op === OP.method &&
    fn.owner !== null &&
    fn.params[0]?.kind === 'plain' &&
    after.length > def.args.length
      ? 1
      : 0;
  const substitute = substituter(canonical.taints, frame.place(def), fn);
  fn.params.forEach((param, i) => {
    const [before, value] = [summary.entry[i], after[i]];
    if (value === undefined || before === value || param.kind !== 'plain' || before === undefined) return;
    if (before.taints.length === 0 || value.refs.some((ref) => ref.k === 'obj')) return;
    const named = def.names?.indexOf(param.name) ?? -1;
    const reg = named >= 0 ? def.args[named] : def.args[i - shift];
    if (reg === undefined) return;
    const mine = read(frame, state, reg);
    if (mine.taints.length === 0) return;
    const better = toldOf(
      mine,
      translate(value, (id) => id, substitute),
    );
    if (better === mine) return;
    replace(frame, state, reg, better);
    // What was found of its host holds for the whole address.
    const hosts = better.taints.filter(({ safe }) => (safe & URLS) === URLS);
    if (hosts.length === mine.taints.length && derivedFrom(frame, reg, 'host')) bless(state, hosts, URLS);
  });
};

/** What is left of `value` where the function just called with it alone by `def` returned something true. */
export const passed = (frame: Frame, def: Instr, value: Val): Val => {
  const outcome = frame.outcomes.get(def);
  if (outcome === undefined) return value;
  const { canonical, fn, summary } = outcome;
  const at = fn.owner === null || fn.params.length < 2 ? 0 : 1;
  const [before, after] = [summary.entry[at], summary.whenTrue?.[at]];
  if (before === undefined || after === undefined || before === after) return value;
  return toldOf(
    value,
    translate(after, (id) => id, substituter(canonical.taints, frame.place(def), fn)),
  );
};

// What a test of the same taints found out holds for `mine`.
const toldOf = (mine: Val, told: Val): Val => {
  const kept = mine.taints.flatMap((taint) => {
    const same = told.taints.find((other) => other.origin.id === taint.origin.id);
    return same === undefined ? [] : [{ ...taint, safe: taint.safe | same.safe }];
  });
  const same =
    kept.length === mine.taints.length && kept.every((taint, n) => taint.safe === mine.taints[n]?.safe);
  return same ? mine : replaceTaints(mine, kept);
};

export const joinOutcomes = (
  a: readonly (Val | undefined)[] | null,
  b: readonly (Val | undefined)[] | null,
): readonly (Val | undefined)[] | null => {
  if (a === null || b === null) return a ?? b;
  return a.map((left, i) => join(left ?? UNKNOWN, b[i] ?? UNKNOWN));
};
