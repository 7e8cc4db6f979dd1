import { type ClassShape, type FunctionCode, type Instr, OP } from '../lower/ir.ts';
import { callEach } from './alternatives.ts';
import { bind, knownElements } from './arguments.ts';
import { narrow, readAttribute } from './attributes.ts';
import { containerMethod } from './container-methods.ts';
import { callExternal } from './externals.ts';
import { fillForm, isForm } from './forms.ts';
import type { Frame } from './frame.ts';
import { moduleMember } from './globals.ts';
import { invoke } from './invoke.ts';
import { instanceOf, testedHere } from './kept.ts';
import { PROXY, proxied } from './proxies.ts';
import { recordMethod } from './records.ts';
import { makeObj, type State, writeField } from './state.ts';
import { fillTemplate, stringMethod } from './strings.ts';
import { CONTEXTS, joinTaints, makeSafe, NO_TAINT, type Taint, weaken } from './taint.ts';
import {
  BOTTOM,
  external,
  join,
  objectRef,
  ofRef,
  onlyConstant,
  type Ref,
  replaceTaints,
  tainted,
  UNKNOWN,
  type Val,
} from './value.ts';

export interface CallArgs {
  instr: Instr;
  positional: Val[];
  keywords: Map<string, Val>;
  /** What an unpacked sequence of unknown length may give. */
  star: Val | null;
  /** What an unpacked dict of unknown keys may give. */
  stars: Val | null;
}

/** Argument number `i`, or the one named `name`. */
export const argument = (args: CallArgs, i: number, name: string | null = null): Val | null => {
  const named = name === null ? undefined : args.keywords.get(name);
  return args.positional[i] ?? named ?? args.star ?? (name === null ? null : args.stars);
};

export const everyArgument = (args: CallArgs): Val[] => [
  ...args.positional,
  ...args.keywords.values(),
  ...(args.star === null ? [] : [args.star]),
  ...(args.stars === null ? [] : [args.stars]),
];

export const argumentTaints = (frame: Frame, state: State, args: CallArgs): readonly Taint[] =>
  everyArgument(args).reduce<readonly Taint[]>(
    (all, arg) => joinTaints(all, frame.deepTaints(state, arg)),
    NO_TAINT,
  );

/** Calls whatever `callee` may be. Null when no way comes back from it. */
export const callValue = (frame: Frame, state: State, callee: Val, args: CallArgs): Val | null => {
  // An object may hold itself as its own method: such chains end here.
  if (frame.callDepth > MOST_HOPS) return UNKNOWN;
  frame.callDepth++;
  const out = callEach(frame, state, args.instr, callee.refs, (ref, way) =>
    callRef(frame, way, ref, args, callee),
  );
  frame.callDepth--;
  if (!callee.open && callee.refs.length > 0) return out;
  const anything = tainted(weaken(argumentTaints(frame, state, args)));
  return out === null ? anything : join(out, anything);
};

const callRef = (frame: Frame, state: State, ref: Ref, args: CallArgs, callee: Val): Val | null => {
  switch (ref.k) {
    case 'fn':
      return invoke(frame, state, ref.fn, ref.scope, bind(frame, state, ref.fn, null, args), args.instr);
    case 'cls':
      return instantiate(frame, state, ref.cls, args);
    case 'ext':
      if (ref.name === 'builtins.super') return superOf(frame, state, args);
      return callExternal(
        frame,
        state,
        frame.engine.registry.resolve(ref.name),
        callee.taints.length > 0 ? callee : null,
        args,
      );
    case 'bound':
      if (ref.fn !== null) {
        return invoke(frame, state, ref.fn, 0, bind(frame, state, ref.fn, ref.self, args), args.instr);
      }
      if (ref.name === '<partial>') return callPartial(frame, state, ref.self, args);
      if (ref.name === '<template>') return fillTemplate(frame, state, ref.self, args);
      if (ref.name.startsWith('<re>')) {
        return callExternal(frame, state, `re.${ref.name.slice(4)}`, null, {
          ...args,
          positional: [ref.self, ...args.positional],
        });
      }
      return callMethod(frame, state, ref.self, ref.name, args);
    case 'obj':
      return callMethod(frame, state, ofRef(ref), '__call__', args);
    default:
      return UNKNOWN;
  }
};

// How task queues call a function later.
const TASK_CALLS = new Set([
  'delay',
  'apply_async',
  's',
  'si',
  'send',
  'defer',
  'remote',
  '__call__',
  '__wrapped__',
]);

const MOST_HOPS = 12;

