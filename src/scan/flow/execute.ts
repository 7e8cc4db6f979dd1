import { type Instr, OP } from '../lower/ir.ts';
import { collectArgs, iterate } from './arguments.ts';
import { readAttribute, writeAttribute } from './attributes.ts';
import { baseOf } from './bases.ts';
import { callMethod, callValue } from './call.ts';
import { collectInto, makeDict, makeSequence } from './containers.ts';
import type { Frame } from './frame.ts';
import { importFrom, importModule, importStar, readGlobal } from './globals.ts';
import { cameBack } from './guards.ts';
import { deleteIndex, readIndex, sliceOf, unpack, writeIndex } from './indexing.ts';
import { cameToEnd, foundNothing } from './loops.ts';
import { binary, compare, formatted, unary } from './operators.ts';
import { joinOutcomes, settle } from './outcomes.ts';
import { makeObj, type State } from './state.ts';
import { BOOLEAN, join, objectRef, ofRef, outliving, tainted, UNKNOWN, type Val } from './value.ts';

/** The value of register `reg`. */
export const read = (frame: Frame, state: State, reg: number): Val => {
  const value = state.regs[reg];
  if (value !== undefined) return value;
  const name = frame.fn.slots[reg];
  return name === undefined || name === '' || !frame.isBody ? UNKNOWN : readGlobal(frame, name);
};

