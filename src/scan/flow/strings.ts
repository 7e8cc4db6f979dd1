import { iterate, knownElements } from './arguments.ts';
import { narrow } from './attributes.ts';
import { argumentTaints, type CallArgs, GETTERS } from './call.ts';
import { convertsToNumber } from './externals.ts';
import { STRING_METHODS, textOf } from './fold.ts';
import type { Frame } from './frame.ts';
import { concat, formatText } from './operators.ts';
import { makeObj, type State } from './state.ts';
import { CONTEXTS, joinTaints, makeSafe, type Taint } from './taint.ts';
import {
  allConstants,
  BOOLEAN,
  BOTTOM,
  type Constant,
  constant,
  constants,
  join,
  objectRef,
  onlyConstant,
  segmentsOf,
  tainted,
  UNKNOWN,
  type Val,
} from './value.ts';

const TESTS = new Set([
  'startswith',
  'endswith',
  'isdigit',
  'isdecimal',
  'isnumeric',
  'isalpha',
  'isalnum',
  'isidentifier',
  'islower',
  'isupper',
  'isspace',
  'isascii',
]);
const NUMBERS = new Set([
  'find',
  'rfind',
  'index',
  'rindex',
  'count',
  '__len__',
  'timestamp',
  'toordinal',
  'bit_length',
]);
const LISTS = new Set([
  'split',
  'rsplit',
  'splitlines',
  'partition',
  'rpartition',
  'getlist',
  'getall',
  'get_all',
]);

/** A method of a string, of something built in, or of a value that came from outside and is taken for one. */
export const stringMethod = (
  frame: Frame,
  state: State,
  receiver: Val,
  name: string,
  args: CallArgs,
): Val => {
  const folded = foldMethod(frame, state, receiver, name, args);
  if (folded !== null) return folded;
  if (TESTS.has(name)) return BOOLEAN;
  if (NUMBERS.has(name)) return UNKNOWN;
  if (name === 'join') return joined(frame, state, receiver, args);
  if (name === 'format' || name === 'format_map') return format(frame, state, receiver, args);
  let taints: readonly Taint[] = receiver.taints;
  const first = args.positional[0];
  if (name === 'replace') {
    const filled = filledIn(frame, state, receiver, first, args.positional[1]);
    if (filled !== null) return frame.stepped(filled, args.instr, 'put into text by replace()');
    taints = makeSafe(taints, replaced(first, args.positional[1]));
    taints = joinTaints(taints, args.positional[1]?.taints ?? []);
  } else if (GETTERS.has(name)) {
    const key = onlyConstant(first ?? UNKNOWN);
    if (typeof key === 'string') taints = narrow(taints, key);
    const fallback = args.positional[1] ?? args.keywords.get('default');
    if (fallback !== undefined) taints = joinTaints(taints, fallback.taints);
    if (convertsToNumber(args)) return UNKNOWN;
  } else if (receiver.taints.length === 0) taints = argumentTaints(frame, state, args);
  if (LISTS.has(name)) {
    const id = frame.idFor(args.instr, 'list');
    const part = frame.stepped(tainted(taints), args.instr, `taken apart by ${name}()`);
    state.place(id, makeObj('list', { rest: part }));
    return objectRef(id);
  }
  const kept = KEEPS_TEXT.has(name) && receiver.segs !== null && taints === receiver.taints;
  const out: Val = kept ? { ...receiver } : tainted(taints);
  return taints === receiver.taints || GETTERS.has(name)
    ? out
    : frame.stepped(out, args.instr, `goes through ${name}()`);
};

/** `string.Template(text).substitute(...)`. */
export const fillTemplate = (frame: Frame, state: State, template: Val, args: CallArgs): Val => {
  const text = onlyConstant(template);
  const all = joinTaints(argumentTaints(frame, state, args), template.taints);
  if (typeof text !== 'string') return frame.stepped(tainted(all), args.instr, 'put into a template');
  const [ref] = args.positional[0]?.refs ?? [];
  const given = ref?.k === 'obj' ? frame.obj(state, ref.id) : undefined;
  const parts: Val[] = [];
  let at = 0;
  for (const match of text.matchAll(/\$(?:\$|\{?([A-Za-z_]\w{0,60})\}?)/g)) {
    parts.push(constant(text.slice(at, match.index)));
    at = match.index + match[0].length;
    const name = match[1];
    parts.push(
      name === undefined
        ? constant('$')
        : (args.keywords.get(name) ?? given?.fields.get(`s${name}`) ?? tainted(all)),
    );
  }
  parts.push(constant(text.slice(at)));
  return frame.stepped(concat(frame, state, parts), args.instr, 'put into a template');
};

const KEEPS_TEXT = new Set(['encode', 'decode', 'strip', 'lstrip', 'rstrip']);

