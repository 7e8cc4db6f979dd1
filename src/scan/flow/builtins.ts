import type { ClassShape } from '../lower/ir.ts';
import { iterate, knownElements } from './arguments.ts';
import { readAttribute, writeAttribute } from './attributes.ts';
import { argument, argumentTaints, type CallArgs } from './call.ts';
import { copyInto } from './containers.ts';
import { textOf, truthOf } from './fold.ts';
import type { Frame } from './frame.ts';
import { truthOfValue } from './guards.ts';
import { type Builtin, ITERATION, place } from './iteration.ts';
import { matchNamed, safeWhenMatched } from './matched-text.ts';
import { PROXY } from './proxies.ts';
import { recordCopy, recordDict } from './records.ts';
import { shown } from './shown.ts';
import { appendTo, keyOf, makeObj, type Shape, type State, writeField } from './state.ts';
import { CONTEXTS, EVERYWHERE, makeSafe } from './taint.ts';
import {
  allConstants,
  BOOLEAN,
  BOTTOM,
  type Constant,
  constant,
  externalNames,
  join,
  NULL,
  ofRef,
  onlyConstant,
  segmentsOf,
  tainted,
  UNKNOWN,
  type Val,
} from './value.ts';

const copyOf =
  (shape: Shape): Builtin =>
  (frame, state, args) => {
    const [from] = args.positional;
    if (from === undefined) return place(frame, state, args, makeObj(shape, { elems: [] }));
    const known = shape === 'set' ? null : knownElements(frame, state, from);
    const obj =
      known === null
        ? makeObj(shape, { rest: iterate(frame, state, from, args.instr) })
        : makeObj(shape, { elems: [...known] });
    return place(frame, state, args, obj);
  };

// What `defaultdict` makes for a key that is missing: one that stands for all of them.
const madeForMissing = (frame: Frame, state: State, args: CallArgs): Val => {
  const factory = externalNames(args.positional[0] ?? UNKNOWN).find((each) => FACTORIES.has(each));
  const shape = factory === undefined ? undefined : FACTORIES.get(factory);
  if (shape === undefined) return BOTTOM;
  return place(
    frame,
    state,
    args,
    makeObj(shape, { elems: shape === 'list' ? [] : null, many: true }),
    'missing',
  );
};
const FACTORIES: ReadonlyMap<string, Shape> = new Map([
  ['builtins.list', 'list'],
  ['builtins.set', 'set'],
  ['builtins.dict', 'dict'],
  ['collections.deque', 'list'],
]);

const newDict: Builtin = (frame, state, args, called) => {
  const obj = makeObj('dict');
  if (called === 'collections.defaultdict') obj.rest = madeForMissing(frame, state, args);
  const first = args.positional.find((value) => value.refs.some((ref) => ref.k === 'obj'));
  if (first !== undefined) copyInto(frame, state, obj, first);
  else if (args.positional.some((value) => value.taints.length > 0))
    obj.rest = tainted(argumentTaints(frame, state, args));
  for (const [name, value] of args.keywords) writeField(obj, keyOf(name), value);
  if (args.stars !== null) obj.rest = join(obj.rest, args.stars);
  return place(frame, state, args, obj);
};

// The first mapping that has a key answers for it.
const chainMap: Builtin = (frame, state, args) => {
  const obj = makeObj('dict');
  for (const mapping of args.positional.toReversed()) copyInto(frame, state, obj, mapping);
  return place(frame, state, args, obj);
};

const emptyStore =
  (shape: Shape): Builtin =>
  (frame, state, args) =>
    place(frame, state, args, makeObj(shape, shape === 'list' ? { elems: [] } : {}));

const number: Builtin = (_frame, _state, args) => {
  const value = onlyConstant(args.positional[0] ?? UNKNOWN);
  if (typeof value === 'string' && /^\s*-?\d{1,15}\s*$/.test(value) && args.positional.length === 1)
    return constant(Number(value));
  if (typeof value === 'number') return constant(Math.trunc(value));
  return UNKNOWN;
};

const text: Builtin = (frame, state, args) => {
  const [value] = args.positional;
  if (value === undefined) return constant('');
  const known = onlyConstant(value);
  if (known !== undefined) return constant(textOf(known));
  const object = shown(frame, state, value, args.instr);
  if (object !== null) return object;
  if (segmentsOf(value) !== null && value.refs.length === 0) return value;
  // A text can no longer be a document of its own in a query.
  return tainted(makeSafe(frame.deepTaints(state, value), CONTEXTS.nosql));
};

