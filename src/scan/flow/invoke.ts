import type { FunctionCode, Instr } from '../lower/ir.ts';
import { Basis } from './basis.ts';
import { type Canonical, canonicalise } from './canonical.ts';
import { Frame } from './frame.ts';
import { leavingsOf } from './leavings.ts';
import { joinObj, makeObj, type State, writeField } from './state.ts';
import { changedOf, type Summary, substituter, translate, translateObj } from './summary.ts';
import { joinTaints, NO_TAINT, type Taint, weaken } from './taint.ts';
import { BOTTOM, join, objectRef, tainted, UNKNOWN, type Val } from './value.ts';

const DEEPEST_CALL = 9;
const LARGE = 600;
const MOST_GLOBALS = 16;

/** Parameters of the last call that were refined, for guards: which values the callee leaves its parameters with. */
export interface Outcome {
  summary: Summary;
  canonical: Canonical;
  fn: FunctionCode;
}

/**
 * Calls `fn` with one value a parameter. Returns what it returns, or null when it never comes back.
 * A call that nothing tainted goes into uses what is known of the function anyway.
 */
export const invoke = (
  frame: Frame,
  state: State,
  fn: FunctionCode,
  scope: number,
  args: readonly Val[],
  instr: Instr,
): Val | null => {
  if (!frame.hot) {
    if (args.some((arg) => frame.deepTaints(state, arg, 2).length > 0)) frame.hot = true;
    else if (!setsUp(frame, state, fn, args) && !registers(frame, args))
      return useDefault(frame, state, fn, args, instr);
  }
  const globals: number[] = [];
  if (!frame.isBody) {
    const { kept } = frame.engine;
    state.eachOfModules((obj, id) => {
      if (globals.length >= MOST_GLOBALS || (kept.isOwner(id) && obj.shape !== 'notes')) return;
      globals.push(id);
    });
  }
  const canonical = canonicalise(state, (id) => frame.obj(state, id), args, scope, globals);
  if (canonical === null) return giveUp(frame, state, args, fn, 'a call reaches too many objects');
  if (canonical.taints.length === 0 && fn.size > LARGE) return useDefault(frame, state, fn, args, instr);
  const summary = frame.isBody
    ? frame.engine.shared.during(state, () => summaryFor(frame, fn, canonical))
    : summaryFor(frame, fn, canonical);
  if (summary === 'default') {
    if (canonical.taints.length === 0) return useDefault(frame, state, fn, args, instr);
    return giveUp(frame, state, args, fn, 'calls nested too deep or of too many shapes');
  }
  if (summary === 'recursive') return tainted(allTaints(frame, state, args));
  const value = apply(frame, state, summary, canonical, fn, instr);
  frame.outcomes.set(instr, { summary, canonical, fn });
  return wrapped(frame, state, fn, value, instr);
};

const SMALL = 150;

// What a constructor is given (a connection, a client, a class) is what its object works with later.
const setsUp = (frame: Frame, state: State, fn: FunctionCode, args: readonly Val[]): boolean =>
  fn.name === '__init__' &&
  fn.size <= SMALL &&
  args.some(
    ({ refs }, i) =>
      i > 0 &&
      refs.some((ref) =>
        ref.k === 'obj'
          ? frame.obj(state, ref.id)?.shape === 'instance'
          : ref.k !== 'ext' || !ref.name.startsWith('builtins.'),
      ),
  );

// What is handed a function while a module runs most often keeps it: a registry of handlers or commands.
const registers = (frame: Frame, args: readonly Val[]): boolean =>
  frame.isBody && args.some(({ refs }) => refs.some(({ k }) => k === 'fn'));

const summaryFor = (
  frame: Frame,
  fn: FunctionCode,
  canonical: Canonical,
): Summary | 'default' | 'recursive' => {
  const { engine } = frame;
  const clean = frame.hot && !frame.isBody && canonical.taints.length === 0;
  const known = engine.context(fn, canonical.key, clean);
  if (known === 'running') return 'recursive';
  if (known === 'full' || (known === undefined && frame.depth >= DEEPEST_CALL)) return 'default';
  if (known !== undefined) return known;
  engine.remember(fn, canonical.key, 'running');
  // What a decorator hands to its view is answered by the view.
  const { mount: around } = frame;
  const mount = around?.view === fn ? { ...around, around: false } : null;
  // Where a view answers, and what is only set up, is not known by the arguments alone.
  const store = frame.hot && mount === null ? engine.options.summaries : undefined;
  const given = canonical.given();
  let summary = store?.read(engine, fn, given);
  if (summary === undefined) {
    const firstId = canonical.ids.length;
    const inner = new Frame(engine, fn, { depth: frame.depth + 1, hot: frame.hot, firstId, mount });
    inner.parentScope = given.scope;
    const whole = engine.complete(inner, [...given.args], given.heap, false, firstId) ?? EMPTY;
    summary = { ...whole, heap: changedOf(whole.heap, given.heap) };
    store?.write(engine, fn, given, summary);
  }
  // What comes in below a handler goes up to it, to learn its route.
  const symbolic = summary.hits.filter(
    ({ taint: { origin } }) => origin.symbol >= 0 || (origin.web !== null && origin.web.route === null),
  );
  for (const hit of summary.hits) if (hit.taint.origin.symbol < 0) engine.options.onHit(hit);
  const kept: Summary = { ...summary, hits: symbolic };
  engine.remember(fn, canonical.key, kept);
  return kept;
};

const EMPTY: Summary = {
  ret: UNKNOWN,
  heap: new Map(),
  hits: [],
  whenTrue: null,
  whenFalse: null,
  entry: [],
  firstOwn: 1,
  flags: [],
  basis: new Basis(),
};