const foldMethod = (frame: Frame, state: State, receiver: Val, name: string, args: CallArgs): Val | null => {
  const method = STRING_METHODS.get(name);
  const texts = allConstants(receiver);
  if (method === undefined || texts === null || args.keywords.size > 0 || args.star !== null) return null;
  const given: Constant[] = [];
  for (const arg of args.positional) {
    const value = onlyConstant(arg);
    if (value === undefined) return null;
    given.push(value);
  }
  const results = texts.map((text) => (typeof text === 'string' ? method(text, given) : undefined));
  if (results.some((result) => result === undefined)) return null;
  const [only] = results;
  if (Array.isArray(only)) {
    if (results.length > 1 || only.length > 64) return null;
    const id = frame.idFor(args.instr, 'list');
    state.place(id, makeObj('list', { elems: only.map((part: string) => constant(part)) }));
    return objectRef(id);
  }
  return constants([...new Set(results as Constant[])]);
};

const joined = (frame: Frame, state: State, receiver: Val, args: CallArgs): Val => {
  const [items] = args.positional;
  if (items === undefined) return UNKNOWN;
  const known = knownElements(frame, state, items);
  if (known !== null && known.length <= 32) {
    const parts = known.flatMap((part, i) => (i === 0 ? [part] : [receiver, part]));
    return frame.stepped(concat(frame, state, parts), args.instr, 'joined with other text');
  }
  const any = iterate(frame, state, items, args.instr);
  const taints = joinTaints(frame.deepTaints(state, any), receiver.taints);
  return frame.stepped(tainted(taints), args.instr, 'joined with other text');
};

const format = (frame: Frame, state: State, receiver: Val, args: CallArgs): Val => {
  const template = onlyConstant(receiver);
  if (typeof template === 'string') {
    const named = (name: string): Val => {
      const value = args.keywords.get(name);
      if (value !== undefined) return value;
      const mapping = args.positional[0];
      const [ref] = mapping?.refs ?? [];
      const obj = ref?.k === 'obj' ? frame.obj(state, ref.id) : undefined;
      const all = obj?.fields.get(`s${name}`) ?? args.stars;
      return (
        all ??
        (args.stars === null && mapping === undefined ? UNKNOWN : tainted(argumentTaints(frame, state, args)))
      );
    };
    const known = args.positional.map(onlyConstant);
    const values = args.positional.map((value, i) =>
      known[i] === undefined ? value : constant(textOf(known[i] ?? null)),
    );
    return frame.stepped(
      formatText(frame, state, template, values, named),
      args.instr,
      'put into text by format()',
    );
  }
  const parts = [receiver, ...args.positional, ...args.keywords.values()];
  const value = concat(frame, state, parts);
  return frame.stepped(value.open ? value : join(value, BOTTOM), args.instr, 'put into text by format()');
};

const MOST_PARTS = 40;

// `PAGE.replace('{name}', name)`: the value stands wherever the literal text has the place for it.
const filledIn = (
  frame: Frame,
  state: State,
  receiver: Val,
  what: Val | undefined,
  by: Val | undefined,
): Val | null => {
  const gone = onlyConstant(what ?? UNKNOWN);
  const segments = segmentsOf(receiver);
  if (typeof gone !== 'string' || gone.length < 2 || by === undefined || segments === null) return null;
  if (!segments.some((segment) => typeof segment === 'string' && segment.includes(gone))) return null;
  const parts = segments.flatMap((segment): Val[] =>
    typeof segment === 'string'
      ? segment.split(gone).flatMap((text, i) => (i === 0 ? [constant(text)] : [by, constant(text)]))
      : [{ ...tainted(segment.taints), segs: [segment] }],
  );
  return parts.length > MOST_PARTS ? null : concat(frame, state, parts);
};

// What taking out a character does for the contexts in which it is what breaks out.
const replaced = (what: Val | undefined, by: Val | undefined): number => {
  const [gone, put] = [onlyConstant(what ?? UNKNOWN), onlyConstant(by ?? UNKNOWN)];
  if (typeof gone !== 'string' || typeof put !== 'string') return 0;
  // A quote doubled, dropped or written as an entity does not end the text that it stands in.
  if (gone === "'" && /^(''|"?|&apos;|&#0?39;|_| )$/.test(put)) return CONTEXTS.quoted;
  if (gone === '"' && /^(""|'?|&quot;|&#0?34;|_| )$/.test(put)) return CONTEXTS.doubleQuoted;
  if (put.includes(gone)) return 0;
  if (gone === '<') return CONTEXTS.html;
  if (gone === '\n' || gone === '\r' || gone === '\r\n')
    return CONTEXTS.log | CONTEXTS.header | CONTEXTS.email;
  return 0;
};