const first: Builtin = (_frame, _state, args) => args.positional[0] ?? UNKNOWN;

const getAttribute: Builtin = (frame, state, args) => {
  const name = onlyConstant(args.positional[1] ?? UNKNOWN);
  const object = args.positional[0] ?? UNKNOWN;
  if (typeof name !== 'string') {
    const several = allConstants(args.positional[1] ?? UNKNOWN);
    if (several?.every((each) => typeof each === 'string') === true)
      return several
        .map((each) => readAttribute(frame, state, object, String(each), args.instr))
        .reduce(join, args.positional[2] ?? BOTTOM);
    const methods = methodsNamed(frame, state, object, args.positional[1] ?? UNKNOWN);
    return methods ?? tainted(frame.deepTaints(state, object));
  }
  const value = readAttribute(frame, state, object, name, args.instr);
  return args.positional[2] === undefined ? value : join(value, args.positional[2]);
};

const MOST_METHODS = 8;

// `getattr(self, 'do_' + verb)` is one of the methods whose names begin so.
const methodsNamed = (frame: Frame, state: State, object: Val, name: Val): Val | null => {
  const [prefix] = segmentsOf(name) ?? [];
  const [ref] = object.refs;
  const cls = ref?.k === 'obj' ? frame.obj(state, ref.id)?.cls : ref?.k === 'cls' ? ref.cls : null;
  if (typeof prefix !== 'string' || prefix.length < 3 || cls == null || ref === undefined) return null;
  const found = [...cls.methods].filter(([each]) => each.startsWith(prefix));
  if (found.length === 0 || found.length > MOST_METHODS) return null;
  return found.map(([each, fn]) => ofRef({ k: 'bound', self: ofRef(ref), name: each, fn })).reduce(join);
};

const setAttribute: Builtin = (frame, state, args) => {
  const name = onlyConstant(args.positional[1] ?? UNKNOWN);
  if (typeof name === 'string')
    writeAttribute(
      frame,
      state,
      args.positional[0] ?? UNKNOWN,
      name,
      args.positional[2] ?? UNKNOWN,
      args.instr,
    );
  return NULL;
};

const length: Builtin = (frame, state, args) => {
  const value = args.positional[0] ?? UNKNOWN;
  const known = onlyConstant(value);
  if (typeof known === 'string') return constant(known.length);
  const elems = knownElements(frame, state, value);
  return elems === null ? UNKNOWN : constant(elems.length);
};

const chars: Builtin = (_frame, _state, args, name) => {
  const value = onlyConstant(args.positional[0] ?? UNKNOWN);
  if (name === 'builtins.ord')
    return typeof value === 'string' && value.length === 1 ? constant(value.charCodeAt(0)) : UNKNOWN;
  if (typeof value === 'number' && value >= 0 && value < 0xd800) return constant(String.fromCharCode(value));
  return UNKNOWN;
};

const choose: Builtin = (frame, state, args, name) => {
  const known = args.positional.map(onlyConstant);
  if (known.length > 1 && known.every((value): value is number => typeof value === 'number')) {
    return constant(name === 'builtins.max' ? Math.max(...known) : Math.min(...known));
  }
  if (args.positional.length === 1) return iterate(frame, state, args.positional[0] ?? UNKNOWN, args.instr);
  return args.positional.map((value) => within(value, known, name)).reduce<Val>(join, BOTTOM);
};

// `max(size, 2048)` is never one of the smaller numbers that `size` can be.
const within = (value: Val, known: readonly (Constant | undefined)[], name: string): Val => {
  const bounds = known.filter((each) => typeof each === 'number');
  if (bounds.length === 0 || value.consts.length === 0) return value;
  const bound = name === 'builtins.max' ? Math.max(...bounds) : Math.min(...bounds);
  const consts = value.consts.filter(
    (each) => typeof each !== 'number' || (name === 'builtins.max' ? each >= bound : each <= bound),
  );
  return consts.length === value.consts.length ? value : { ...value, consts };
};

const truth: Builtin = (frame, state, args) => {
  const known = truthOfValue(frame, state, args.positional[0] ?? NULL);
  return known === undefined ? BOOLEAN : constant(known);
};