/** Carries out one instruction. Returns false when what follows it is never reached. */
export const execute = (frame: Frame, state: State, instr: Instr): boolean => {
  const { regs } = state;
  switch (instr.op) {
    case OP.constant:
      regs[instr.dst] = instr.val ?? UNKNOWN;
      return true;
    case OP.move:
      regs[instr.dst] = read(frame, state, instr.a);
      if (instr.dst < frame.fn.slots.length) noteHost(frame, instr);
      return true;
    case OP.global:
      regs[instr.dst] = readGlobal(frame, instr.name);
      return true;
    case OP.setGlobal: {
      const run = frame.module;
      const body = frame.isBody;
      if (run !== null) {
        const value = read(frame, state, instr.a);
        frame.engine.setGlobal(run, instr.name, body ? value : outliving(value), !body);
      }
      return true;
    }
    case OP.cell: {
      const scope = frame.obj(state, scopeAt(frame, state, instr.c));
      regs[instr.dst] = scope?.fields.get(instr.name) ?? UNKNOWN;
      return true;
    }
    case OP.setCell:
      frame.own(state, scopeAt(frame, state, instr.c))?.fields.set(instr.name, read(frame, state, instr.a));
      return true;
    case OP.attr:
      regs[instr.dst] = readAttribute(frame, state, read(frame, state, instr.a), instr.name, instr);
      return true;
    case OP.setAttr:
      setAttribute(frame, state, instr);
      return true;
    case OP.index:
      regs[instr.dst] = readIndex(
        frame,
        state,
        read(frame, state, instr.a),
        read(frame, state, instr.b),
        instr,
      );
      return true;
    case OP.setIndex: {
      const key = instr.b < 0 ? UNKNOWN : read(frame, state, instr.b);
      writeIndex(frame, state, read(frame, state, instr.a), key, read(frame, state, instr.c), instr);
      return true;
    }
    case OP.delIndex:
      deleteIndex(frame, state, read(frame, state, instr.a), read(frame, state, instr.b));
      return true;
    case OP.slice: {
      const parts = instr.args.map((reg) => (reg < 0 ? null : read(frame, state, reg)));
      regs[instr.dst] = sliceOf(frame, state, read(frame, state, instr.a), parts, instr);
      return true;
    }
    case OP.call: {
      const value = callValue(frame, state, read(frame, state, instr.a), collectArgs(frame, state, instr));
      if (value === null) return false;
      regs[instr.dst] = value;
      afterCall(frame, state, instr);
      return true;
    }
    case OP.method: {
      const value = callMethod(
        frame,
        state,
        read(frame, state, instr.a),
        instr.name,
        collectArgs(frame, state, instr),
      );
      if (value === null) return false;
      regs[instr.dst] = value;
      afterCall(frame, state, instr);
      return true;
    }
    case OP.binary:
      regs[instr.dst] = binary(frame, state, instr, read(frame, state, instr.a), read(frame, state, instr.b));
      return true;
    case OP.compare:
      regs[instr.dst] = compare(
        frame,
        state,
        instr,
        read(frame, state, instr.a),
        read(frame, state, instr.b),
      );
      return true;
    case OP.unary:
      regs[instr.dst] = unary(frame, state, instr.name, read(frame, state, instr.a));
      return true;
    case OP.format:
      regs[instr.dst] = formatted(
        frame,
        state,
        instr,
        instr.args.map((reg) => read(frame, state, reg)),
      );
      return true;
    case OP.sequence:
      regs[instr.dst] = makeSequence(
        frame,
        state,
        instr,
        instr.args.map((reg) => read(frame, state, reg)),
      );
      return true;
    case OP.dict:
      regs[instr.dst] = makeDict(
        frame,
        state,
        instr,
        instr.args.map((reg) => (reg < 0 ? null : read(frame, state, reg))),
      );
      return true;
    case OP.closure: {
      const { fn } = instr;
      if (fn === null) return true;
      instr.names?.forEach((name, i) => {
        const value = read(frame, state, instr.args[i] ?? -1);
        if (value.refs.every((ref) => ref.k !== 'obj' || ref.id < 0)) fn.defaults.set(name, value);
      });
      regs[instr.dst] = ofRef({ k: 'fn', fn, scope: frame.scope });
      return true;
    }
    case OP.class:
      makeClass(frame, state, instr);
      return true;
    case OP.iterate:
      regs[instr.dst] = iterate(frame, state, read(frame, state, instr.a), instr);
      return true;
    case OP.unpack:
      regs[instr.dst] = unpack(frame, state, read(frame, state, instr.a), instr);
      return true;
    case OP.ret:
      frame.returns(state, read(frame, state, instr.a), instr.a);
      frame.engine.options.onReturn?.(frame, state, read(frame, state, instr.a), instr);
      return false;
    case OP.raise:
      return false;
    case OP.yield:
      if (instr.a >= 0) {
        const value = read(frame, state, instr.a);
        frame.yielded = join(frame.yielded, value);
        frame.engine.options.onReturn?.(frame, state, value, instr);
      }
      regs[instr.dst] = UNKNOWN;
      return true;
    case OP.import:
      regs[instr.dst] = importModule(frame, instr.name, instr.b === 1);
      return true;
    case OP.importFrom:
      regs[instr.dst] = importFrom(frame, instr.names?.[0] ?? '', instr.name);
      return true;
    case OP.importStar:
      importStar(frame, state, instr.name);
      return true;
    case OP.enter: {
      const manager = read(frame, state, instr.a);
      const entered = enterManager(frame, state, manager, instr);
      if (entered === null) return false;
      regs[instr.dst] = entered;
      return true;
    }
    case OP.match:
      regs[instr.dst] = BOOLEAN;
      return true;
    case OP.collect:
      collectInto(
        frame,
        state,
        read(frame, state, instr.a),
        read(frame, state, instr.b),
        instr.c < 0 ? null : read(frame, state, instr.c),
      );
      return true;
    case OP.caught:
      regs[instr.dst] = CAUGHT;
      frame.engine.options.onCaught?.(frame, instr, instr.a < 0 ? null : read(frame, state, instr.a));
      return true;
    case OP.decorate:
      decorate(frame, state, instr);
      return true;
    case OP.nothing:
      return foundNothing(frame, state, instr);
    case OP.finished:
      cameToEnd(frame, state, instr);
      return true;
    case OP.await:
      regs[instr.dst] = read(frame, state, instr.a);
      return true;
    default:
      return true;
  }
};

const setAttribute = (frame: Frame, state: State, instr: Instr): void => {
  const value = read(frame, state, instr.b);
  let object = read(frame, state, instr.a);
  // An object of which nothing is known keeps what comes in from outside, in the variable that holds it.
  const blank = frame.hot && object.open && object.refs.length === 0 && instr.a < frame.fn.slots.length;
  if (blank && frame.deepTaints(state, value, 1).length > 0) {
    const id = frame.idFor(instr, 'blank');
    state.place(id, makeObj('instance', { rest: tainted(object.taints) }));
    object = { ...objectRef(id), taints: object.taints };
    state.regs[instr.a] = object;
  }
  writeAttribute(frame, state, object, instr.name, value, instr);
};

