import type { FunctionCode, Instr } from '../lower/ir.ts';
import { type CallArgs, callMethod } from './call.ts';
import { read } from './execute.ts';
import type { Frame } from './frame.ts';
import { sourceValue } from './sources.ts';
import { contents, makeObj, type State } from './state.ts';
import {
  BOTTOM,
  constant,
  join,
  objectRef,
  onlyConstant,
  segmentsOf,
  tainted,
  UNKNOWN,
  type Val,
} from './value.ts';

/** The arguments that a call instruction passes, with known `*` sequences and `**` dicts laid out. */
export const collectArgs = (frame: Frame, state: State, instr: Instr): CallArgs => {
  const args: CallArgs = { instr, positional: [], keywords: new Map(), star: null, stars: null };
  const { names } = instr;
  for (let i = 0; i < instr.args.length; i++) {
    const value = read(frame, state, instr.args[i] ?? -1);
    const name = names?.[i] ?? '';
    if (name === '') {
      if (args.star === null) args.positional.push(value);
      else args.star = join(args.star, value);
    } else if (name === '*') {
      const elems = knownElements(frame, state, value);
      if (elems !== null && args.star === null) args.positional.push(...elems);
      else args.star = join(args.star ?? BOTTOM, iterate(frame, state, value, instr));
    } else if (name === '**') {
      let known = false;
      for (const ref of value.refs) {
        if (ref.k !== 'obj') continue;
        const obj = frame.obj(state, ref.id);
        if (obj?.shape !== 'dict') continue;
        known = true;
        for (const [key, part] of obj.fields) if (key[0] === 's') args.keywords.set(key.slice(1), part);
        if (obj.rest !== BOTTOM) args.stars = join(args.stars ?? BOTTOM, obj.rest);
      }
      if (!known) args.stars = join(args.stars ?? BOTTOM, tainted(value.taints));
    } else args.keywords.set(name, value);
  }
  return args;
};

/** The elements of a sequence of known length, or null. */
export const knownElements = (frame: Frame, state: State, value: Val): readonly Val[] | null => {
  if (value.open || value.consts.length > 0 || value.refs.length !== 1) return null;
  const [ref] = value.refs;
  if (ref?.k !== 'obj') return null;
  const obj = frame.obj(state, ref.id);
  return obj === undefined || obj.many ? null : obj.elems;
};

/** Any element that going through `value` gives. */
export const iterate = (frame: Frame, state: State, value: Val, instr: Instr): Val => {
  let out: Val = BOTTOM;
  for (const ref of value.refs) {
    if (ref.k === 'obj') {
      const obj = frame.obj(state, ref.id);
      if (obj === undefined) out = join(out, UNKNOWN);
      else if (obj.shape === 'dict' || obj.shape === 'config') {
        for (const key of obj.fields.keys())
          out = join(out, key[0] === 's' ? constant(key.slice(1)) : UNKNOWN);
        if (obj.rest !== BOTTOM) out = join(out, tainted(obj.rest.taints));
      } else if (obj.shape === 'instance') {
        const iter = obj.cls === null ? null : frame.engine.findMethod(obj.cls, '__iter__');
        out = join(
          out,
          iter === null
            ? tainted(frame.deepTaints(state, value))
            : iterateObject(frame, state, { ...value, refs: [ref] }, instr),
        );
      } else out = join(out, contents(obj));
    } else if (ref.k === 'ext') {
      const name = frame.engine.registry.element(ref.name);
      const source = frame.engine.registry.sources.get(name);
      if (source !== undefined) {
        out = join(out, sourceValue(frame, source, name, instr, null));
        continue;
      }
      out = join(
        out,
        name.length < 200 && !name.endsWith('[][]') ? { ...UNKNOWN, refs: [{ k: 'ext', name }] } : UNKNOWN,
      );
    } else out = join(out, UNKNOWN);
  }
  const text = onlyConstant(value);
  if (typeof text === 'string' && text.length <= 6 && text !== '') {
    for (const char of text) out = join(out, constant(char));
    return out;
  }
  if (value.open || value.consts.length > 0 || segmentsOf(value) !== null) out = join(out, UNKNOWN);
  if (out === BOTTOM) return UNKNOWN;
  if (value.taints.length > 0) return join(out, tainted(value.taints));
  return out.taints.length > 0 ? frame.stepped(out, instr, 'taken out of the collection') : out;
};

// What `for` takes out of an object of the project: by `__iter__`, and by `__next__` where that gives the object itself.
const iterateObject = (frame: Frame, state: State, object: Val, instr: Instr): Val => {
  const none = { instr, positional: [], keywords: new Map(), star: null, stars: null };
  const [own] = object.refs;
  const made = callMethod(frame, state, object, '__iter__', none) ?? UNKNOWN;
  const [ref] = made.refs;
  if (ref === undefined || own === undefined) return tainted(made.taints);
  const same = ref.k === 'obj' && frame.obj(state, ref.id)?.shape === 'instance';
  if (!same) return iterate(frame, state, made, instr);
  return callMethod(frame, state, made, '__next__', none) ?? UNKNOWN;
};

/** The value of each parameter of `fn` in a call. */
export const bind = (
  frame: Frame,
  state: State,
  fn: FunctionCode,
  self: Val | null,
  args: CallArgs,
): Val[] => {
  const positional = self === null ? [...args.positional] : [self, ...args.positional];
  const used = new Set<string>();
  let at = 0;
  return fn.params.map((param) => {
    if (param.kind === 'star') {
      const elems = positional.slice(at);
      at = positional.length;
      const id = frame.idFor(args.instr, `*${param.name}`);
      state.place(
        id,
        makeObj('tuple', args.star === null ? { elems } : { rest: elems.reduce(join, args.star) }),
      );
      return objectRef(id);
    }
    if (param.kind === 'stars') {
      const fields = new Map<string, Val>();
      for (const [name, value] of args.keywords) if (!used.has(name)) fields.set(`s${name}`, value);
      const id = frame.idFor(args.instr, `**${param.name}`);
      state.place(id, makeObj('dict', { fields, rest: args.stars ?? BOTTOM }));
      return objectRef(id);
    }
    if (param.kind === 'plain' && at < positional.length) return positional[at++] ?? UNKNOWN;
    const named = args.keywords.get(param.name);
    if (named !== undefined) {
      used.add(param.name);
      return named;
    }
    const fallback = param.hasDefault ? (fn.defaults.get(param.name) ?? UNKNOWN) : UNKNOWN;
    const spread =
      param.kind === 'plain' && args.star !== null && args.stars !== null
        ? join(args.star, args.stars)
        : param.kind === 'plain'
          ? (args.star ?? args.stars)
          : args.stars;
    return spread === null ? fallback : join(fallback, spread);
  });
};