const callPartial = (frame: Frame, state: State, held: Val, args: CallArgs): Val | null => {
  const [ref] = held.refs;
  const kept = ref?.k === 'obj' ? frame.obj(state, ref.id) : undefined;
  const [callee, ...first] = kept?.elems ?? [];
  if (callee === undefined) return UNKNOWN;
  return callValue(frame, state, callee, {
    ...args,
    positional: [...first, ...args.positional],
    keywords: new Map([...(kept?.fields ?? []), ...args.keywords]),
  });
};

const superOf = (frame: Frame, state: State, args: CallArgs): Val => {
  const self = args.positional[1] ?? state.regs[0] ?? frame.self ?? UNKNOWN;
  return ofRef({ k: 'bound', self, name: '<super>', fn: null });
};

/** Calls method `name` of whatever `receiver` may be. Null when no way comes back from it. */
export const callMethod = (
  frame: Frame,
  state: State,
  receiver: Val,
  name: string,
  args: CallArgs,
): Val | null => {
  let out = callEach(frame, state, args.instr, receiver.refs, (ref, way) =>
    methodOf(frame, way, receiver, ref, name, args),
  );
  const add = (value: Val | null) => {
    if (value !== null) out = out === null ? value : join(out, value);
  };
  if (receiver.segs !== null || receiver.consts.some((each) => typeof each === 'string'))
    add(stringMethod(frame, state, receiver, name, args));
  else if (receiver.consts.some((each) => each !== null)) add(UNKNOWN);
  else if (receiver.open && (receiver.refs.length === 0 || receiver.refs.every((ref) => ref.k !== 'ext'))) {
    add(unknownMethod(frame, state, receiver, name, args));
  }
  return out;
};

const methodOf = (
  frame: Frame,
  state: State,
  receiver: Val,
  ref: Ref,
  name: string,
  args: CallArgs,
): Val | null => {
  const { engine } = frame;
  switch (ref.k) {
    case 'ext': {
      // A manager made of a query set has its methods.
      const [queries] = args.positional[0]?.refs ?? [];
      if (name === 'from_queryset' && queries?.k === 'cls') return ofRef(queries);
      const full = engine.registry.member(ref.name, name);
      if (receiver.taints.length === 0 && isOwn(frame, ref.name, full))
        return unknownMethod(frame, state, UNKNOWN, name, args);
      const keyed = onlyConstant(args.positional[0] ?? UNKNOWN);
      if (typeof keyed === 'string' && GETTERS.has(name)) {
        const told = testedHere(frame, state, ref.name, `['${keyed}']`);
        if (told !== undefined) return told;
      }
      const from =
        typeof keyed === 'string' && GETTERS.has(name) && receiver.taints.length > 0
          ? { ...receiver, taints: narrow(receiver.taints, keyed) }
          : receiver;
      return callExternal(frame, state, full, from, args);
    }
    case 'mod':
      return callValue(frame, state, moduleMember(frame, ref.mod.name, name), args);
    case 'cls': {
      const method = engine.findMethod(ref.cls, name);
      if (method !== null) {
        const bound = method.decorators.some((each) => each.name === 'classmethod');
        return invoke(
          frame,
          state,
          method,
          0,
          bind(frame, state, method, bound ? ofRef(ref) : null, args),
          args.instr,
        );
      }
      // The view of a class is known by its class, a manager made of a query set by the query set.
      if (name === 'as_view') return ofRef(ref);
      if (name === 'as_manager') return instantiate(frame, state, ref.cls, args);
      return callValue(frame, state, readAttribute(frame, state, ofRef(ref), name, args.instr), args);
    }
    case 'obj': {
      const obj = frame.obj(state, ref.id);
      if (obj === undefined) return unknownMethod(frame, state, receiver, name, args);
      if (obj.shape !== 'instance') return containerMethod(frame, state, ref.id, obj, name, args);
      const field = obj.fields.get(name);
      if (field !== undefined) return callValue(frame, state, field, args);
      const method = obj.cls === null ? null : engine.findMethod(obj.cls, name);
      if (method !== null) {
        const isStatic = method.decorators.some((each) => each.name === 'staticmethod');
        const isClass = method.decorators.some((each) => each.name === 'classmethod');
        const self = isStatic
          ? null
          : isClass && obj.cls !== null
            ? ofRef({ k: 'cls', cls: obj.cls })
            : ofRef(ref);
        if (isAbstract(method) && method.owner !== null) {
          const out = callEach(frame, state, args.instr, engine.overriders(method.owner, name), (fn, way) =>
            invoke(frame, way, fn, 0, bind(frame, way, fn, self, args), args.instr),
          );
          frame.outcomes.delete(args.instr);
          if (out !== null) return out;
        }
        return invoke(frame, state, method, 0, bind(frame, state, method, self, args), args.instr);
      }
      const record = recordMethod(frame, state, ref.id, name, args);
      if (record !== undefined) return record;
      const inherited = readAttribute(frame, state, ofRef(ref), name, args.instr);
      if (inherited.refs.length > 0) {
        const [base] = inherited.refs;
        if (base?.k === 'ext') {
          const made = callExternal(frame, state, engine.registry.resolve(base.name), receiver, args);
          // A query set that is narrowed down is one of its class again.
          return REFINING.has(name) && QUERY_SETS.test(base.name) ? ofRef(ref) : made;
        }
        return callValue(frame, state, inherited, args);
      }
      return unknownMethod(frame, state, receiver, name, args);
    }
    case 'fn':
      if (TASK_CALLS.has(name)) {
        const all =
          name === 'apply_async'
            ? {
                ...args,
                positional: [
                  ...(knownElements(
                    frame,
                    state,
                    args.positional[0] ?? args.keywords.get('args') ?? UNKNOWN,
                  ) ?? []),
                ],
                keywords: new Map(),
              }
            : args;
        return invoke(frame, state, ref.fn, ref.scope, bind(frame, state, ref.fn, null, all), args.instr);
      }
      return unknownMethod(frame, state, receiver, name, args);
    case 'bound':
      if (ref.name === '<super>') return superMethod(frame, state, ref.self, name, args);
      if (ref.name === PROXY)
        return callMethod(frame, state, proxied(frame, state, ref.self, args.instr), name, args);
      return unknownMethod(frame, state, receiver, name, args);
    default:
      return unknownMethod(frame, state, receiver, name, args);
  }
};

