import { byName } from '../models/by-name.ts';
import { iterate, knownElements } from './arguments.ts';
import { narrow } from './attributes.ts';
import { BUILTINS } from './builtins.ts';
import { argumentTaints, type CallArgs, callValue } from './call.ts';
import { type Frame, siteOf } from './frame.ts';
import { argumentOf, checkSinks } from './sinks.ts';
import { sourceValue } from './sources.ts';
import { makeObj, type State } from './state.ts';
import { stringMethod } from './strings.ts';
import { bitsOf, decoded, joinTaints, makeSafe, NO_TAINT, type Taint, weaken } from './taint.ts';
import { external, objectRef, ofRef, onlyConstant, tainted, UNKNOWN, type Val } from './value.ts';

const LONGEST_CHAIN = 160;

/** What a call of `name`, which is outside the project, gives; null when it never returns. */
export const callExternal = (
  frame: Frame,
  state: State,
  name: string,
  receiver: Val | null,
  args: CallArgs,
): Val | null => {
  const { registry, options } = frame.engine;
  options.onCall?.({ frame, state, name, receiver, args });
  checkSinks(frame, state, name, receiver, args);
  const { called, source, clean, contexts, passing, stops } = registry.about(name);
  if (stops) return null;
  const { builtin, router, wraps, later, stored } = traitsOf(name);
  if (router) return ofRef({ k: 'ext', name: `${name}()`, site: siteOf(frame, name, args.instr) });
  if (builtin !== undefined) {
    const value = builtin(frame, state, args, name, receiver);
    if (value !== undefined) return value;
  }
  if (source !== undefined) {
    const key =
      source.parameter === undefined
        ? null
        : onlyConstant(args.positional[source.parameter] ?? args.keywords.get('name') ?? UNKNOWN);
    return sourceValue(frame, source, called, args.instr, typeof key === 'string' ? key : null);
  }
  const [wrapped] = args.positional;
  if (wrapped !== undefined && wraps && wrapped.refs.some(({ k }) => k === 'fn' || k === 'cls'))
    return wrapped;
  if (receiver !== null && convertsToNumber(args)) return UNKNOWN;
  const callback = later ? calledBack(frame, state, name, args) : undefined;
  if (callback !== undefined) return callback;
  const unknownReceiver = name.startsWith('*.');
  if (clean) return unknownReceiver ? UNKNOWN : instance(called, NO_TAINT);
  if (contexts !== undefined) {
    const taints = joinTaints(argumentTaints(frame, state, args), receiver?.taints ?? NO_TAINT);
    const marked = makeSafe(taints, bitsOf(contexts));
    return frame.stepped(
      instance(called, marked),
      args.instr,
      `made safe by ${name} for ${contexts.join(', ')}`,
    );
  }
  if (passing !== undefined) {
    const taints =
      passing.args === null
        ? joinTaints(
            argumentTaints(frame, state, args),
            receiver === null ? NO_TAINT : frame.deepTaints(state, receiver),
          )
        : passing.args.reduce<readonly Taint[]>((all, spec) => {
            const value = spec === 'self' ? receiver : argumentOf(args, spec);
            return value === null ? all : joinTaints(all, frame.deepTaints(state, value));
          }, NO_TAINT);
    const out = passing.undoes === 0 ? taints : decoded(taints, passing.undoes);
    return frame.stepped(instance(called, out), args.instr, `goes through ${name}()`);
  }
  if (unknownReceiver) return receiver === null ? UNKNOWN : tainted(receiver.taints);
  if (receiver !== null && receiver.taints.length > 0) {
    const method = name.slice(name.lastIndexOf('.') + 1);
    // What came from outside is mostly text.
    if (TEXT_METHODS.has(method)) return stringMethod(frame, state, { ...receiver, refs: [] }, method, args);
    return frame.stepped(
      instance(called, keyed(receiver.taints, name, args)),
      args.instr,
      `goes through ${name}()`,
    );
  }
  // What a method of an object of a library returns is not known to hold its arguments; a function's result is.
  const made = stored || (receiver?.taints.length ?? 0) > 0;
  if (made) return instance(called, NO_TAINT);
  const taints = weaken(argumentTaints(frame, state, args));
  return frame.stepped(instance(called, taints), args.instr, `goes through ${name}(), which is not known`);
};

/** What carries routes below a prefix of its own, so that one is told from the other. */
const ROUTERS = new Set(['flask.Blueprint', 'fastapi.APIRouter']);

/** Decorators of libraries that give back a function that does what the given one does. */
const WRAPPERS =
  /(^|\.)((login|permission|staff_member|superuser|fresh_login|jwt|auth|token|roles|user_passes)_?(required|test|accepted)(\(\))?|csrf_exempt|csrf_protect|ensure_csrf_cookie|never_cache|cache_page\(\)|cached\(\)|require_(GET|POST|safe|http_methods\(\))|api_view\(\)|wraps\(\)|contextmanager|asynccontextmanager|lru_cache(\(\))?|cache|cross_origin(\(\))?|limit\(\)|sync_to_async|async_to_sync|atomic)$/;

// What a database gives back is not what was asked with.
const STORED = /\.(objects|query|session|_default_manager|environ|DoesNotExist)(\.|$)|\[\]/;

const TEXT_METHODS = new Set(
  'replace split rsplit splitlines partition rpartition join format startswith endswith isdigit isdecimal isnumeric isalpha isalnum isidentifier isascii find rfind index count strip lstrip rstrip lower upper title capitalize casefold swapcase zfill ljust rjust center encode decode removeprefix removesuffix translate expandtabs'.split(
    ' ',
  ),
);