/** Brings what a summary says into the caller's state. */
const apply = (
  frame: Frame,
  state: State,
  summary: Summary,
  canonical: Canonical,
  fn: FunctionCode,
  instr: Instr,
): Val => {
  const { kept } = frame.engine;
  const place = frame.place(instr);
  const substitute = substituter(canonical.taints, place, fn);
  const mapTaint = (taint: Taint): Taint => frame.mounted(substitute(taint));
  const renamed = new Map<number, number>();
  const pending: number[] = [];
  const mapId = (id: number): number => {
    if (id <= 0) return id;
    const caller = canonical.ids[id];
    if (caller !== undefined) return caller;
    let mine = renamed.get(id);
    if (mine === undefined) {
      if (!summary.heap.has(id)) return 0;
      mine = frame.idFrom(instr, fn, summary.firstOwn, id);
      renamed.set(id, mine);
      pending.push(id);
    }
    return mine;
  };
  const mapVal = (val: Val) => translate(val, mapId, mapTaint);
  for (const flag of summary.flags) frame.flags.add(flag);
  for (const hit of summary.hits) frame.hit({ ...hit, taint: mapTaint(hit.taint), below: true });
  for (let n = 1; n < canonical.ids.length; n++) {
    const after = summary.heap.get(n);
    const id = canonical.ids[n] ?? 0;
    if (after === undefined) continue;
    const mapped = translateObj(after, mapVal);
    const before = frame.obj(state, id);
    state.put(id, before?.many ? joinObj(before, mapped) : mapped);
  }
  summary.heap.forEach((obj, id) => {
    if (id >= 0) return;
    // A summary of the top level may have been made when the object held less.
    const before = frame.isBody ? state.get(id) : undefined;
    let mapped = translateObj(obj, mapVal);
    // What the caller keeps on something outside stays, but for what the callee wrote.
    const written = kept.isOwner(id) && obj.shape !== 'notes' ? state.get(id) : undefined;
    if (written !== undefined) mapped = { ...mapped, fields: new Map([...written.fields, ...mapped.fields]) };
    state.put(id, before === undefined ? mapped : joinObj(before, mapped));
  });
  const ret = mapVal(summary.ret);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const obj = summary.heap.get(id);
    if (obj !== undefined) state.place(mapId(id), translateObj(obj, mapVal));
  }
  return frame.stepped(ret, instr, `returned by ${fn.path}()`);
};

const useDefault = (
  frame: Frame,
  state: State,
  fn: FunctionCode,
  args: readonly Val[],
  instr: Instr,
): Val | null => {
  const summary = frame.engine.defaultSummary(fn, frame.depth + 1);
  if (summary === null) return UNKNOWN;
  for (const flag of summary.flags) frame.flags.add(flag);
  const self = args[0]?.refs[0];
  const selfId = fn.owner !== null && self?.k === 'obj' ? self.id : 0;
  const { most, leftAlone } = leavingsOf(frame.engine, fn, summary, frame.depth + 1);
  const renamed = new Map<number, number>();
  const pending: number[] = [];
  const mapId = (id: number): number => {
    if (id <= 0) return id;
    if (id === 1 && fn.owner !== null) return selfId;
    let mine = renamed.get(id);
    if (mine === undefined) {
      if (!summary.heap.has(id)) return 0;
      if (renamed.size >= most) {
        frame.engine.cut(frame.fn, 'a call leaves too many objects');
        return 0;
      }
      mine = frame.idFrom(instr, fn, summary.firstOwn, id);
      renamed.set(id, mine);
      pending.push(id);
    }
    return mine;
  };
  const mapTaint = (taint: Taint): Taint => {
    // Something from outside came in below, and is handed on.
    frame.hot = true;
    return frame.mounted(taint);
  };
  const mapVal = (val: Val) => translate(val, mapId, mapTaint);
  const after = summary.heap.get(1);
  if (selfId !== 0 && after !== undefined) {
    const mine = frame.own(state, selfId);
    if (mine !== undefined) {
      for (const [name, value] of after.fields) {
        const known = mine.fields.get(name);
        if (known !== undefined && leftAlone.has(name)) continue;
        const mapped = mapVal(value);
        writeField(mine, name, known === undefined ? mapped : join(known, mapped));
      }
    }
  }
  const ret = mapVal(summary.ret);
  for (const id of pending) {
    const obj = summary.heap.get(id);
    if (obj !== undefined) state.place(mapId(id), translateObj(obj, mapVal));
  }
  const out = frame.stepped(ret, instr, `returned by ${fn.path}()`);
  return wrapped(frame, state, fn, summary.ret === BOTTOM && !fn.isGenerator ? null : out, instr);
};

// A generator gives an iterator over what it yields; a context manager made of one gives what it yields first.
const wrapped = (
  frame: Frame,
  state: State,
  fn: FunctionCode,
  value: Val | null,
  instr: Instr,
): Val | null => {
  if (!fn.isGenerator) return value === BOTTOM ? null : value;
  const id = frame.idFor(instr, 'generator');
  state.place(id, makeObj('iterator', { rest: value ?? UNKNOWN }));
  return objectRef(id);
};

const allTaints = (frame: Frame, state: State, args: readonly Val[]): readonly Taint[] =>
  args.reduce<readonly Taint[]>((all, arg) => joinTaints(all, frame.deepTaints(state, arg)), NO_TAINT);

const giveUp = (frame: Frame, state: State, args: readonly Val[], fn: FunctionCode, why: string): Val => {
  frame.engine.cut(fn, why);
  return tainted(weaken(allTaints(frame, state, args)));
};