const isInstance: Builtin = (_frame, _state, args) => {
  const [value, kind] = args.positional;
  const known = onlyConstant(value ?? UNKNOWN);
  const names = kind?.refs.flatMap((ref) => (ref.k === 'ext' ? [ref.name] : [])) ?? [];
  if (known !== undefined && names.length === 1) return constant(kindOf(known) === names[0]);
  return BOOLEAN;
};
const kindOf = (value: Constant): string =>
  typeof value === 'string'
    ? 'builtins.str'
    : typeof value === 'boolean'
      ? 'builtins.bool'
      : typeof value === 'number'
        ? 'builtins.int'
        : '';

const all: Builtin = (_frame, _state, args) => {
  const value = onlyConstant(args.positional[0] ?? UNKNOWN);
  return value === undefined ? BOOLEAN : constant(truthOf(value));
};

const partial: Builtin = (frame, state, args) => {
  const held = place(
    frame,
    state,
    args,
    makeObj('tuple', { elems: [...args.positional], fields: new Map(args.keywords) }),
    'partial',
  );
  return ofRef({ k: 'bound', self: held, name: '<partial>', fn: null });
};

const next: Builtin = (frame, state, args) => {
  const value = iterate(frame, state, args.positional[0] ?? UNKNOWN, args.instr);
  return args.positional[1] === undefined ? value : join(value, args.positional[1]);
};

const record: Builtin = (frame, state, args) => {
  const fields = new Map<string, Val>(args.keywords);
  return place(frame, state, args, makeObj('instance', { fields, rest: UNKNOWN }));
};

/** `$` and `^` mean lines, or the pattern is laid out over lines. */
const OTHERWISE = /(^|\.)(M|MULTILINE|X|VERBOSE)$/;
const readsOtherwise = (flags: Val | null): boolean =>
  flags !== null && (flags.open || externalNames(flags).some((flag) => OTHERWISE.test(flag)));

// `re.match(pattern, value)` with a pattern that is held against the whole text and lets only some characters through.
const matched: Builtin = (_frame, _state, args, name) => {
  const pattern = onlyConstant(args.positional[0] ?? args.keywords.get('pattern') ?? UNKNOWN);
  const subject = argument(args, 1, 'string');
  if (typeof pattern !== 'string' || subject === null) return undefined;
  if (readsOtherwise(argument(args, 2, 'flags'))) return undefined;
  const bits = safeWhenMatched(pattern, name === 're.fullmatch');
  if (bits === 0) return undefined;
  return { ...ofRef({ k: 'ext', name: matchNamed(bits) }), open: true, taints: subject.taints };
};

// `[\r\n]+`, `\s+`: what stands in its place stays on one line.
const LINE_BREAKS =
  /^(\[(?!\^)[^\]]*(\\s|\\r[^\]]*\\n|\\n[^\]]*\\r|\r[^\]]*\n|\n[^\]]*\r)[^\]]*\]|\\s)[+*]?$/;
const LINE = CONTEXTS.log | CONTEXTS.header | CONTEXTS.email;

// `re.sub('[^a-z]', '', value)` leaves only what the class names.
const substituted: Builtin = (frame, state, args) => {
  const pattern = onlyConstant(args.positional[0] ?? args.keywords.get('pattern') ?? UNKNOWN);
  const by = onlyConstant(argument(args, 1, 'repl') ?? UNKNOWN);
  const subject = argument(args, 2, 'string');
  if (typeof pattern !== 'string' || typeof by !== 'string' || subject === null) return undefined;
  // Only the first few are put in the place of.
  if (argument(args, 3, 'count') !== null) return undefined;
  if (LINE_BREAKS.test(pattern) && !/[\r\n]/.test(by))
    return tainted(makeSafe(frame.deepTaints(state, subject), LINE));
  const kept = /^\[\^([^\]]{1,200})\][+*]?$/.exec(pattern)?.[1];
  if (kept === undefined) return undefined;
  const put = by === '' ? EVERYWHERE : safeWhenMatched(`(?:${by.replace(/\W/g, '\\$&')})+`, true);
  const bits = safeWhenMatched(`[${kept}]+`, true) & put;
  if (bits === 0) return undefined;
  return bits === EVERYWHERE ? UNKNOWN : tainted(makeSafe(frame.deepTaints(state, subject), bits));
};

const PATTERN_METHODS = ['match', 'fullmatch', 'search', 'sub', 'subn', 'split', 'findall', 'finditer'];