// A callee that raises on what it does not like has checked what it came back from.
const afterCall = (frame: Frame, state: State, instr: Instr): void => {
  if (frame.hot) cameBack(frame, state, instr);
  const outcome = frame.outcomes.get(instr);
  if (outcome === undefined) return;
  const after = joinOutcomes(outcome.summary.whenTrue, outcome.summary.whenFalse);
  if (after !== null) settle(frame, state, instr, after);
};

const HOSTS = new Set(['hostname', 'netloc', 'host']);
const noteHost = (frame: Frame, instr: Instr): void => {
  const def = frame.fn.defs[instr.a];
  if ((def?.op === OP.attr && HOSTS.has(def.name)) || frame.hostSlots.has(instr.a))
    frame.hostSlots.add(instr.dst);
};

const CAUGHT: Val = ofRef({ k: 'ext', name: 'builtins.Exception()' });

const scopeAt = (frame: Frame, state: State, up: number): number => {
  let id = frame.scope;
  for (let i = 0; i < up; i++) {
    const ref = frame.obj(state, id)?.fields.get('^')?.refs[0];
    if (ref?.k !== 'obj') return 0;
    id = ref.id;
  }
  return id;
};

const makeClass = (frame: Frame, state: State, instr: Instr): void => {
  const { cls } = instr;
  if (cls === null) return;
  cls.bases = [];
  cls.externalBases = [];
  for (const reg of instr.args) {
    const base = read(frame, state, reg);
    for (const ref of base.refs) {
      if (ref.k === 'cls' && ref.cls !== cls) {
        cls.bases.push(ref.cls);
        const known = frame.engine.subclasses.get(ref.cls);
        if (known === undefined) frame.engine.subclasses.set(ref.cls, new Set([cls]));
        else known.add(cls);
      } else if (ref.k === 'ext')
        cls.externalBases.push(baseOf(cls, frame.engine.registry.resolve(ref.name)));
    }
  }
  state.regs[instr.dst] = ofRef({ k: 'cls', cls });
};

// What decorators of the project put around a function is remembered, for handlers that are given something by them. A
// class stays itself, but is often entered somewhere.
const decorate = (frame: Frame, state: State, instr: Instr): void => {
  const inner = read(frame, state, instr.a);
  const [own] = inner.refs;
  if ((own?.k !== 'fn' && own?.k !== 'cls') || !frame.isBody) return;
  let value = inner;
  const { hot } = frame;
  frame.hot = true;
  for (const reg of [...instr.args].reverse()) {
    const decorator = read(frame, state, reg);
    if (!decorator.refs.some((ref) => ref.k === 'fn' || (ref.k === 'bound' && ref.fn !== null))) continue;
    const made = callValue(frame, state, decorator, {
      instr: { ...instr, uid: -10 - reg },
      positional: [value],
      keywords: new Map(),
      star: null,
      stars: null,
    });
    if (own.k === 'fn' && made?.refs.some(({ k }) => k === 'fn') === true) value = made;
  }
  frame.hot = hot;
  if (own.k === 'cls') return;
  for (const ref of value.refs)
    if (ref.k === 'fn' && ref.fn !== own.fn)
      frame.engine.wrappers.set(own.fn, { fn: ref.fn, scope: ref.scope });
};

const enterManager = (frame: Frame, state: State, manager: Val, instr: Instr): Val | null => {
  let out: Val | null = null;
  for (const ref of manager.refs) {
    if (ref.k !== 'obj') continue;
    const obj = frame.obj(state, ref.id);
    if (obj?.shape === 'iterator') out = join(out ?? obj.rest, obj.rest);
    else if (obj?.cls) {
      const enter =
        frame.engine.findMethod(obj.cls, '__enter__') ?? frame.engine.findMethod(obj.cls, '__aenter__');
      if (enter !== null)
        return callMethod(frame, state, manager, enter.name, {
          instr,
          positional: [],
          keywords: new Map(),
          star: null,
          stars: null,
        });
    }
  }
  return out ?? manager;
};