/** What is read off a name alone. */
const traitsOf = byName((name) => ({
  builtin: BUILTINS.get(name),
  router: ROUTERS.has(name),
  wraps: WRAPPERS.test(name),
  later: LATER.test(name),
  stored: name.includes('()') || STORED.test(name),
}));

/** `get('page', type=int)`: what comes back is a number. */
export const convertsToNumber = (args: CallArgs): boolean =>
  args.keywords
    .get('type')
    ?.refs.some((ref) => ref.k === 'ext' && /^(builtins\.(int|float|bool)|uuid\.UUID)$/.test(ref.name)) ===
  true;

const keyed = (taints: readonly Taint[], name: string, args: CallArgs): readonly Taint[] => {
  const key = /\.(get|getlist|getall|getone|pop|get_all)$/.test(name)
    ? onlyConstant(args.positional[0] ?? UNKNOWN)
    : undefined;
  return typeof key === 'string' ? narrow(taints, key) : taints;
};

const instance = (called: string, taints: readonly Taint[]): Val => {
  const base = called.length > LONGEST_CHAIN ? UNKNOWN : external(called);
  return taints.length === 0 ? base : { ...base, open: true, taints };
};

const LATER =
  /(^|\.)(submit|apply|apply_async|add_task|add_job|spawn|spawn_later|start_soon|start_new_thread|call_later|call_soon_threadsafe|enqueue|run_coroutine_threadsafe|to_thread|run_in_executor|call_soon|run_sync|run_in_threadpool|Thread|Process|Timer|ensure_future|create_task|gather|run|run_until_complete|wait_for|map|imap|imap_unordered|starmap|map_async|starmap_async)$/;
const KEYED = ['target', 'func', 'fn', 'function'];
/** Of these, what hands on functions outside the project too, and not what such a call has made. */
const HANDS_ON =
  /(^|\.)(submit|apply|apply_async|to_thread|run_in_executor|run_in_threadpool|run_sync|start_new_thread|call_later|call_soon|call_soon_threadsafe|Thread|Process|Timer|map|imap|imap_unordered|starmap|map_async|starmap_async)$/;
/** These pass keywords on. */
const PASSES_KEYWORDS =
  /(^|\.)(submit|add_task|spawn|to_thread|run_in_threadpool|run_sync|start_soon|enqueue|call_in_executor)$/;

const isCode = (value: Val | undefined, outside: (name: string) => boolean): boolean =>
  value?.refs.some(
    (ref) =>
      ref.k === 'fn' ||
      (ref.k === 'bound' && (ref.fn !== null || ref.name === '<partial>')) ||
      (ref.k === 'ext' && outside(ref.name)),
  ) === true;

/** The keywords that a thread is given for its function: `kwargs={'shell': True}`. */
const keywordsOf = (frame: Frame, state: State, args: CallArgs): Map<string, Val> => {
  const [ref] = (args.keywords.get('kwargs') ?? args.keywords.get('kwds'))?.refs ?? [];
  const obj = ref?.k === 'obj' ? frame.obj(state, ref.id) : undefined;
  return new Map(
    [...(obj?.shape === 'dict' ? obj.fields : [])].flatMap(([key, value]) =>
      key.startsWith('s') ? [[key.slice(1), value] as const] : [],
    ),
  );
};

/** Functions handed over to be called with the other arguments: threads, executors, event loops. */
const calledBack = (frame: Frame, state: State, name: string, args: CallArgs): Val | null | undefined => {
  const named = KEYED.map((key) => args.keywords.get(key)).find((value) => value !== undefined);
  const { registry } = frame.engine;
  const handsOn = HANDS_ON.test(name);
  const outside = (dotted: string): boolean =>
    (handsOn && /^[\w.]*\.[a-z_]\w*$/.test(dotted)) ||
    registry.sinks.has(registry.resolve(dotted)) ||
    registry.describes(registry.resolve(dotted));
  if (named !== undefined && isCode(named, outside)) {
    const given = args.keywords.get('args');
    const [ref] = given?.refs ?? [];
    const elems = ref?.k === 'obj' ? (frame.obj(state, ref.id)?.elems ?? []) : [];
    callValue(frame, state, named, {
      instr: args.instr,
      positional: [...elems],
      keywords: keywordsOf(frame, state, args),
      star: null,
      stars: null,
    });
    return external(`${name}()`);
  }
  const at = args.positional.findIndex((value) => isCode(value, outside));
  const mapping = /(^|\.)(map|imap|imap_unordered|starmap|map_async|starmap_async)$/.exec(name)?.[2];
  if (mapping !== undefined) {
    if (at !== 0) return undefined;
    const parts = args.positional.slice(1).map((part) => iterate(frame, state, part, args.instr));
    const positional = mapping.startsWith('star')
      ? (knownElements(frame, state, parts[0] ?? UNKNOWN) ?? parts)
      : parts;
    const made = callValue(frame, state, args.positional[0] ?? UNKNOWN, {
      ...args,
      positional: [...positional],
      keywords: new Map(),
    });
    const id = frame.idFor(args.instr, 'mapped');
    state.place(id, makeObj('list', { rest: made ?? UNKNOWN }));
    return objectRef(id);
  }
  const callee = args.positional[at];
  if (at >= 0 && at <= 1 && callee !== undefined) {
    return callValue(frame, state, callee, {
      ...args,
      positional: args.positional.slice(at + 1),
      keywords: PASSES_KEYWORDS.test(name) ? args.keywords : new Map(),
    });
  }
  // `asyncio.run(coroutine)`: the coroutine was called already.
  if (
    /(^|\.)(run|run_until_complete|create_task|ensure_future|wait_for)$/.test(name) &&
    args.positional[0] !== undefined
  ) {
    if (name.startsWith('asyncio') || name.startsWith('anyio') || name.includes('loop'))
      return args.positional[0];
  }
  return undefined;
};
