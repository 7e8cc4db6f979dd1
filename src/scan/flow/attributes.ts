import type { Instr } from '../lower/ir.ts';
import { fixedValue } from './fixed-names.ts';
import type { Frame } from './frame.ts';
import { moduleMember } from './globals.ts';
import { invoke } from './invoke.ts';
import { keptHere, noteHere, testedHere } from './kept.ts';
import { PROXY, proxied } from './proxies.ts';
import { sourceValue } from './sources.ts';
import { type State, writeField } from './state.ts';
import { bitsOf, makeSafe, narrowOrigin, type Taint } from './taint.ts';
import {
  BOTTOM,
  constant,
  external,
  join,
  ofRef,
  outliving,
  type Ref,
  tainted,
  UNKNOWN,
  type Val,
  withTaints,
} from './value.ts';

const PROPERTIES = /(^|\.)(property|cached_property|hybrid_property|reify)$/;

export const narrow = (taints: readonly Taint[], key: string): readonly Taint[] =>
  taints.length === 0
    ? taints
    : taints.map((taint) => {
        const origin = narrowOrigin(taint.origin, key);
        return origin === taint.origin ? taint : { ...taint, origin };
      });

/** The value of `object.name`. */
export const readAttribute = (frame: Frame, state: State, object: Val, name: string, instr: Instr): Val => {
  let out: Val = BOTTOM;
  for (const ref of object.refs) out = join(out, attributeOf(frame, state, object, ref, name, instr));
  const settled = object.refs.some(
    (ref) =>
      ref.k === 'ext' && frame.engine.registry.sanitizers.has(frame.engine.registry.member(ref.name, name)),
  );
  const more = object.open || object.consts.length > 0 || object.segs !== null;
  if (out === BOTTOM || (more && !settled && !wasTested(frame, state, object, name))) {
    out = join(out, tainted(narrow(object.taints, name)));
  }
  return out;
};

// Of this very attribute: two files are known by one name, but not by where they came in.
const wasTested = (frame: Frame, state: State, { refs, taints }: Val, name: string): boolean => {
  const [ref] = refs;
  const found = refs.length === 1 && ref?.k === 'ext' ? testedHere(frame, state, ref.name, name) : undefined;
  return (
    found !== undefined &&
    taints.every(({ origin }) => found.taints.some((other) => other.origin.id === origin.id))
  );
};

const attributeOf = (frame: Frame, state: State, object: Val, ref: Ref, name: string, instr: Instr): Val => {
  const { engine } = frame;
  switch (ref.k) {
    case 'ext': {
      const full = engine.registry.member(ref.name, name);
      const fixed = fixedValue(full);
      if (fixed !== undefined) return fixed;
      const source = engine.registry.sources.get(full);
      if (source !== undefined) return sourceValue(frame, source, full, instr, null);
      const known = keptHere(frame, state, ref.name, name);
      if (known !== undefined) return known;
      const kept = engine.kept.read(frame, state, full, instr);
      const plain = kept === null ? external(full) : join(kept, external(full));
      if (kept !== null && kept.taints.length > 0) frame.hot = true;
      if (object.taints.length === 0) return plain;
      const contexts = engine.registry.sanitizers.get(full);
      return withTaints(
        { ...plain, open: true },
        contexts === undefined ? object.taints : makeSafe(object.taints, bitsOf(contexts)),
      );
    }
    case 'fn':
      return name === '__name__' ? constant(ref.fn.name) : UNKNOWN;
    case 'mod':
      return moduleMember(frame, ref.mod.name, name);
    case 'cls': {
      const field = engine.findField(ref.cls, name);
      const method = engine.findMethod(ref.cls, name);
      if (method !== null && (field === null || field.refs.some((each) => each.k === 'fn'))) {
        const bound = method.decorators.some((each) => each.name === 'classmethod');
        return bound
          ? ofRef({ k: 'bound', self: ofRef(ref), name, fn: method })
          : ofRef({ k: 'fn', fn: method, scope: 0 });
      }
      if (field !== null) return field;
      const [base] = engine.externalBases(ref.cls);
      return base === undefined ? UNKNOWN : external(engine.registry.member(base, name));
    }
    case 'obj': {
      const obj = frame.obj(state, ref.id);
      if (obj === undefined) return UNKNOWN;
      if (obj.shape !== 'instance') return ofRef({ k: 'bound', self: ofRef(ref), name, fn: null });
      const field = obj.fields.get(name);
      if (field !== undefined) return field;
      if (obj.cls === null) return obj.rest === BOTTOM ? UNKNOWN : obj.rest;
      const method = engine.findMethod(obj.cls, name);
      if (method !== null) {
        if (method.decorators.some((each) => PROPERTIES.test(each.name))) {
          return invoke(frame, state, method, 0, [ofRef(ref)], instr) ?? UNKNOWN;
        }
        return ofRef({ k: 'bound', self: ofRef(ref), name, fn: method });
      }
      const shared = engine.findField(obj.cls, name);
      if (shared !== null)
        return obj.rest === BOTTOM || obj.rest === UNKNOWN ? shared : join(shared, obj.rest);
      const [base] = engine.externalBases(obj.cls);
      if (base !== undefined) {
        const full = engine.registry.member(engine.registry.called(base), name);
        const source = engine.registry.sources.get(full);
        return source === undefined
          ? withTaints(external(full), obj.rest.taints)
          : sourceValue(frame, source, full, instr, null);
      }
      return obj.rest === BOTTOM ? UNKNOWN : tainted(narrow(obj.rest.taints, name));
    }
    case 'bound':
      if (ref.name === PROXY)
        return readAttribute(frame, state, proxied(frame, state, ref.self, instr), name, instr);
      if (ref.name === '<super>') {
        const owner = frame.fn.owner;
        for (const base of owner?.bases ?? []) {
          const method = engine.findMethod(base, name);
          if (method !== null) return ofRef({ k: 'bound', self: ref.self, name, fn: method });
        }
      }
      return UNKNOWN;
    default:
      return UNKNOWN;
  }
};

/** Carries out `object.name = value`. */
export const writeAttribute = (
  frame: Frame,
  state: State,
  object: Val,
  name: string,
  value: Val,
  instr: Instr,
): void => {
  const { engine } = frame;
  for (const ref of object.refs) {
    if (ref.k === 'obj') {
      const obj = frame.own(state, ref.id);
      if (obj === undefined) continue;
      const setter = obj.cls === null ? null : engine.findMethod(obj.cls, `${name}.setter`);
      if (setter !== null) {
        invoke(frame, state, setter, 0, [ofRef(ref), value], instr);
        continue;
      }
      const weak = object.refs.length > 1 || object.open;
      const known = obj.fields.get(name);
      writeField(obj, name, weak && known !== undefined ? join(known, value) : value);
    } else if (ref.k === 'cls') {
      const known = ref.cls.fields.get(name);
      const inBody = instr.a >= 0 && frame.isBody;
      const left = frame.isBody ? value : outliving(value);
      ref.cls.fields.set(name, known === undefined || inBody ? left : join(known, left));
    } else if (ref.k === 'ext') {
      const full = frame.engine.registry.member(ref.name, name);
      frame.engine.kept.keep(frame, state, full, value);
      noteHere(frame, state, ref.name, name, value);
      frame.engine.options.onSet?.(frame, state, full, value, instr);
    }
  }
};