const QUERY_SETS = /^django\.db\.models\.(query\.|manager\.)?(QuerySet|Manager)\b/;
const REFINING = new Set([
  'all',
  'filter',
  'exclude',
  'complex_filter',
  'order_by',
  'select_related',
  'prefetch_related',
  'select_for_update',
  'annotate',
  'alias',
  'extra',
  'distinct',
  'using',
  'reverse',
  'get_queryset',
  'none',
  'defer',
  'only',
  'union',
  'intersection',
  'difference',
  'values',
  'values_list',
  'dates',
  'datetimes',
  '_chain',
  '_clone',
]);

export const GETTERS = new Set([
  'get',
  'getlist',
  'getall',
  'getone',
  'getfirst',
  'get_all',
  'pop',
  'setdefault',
  'getunicode',
  '__getitem__',
]);

const superMethod = (frame: Frame, state: State, self: Val, name: string, args: CallArgs): Val | null => {
  for (const base of frame.fn.owner?.bases ?? []) {
    const method = frame.engine.findMethod(base, name);
    if (method !== null)
      return invoke(frame, state, method, 0, bind(frame, state, method, self, args), args.instr);
  }
  const owner = frame.fn.owner;
  const [external_] = owner === null ? [] : frame.engine.externalBases(owner);
  if (external_ === undefined || name === '__init__') return UNKNOWN;
  const { registry } = frame.engine;
  return callExternal(frame, state, registry.member(registry.called(external_), name), null, args);
};

/** Where an app keeps what is its own, by a name that its framework does not use. */
const OWN =
  /^(flask\.Flask\(\)|flask\.g|fastapi\.FastAPI\(\)\.state|sanic\.Sanic\(\)\.ctx|sanic\.Request\.ctx|starlette\.requests\.Request\.state|tornado\.Handler\.application|django\.http\.HttpRequest|pyramid\.request\.Request(\.registry)?)\.([a-z_]\w*)$/;
const OF_FRAMEWORKS =
  /^(logger|config|jinja_env|extensions|json|cli|url_map|view_functions|session|sessions?_interface|user|auth|response|headers|files|META|settings|registry|dbsession|db|tm|POST|GET|COOKIES|FILES)$/;

const isOwn = ({ engine: { registry } }: Frame, name: string, full: string): boolean => {
  const held = OWN.exec(name)?.at(-1);
  return (
    held !== undefined && !OF_FRAMEWORKS.test(held) && !registry.sinks.has(full) && !registry.describes(full)
  );
};

// Nothing is known of the receiver: what is in it comes out, models of methods by name alone apply.
const unknownMethod = (
  frame: Frame,
  state: State,
  receiver: Val,
  name: string,
  args: CallArgs,
): Val | null => {
  if (receiver.taints.length > 0) {
    // Only paths have such a method without arguments: links and dots are gone.
    const value =
      name === 'resolve' && args.positional.length === 0
        ? tainted(makeSafe(receiver.taints, CONTEXTS.resolved))
        : stringMethod(frame, state, receiver, name, args);
    callExternal(frame, state, `*.${name}`, receiver, args);
    return value;
  }
  if (frame.hot && argumentTaints(frame, state, args).length > 0) {
    const known = frame.engine.namesakes(name).filter((fn) => fits(fn, args));
    const [only] = known;
    if (only !== undefined && known.length === 1 && args.keywords.size === 0)
      return invoke(
        frame,
        state,
        only,
        0,
        bind(frame, state, only, ownerOf(frame, state, only, args), args),
        args.instr,
      );
    if (known.length > 0 && !frame.engine.registry.knows(name)) {
      const guessed = { ...args, positional: args.positional.map(weakened) };
      const out = callEach(frame, state, args.instr, known, (fn, way) =>
        invoke(frame, way, fn, 0, bind(frame, way, fn, UNKNOWN, guessed), args.instr),
      );
      frame.outcomes.delete(args.instr);
      return out;
    }
  }
  return callExternal(frame, state, `*.${name}`, receiver, args);
};