// A compiled pattern keeps its text, so that its methods are those of the module with the pattern in front.
const compiled: Builtin = (frame, state, args) => {
  const pattern = args.positional[0] ?? args.keywords.get('pattern');
  if (pattern === undefined || pattern.taints.length > 0) return undefined;
  const text = onlyConstant(pattern);
  const lines = typeof text === 'string' && readsOtherwise(argument(args, 1, 'flags'));
  const self = lines ? constant(`(?m)${text}`) : pattern;
  const fields = new Map<string, Val>(
    PATTERN_METHODS.map((name) => [name, ofRef({ k: 'bound', self, name: `<re>${name}`, fn: null })]),
  );
  fields.set('pattern', pattern);
  return place(frame, state, args, makeObj('instance', { fields, rest: UNKNOWN }), 'pattern');
};

// A key of an application is told apart by its name, whatever else it knows.
const applicationKey: Builtin = (_frame, _state, { positional: [name] }) => {
  const text = name === undefined ? undefined : onlyConstant(name);
  return typeof text === 'string' ? constant(`AppKey ${text}`) : undefined;
};

const proxy: Builtin = (_frame, _state, { positional: [find] }) =>
  find?.refs.some(({ k }) => k === 'fn') === true
    ? ofRef({ k: 'bound', self: find, name: PROXY, fn: null })
    : undefined;

const textTemplate: Builtin = (frame, state, args) => {
  const text = args.positional[0] ?? UNKNOWN;
  const fill = ofRef({ k: 'bound', self: text, name: '<template>', fn: null });
  const fields = new Map<string, Val>([
    ['substitute', fill],
    ['safe_substitute', fill],
    ['template', text],
  ]);
  return place(frame, state, args, makeObj('instance', { fields, rest: UNKNOWN }), 'template');
};

const NAMED_TUPLES = new WeakMap<object, ClassShape>();

const namedTuple: Builtin = (frame, state, args) => {
  const given = argument(args, 1, 'field_names') ?? UNKNOWN;
  const text = onlyConstant(given);
  const names =
    typeof text === 'string'
      ? text.split(/[\s,]+/).filter((name) => name !== '')
      : (knownElements(frame, state, given)?.map(onlyConstant) ?? null);
  if (names === null || names.length > 64) return undefined;
  const known = NAMED_TUPLES.get(args.instr);
  const made: ClassShape = known ?? {
    name: 'namedtuple',
    path: `namedtuple@${args.instr.start}`,
    key: `${frame.fn.module.digest}:n${args.instr.start}`,
    module: frame.fn.module,
    methods: new Map(),
    baseNames: ['NamedTuple'],
    bases: [],
    externalBases: ['typing.NamedTuple'],
    fields: new Map(),
    annotations: new Map(names.map((name) => [String(name), ''])),
    markers: new Map(),
    decorators: [],
    start: args.instr.start,
    end: args.instr.end,
  };
  NAMED_TUPLES.set(args.instr, made);
  return ofRef({ k: 'cls', cls: made });
};

const ofRecord =
  (make: typeof recordDict): Builtin =>
  (frame, state, args) => {
    const [ref] = args.positional[0]?.refs ?? [];
    const obj = ref?.k === 'obj' ? frame.obj(state, ref.id) : undefined;
    return obj?.shape === 'instance' ? make(frame, state, obj, args) : undefined;
  };

// Without `autoescape`, what the templates of an environment are given goes into the page as it is.
const jinjaEnvironment: Builtin = (_frame, _state, args) => {
  const given = args.keywords.get('autoescape');
  if (given === undefined ? args.stars === null : onlyConstant(given) === false)
    return ofRef({ k: 'ext', name: 'jinja2.RawEnvironment()' });
  return undefined;
};

// A loaded template keeps its name.
const loadedTemplate: Builtin = (_frame, _state, args, name) => {
  const given = onlyConstant(args.positional[0] ?? args.keywords.get('name') ?? UNKNOWN);
  return typeof given === 'string' ? ofRef({ k: 'ext', name: `${name}()`, site: given }) : undefined;
};

// `html.escape(text, quote=False)` leaves quotes as they are.
const escapedHtml: Builtin = (frame, state, args, name) => {
  if (onlyConstant(argument(args, 1, 'quote') ?? UNKNOWN) !== false) return undefined;
  const taints = makeSafe(argumentTaints(frame, state, args), CONTEXTS.html);
  return frame.stepped(tainted(taints), args.instr, `made safe by ${name} for html, quotes kept`);
};

// How a parser of lxml was set up stays with it under a name of its own.
const lxmlParser: Builtin = (_frame, _state, args) =>
  onlyConstant(args.keywords.get('resolve_entities') ?? UNKNOWN) === false
    ? ofRef({ k: 'ext', name: 'lxml.SafeParser' })
    : undefined;