// An object of the class that defines the method, as its constructor leaves it.
const ownerOf = (frame: Frame, state: State, fn: FunctionCode, { instr }: CallArgs): Val => {
  if (fn.owner === null) return UNKNOWN;
  const isClass = fn.decorators.some(({ name }) => name === 'classmethod');
  return isClass ? ofRef({ k: 'cls', cls: fn.owner }) : instanceOf(frame, state, fn.owner, instr);
};

// A method that only raises or is marked as abstract is left to the subclasses.
const isAbstract = (fn: FunctionCode): boolean =>
  fn.decorators.some(({ name }) => /(^|\.)abstract(method|property)$/.test(name)) ||
  (fn.size <= 6 && fn.blocks.some(({ instrs }) => instrs.at(-1)?.op === OP.raise));

const weakened = (value: Val): Val => replaceTaints(value, weaken(value.taints));

const fits = (fn: FunctionCode, args: CallArgs): boolean => {
  const plain = fn.params.filter(({ kind }) => kind === 'plain').length - 1;
  const needed = fn.params.filter(({ kind, hasDefault }) => kind === 'plain' && !hasDefault).length - 1;
  const given = args.positional.length + args.keywords.size;
  return given <= plain && given >= needed && !fn.decorators.some(({ name }) => name === 'staticmethod');
};

const RECORD = /(^|\.)(dataclass|dataclasses\.dataclass|define|attrs|attr\.s|frozen|mutable)$/;

const instantiate = (frame: Frame, state: State, cls: ClassShape, args: CallArgs): Val | null => {
  const { engine } = frame;
  const id = frame.idFor(args.instr, `new ${cls.path}`);
  const bases = engine.externalBases(cls);
  if (bases.some((base) => /(^|\.)(Enum|IntEnum|StrEnum|Flag)$/.test(base))) return UNKNOWN;
  state.place(id, makeObj('instance', { cls, rest: bases.length > 0 ? UNKNOWN : BOTTOM }));
  const self = objectRef(id);
  if (isForm(bases)) {
    fillForm(frame, state, id, cls, args);
    return self;
  }
  const init = engine.findMethod(cls, '__init__');
  if (init !== null) {
    const given = bind(frame, state, init, self, args);
    engine.constructed.note(frame, state, init, given);
    const done = invoke(frame, state, init, 0, given, args.instr);
    return done === null && args.positional.length === 0 ? null : self;
  }
  const names = recordFields(frame, cls);
  const obj = frame.own(state, id);
  if (obj !== undefined && (names.length > 0 || args.keywords.size > 0)) {
    names.forEach((name, i) => {
      const value = args.positional[i] ?? args.keywords.get(name) ?? engine.findField(cls, name);
      if (value !== null && value !== undefined) writeField(obj, name, value);
    });
    for (const [name, value] of args.keywords) if (!names.includes(name)) writeField(obj, name, value);
    const after = engine.findMethod(cls, '__post_init__') ?? engine.findMethod(cls, '__attrs_post_init__');
    if (after !== null) invoke(frame, state, after, 0, [self], args.instr);
    return self;
  }
  const [base] = bases;
  // An unpickler that looks at each class itself is made to be safe.
  if (base === 'pickle.Unpickler' && engine.findMethod(cls, 'find_class') !== null) return self;
  if (base !== undefined && args.positional.length > 0) {
    const made = callExternal(frame, state, engine.registry.resolve(base), null, args);
    return made === null ? self : join(self, { ...external(`${base}()`), taints: made.taints });
  }
  return self;
};

const recordFields = (frame: Frame, cls: ClassShape): string[] => {
  const record =
    cls.decorators.some((each) => RECORD.test(each.name)) ||
    frame.engine
      .externalBases(cls)
      .some((base) => /(BaseModel|NamedTuple|TypedDict|SQLModel|Struct)$/.test(base));
  if (!record) return [];
  return [...cls.bases.flatMap((base) => recordFields(frame, base)), ...cls.annotations.keys()];
};