// `print(…, file=stream)` writes to a stream in memory.
const printed: Builtin = (frame, state, args) => {
  for (const ref of args.keywords.get('file')?.refs ?? []) {
    const obj = ref.k === 'obj' ? frame.own(state, ref.id) : undefined;
    if (obj !== undefined && obj.shape !== 'instance')
      for (const value of args.positional) appendTo(obj, value);
  }
  return NULL;
};

const storeOf = (names: readonly string[], builtin: Builtin): [string, Builtin][] =>
  names.map((name) => [name, builtin]);

// What is written in hex or Base64 is as fixed as what is written out; anything else is left to the models.
const decoded: Builtin = (_frame, _state, { positional }, name) => {
  const [first] = positional;
  const known = first === undefined ? undefined : onlyConstant(first);
  if (typeof known !== 'string') return undefined;
  return constant(
    Buffer.from(known.replace(/\s/g, ''), /hex/.test(name) ? 'hex' : 'base64').toString('latin1'),
  );
};

/** Python's own functions and small stores of the standard library that are followed exactly. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ...storeOf(['builtins.list', 'collections.deque'], copyOf('list')),
  ['builtins.tuple', copyOf('tuple')],
  ...storeOf(['builtins.set', 'builtins.frozenset'], copyOf('set')),
  ...storeOf(['builtins.dict', 'collections.OrderedDict', 'collections.defaultdict'], newDict),
  ['collections.ChainMap', chainMap],
  ...storeOf(
    ['configparser.ConfigParser', 'configparser.RawConfigParser', 'configparser.SafeConfigParser'],
    emptyStore('config'),
  ),
  ...storeOf(
    ['queue.Queue', 'queue.LifoQueue', 'queue.SimpleQueue', 'io.StringIO', 'io.BytesIO', 'asyncio.Queue'],
    (frame, state, args) =>
      place(
        frame,
        state,
        args,
        makeObj('list', { elems: [...args.positional.filter((value) => value.taints.length > 0)] }),
      ),
  ),
  ...storeOf(['types.SimpleNamespace', 'argparse.Namespace'], record),
  ...storeOf(
    ['builtins.int', 'builtins.float', 'builtins.round', 'builtins.abs', 'builtins.hash', 'builtins.id'],
    number,
  ),
  ...storeOf(
    ['builtins.str', 'builtins.bytes', 'builtins.repr', 'builtins.ascii', 'builtins.bytearray'],
    text,
  ),
  ...storeOf(
    ['copy.copy', 'copy.deepcopy', 'typing.cast', 'builtins.memoryview'],
    (_frame, _state, args, name) => args.positional[name === 'typing.cast' ? 1 : 0] ?? UNKNOWN,
  ),
  ...storeOf(
    ['builtins.bytes.fromhex', 'builtins.bytearray.fromhex', 'binascii.unhexlify', 'base64.b64decode'],
    decoded,
  ),
  ['builtins.iter', first],
  ...ITERATION,
  ['builtins.getattr', getAttribute],
  ['builtins.setattr', setAttribute],
  ['builtins.len', length],
  ...storeOf(['builtins.ord', 'builtins.chr'], chars),
  ...storeOf(['builtins.max', 'builtins.min'], choose),
  ['builtins.bool', truth],
  ['builtins.isinstance', isInstance],
  ...storeOf(['builtins.any', 'builtins.all'], all),
  ['functools.partial', partial],
  ['aiohttp.web.AppKey', applicationKey],
  ...storeOf(['werkzeug.local.LocalProxy', 'django.utils.functional.SimpleLazyObject'], proxy),
  ['lxml.etree.XMLParser', lxmlParser],
  ['html.escape', escapedHtml],
  ['jinja2.Environment', jinjaEnvironment],
  ['jinja2.Environment().get_template', loadedTemplate],
  ['re.sub', substituted],
  ['re.compile', compiled],
  ['string.Template', textTemplate],
  ['collections.namedtuple', namedTuple],
  ...storeOf(['dataclasses.asdict', 'attr.asdict', 'builtins.vars'], ofRecord(recordDict)),
  ...storeOf(['dataclasses.replace', 'attr.evolve'], ofRecord(recordCopy)),
  ...storeOf(['builtins.next', 'builtins.anext'], next),
  ...storeOf(['re.match', 're.fullmatch'], matched),
  ['builtins.print', printed],
  ['builtins.range', (frame, state, args) => place(frame, state, args, makeObj('list', { rest: UNKNOWN }))],
]);
