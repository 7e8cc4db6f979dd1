import { iterate, knownElements } from './arguments.ts';
import { type CallArgs, callValue } from './call.ts';
import type { Frame } from './frame.ts';
import { binary } from './operators.ts';
import { passed } from './outcomes.ts';
import { makeObj, type Obj, type State } from './state.ts';
import { BOTTOM, constant, join, NULL, objectRef, onlyConstant, UNKNOWN, type Val } from './value.ts';

/** What a function of Python or its library gives; undefined where the models know better, null when it never returns. */
export type Builtin = (
  frame: Frame,
  state: State,
  args: CallArgs,
  name: string,
  receiver: Val | null,
) => Val | null | undefined;

/** The object that a call makes. */
export const place = (frame: Frame, state: State, args: CallArgs, obj: Obj, part = 'made'): Val => {
  const id = frame.idFor(args.instr, part);
  state.place(id, obj);
  return objectRef(id);
};

/** So many elements are followed one by one. */
const FEW = 16;

const listOf = (frame: Frame, state: State, args: CallArgs, elems: readonly Val[]): Val =>
  place(frame, state, args, makeObj('list', { elems: [...elems] }));

const listOfAny = (frame: Frame, state: State, args: CallArgs, source: Val): Val =>
  place(frame, state, args, makeObj('list', { rest: iterate(frame, state, source, args.instr) }));

const applied = (frame: Frame, state: State, { instr }: CallArgs, callee: Val, given: Val[]): Val | null =>
  callValue(frame, state, callee, { instr, positional: given, keywords: new Map(), star: null, stars: null });

const mapped: Builtin = (frame, state, args) => {
  const [callee, ...sources] = args.positional;
  if (callee === undefined) return UNKNOWN;
  const known = sources.length === 1 ? knownElements(frame, state, sources[0] ?? UNKNOWN) : null;
  // A function of the project may make an object for each, and one call makes one.
  const plain = callee.refs.length > 0 && callee.refs.every(({ k }) => k === 'ext');
  if (known !== null && known.length <= FEW && plain)
    return listOf(
      frame,
      state,
      args,
      known.map((value) => applied(frame, state, args, callee, [value]) ?? UNKNOWN),
    );
  const values = sources.map((source) => iterate(frame, state, source, args.instr));
  const made = applied(frame, state, args, callee, values);
  return place(frame, state, args, makeObj('list', { rest: made ?? UNKNOWN }));
};

const filtered: Builtin = (frame, state, args) => {
  const [callee = NULL, source = UNKNOWN] = args.positional;
  const any = iterate(frame, state, source, args.instr);
  if (any.taints.length === 0 || onlyConstant(callee) === null)
    return place(frame, state, args, makeObj('list', { rest: any }));
  applied(frame, state, args, callee, [any]);
  return place(frame, state, args, makeObj('list', { rest: passed(frame, args.instr, any) }));
};

const sorted: Builtin = (frame, state, args) => listOfAny(frame, state, args, args.positional[0] ?? UNKNOWN);

const reversed: Builtin = (frame, state, args) => {
  const [from = UNKNOWN] = args.positional;
  const known = knownElements(frame, state, from);
  return known === null
    ? listOfAny(frame, state, args, from)
    : listOf(frame, state, args, known.toReversed());
};

const chained: Builtin = (frame, state, args) => {
  const all = args.positional.map((each) => knownElements(frame, state, each));
  if (args.star === null && all.every((elems) => elems !== null))
    return listOf(frame, state, args, all.flat());
  const sources = [
    ...args.positional,
    ...(args.star === null ? [] : [iterate(frame, state, args.star, args.instr)]),
  ];
  const rest = sources.map((each) => iterate(frame, state, each, args.instr)).reduce(join, BOTTOM);
  return place(frame, state, args, makeObj('list', { rest }));
};

const sliced: Builtin = (frame, state, args) => {
  const [from = UNKNOWN, ...bounds] = args.positional;
  const known = knownElements(frame, state, from);
  const numbers = bounds.map((bound) => onlyConstant(bound));
  if (known === null || numbers.length > 2 || !numbers.every((n) => typeof n === 'number' || n === null))
    return listOfAny(frame, state, args, from);
  const [start, end] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  return listOf(frame, state, args, known.slice(start ?? 0, end ?? undefined));
};

const pairs: Builtin = (frame, state, args, name) => {
  const known = args.positional.map((value) => knownElements(frame, state, value));
  const counted = name === 'builtins.enumerate';
  if (
    known.every((elems) => elems !== null && elems.length <= FEW) &&
    args.keywords.size === 0 &&
    known.length > 0
  ) {
    const [first = []] = known;
    const start = counted ? onlyConstant(args.positional[1] ?? constant(0)) : 0;
    const length = Math.min(...known.map((elems) => elems?.length ?? 0));
    if (typeof start === 'number')
      return listOf(
        frame,
        state,
        args,
        Array.from({ length }, (_, i) => {
          const elems = counted
            ? [constant(start + i), first?.[i] ?? UNKNOWN]
            : known.map((each) => each?.[i] ?? UNKNOWN);
          return place(frame, state, args, makeObj('tuple', { elems }), `pair ${i}`);
        }),
      );
  }
  const values = args.positional.map((value) => iterate(frame, state, value, args.instr));
  const elems = counted ? [UNKNOWN, values[0] ?? UNKNOWN] : values;
  const pair = place(frame, state, args, makeObj('tuple', { elems, many: true }), 'pair');
  return place(frame, state, args, makeObj('list', { rest: pair }));
};

/** `functools.reduce(function, values[, first])` */
const reduced: Builtin = (frame, state, args) => {
  const [callee = UNKNOWN, source = UNKNOWN, first] = args.positional;
  const known = knownElements(frame, state, source);
  if (known !== null && known.length <= FEW) {
    const values = first === undefined ? known : [first, ...known];
    const [start, ...rest] = values;
    return rest.reduce<Val>(
      (before, value) => applied(frame, state, args, callee, [before, value]) ?? UNKNOWN,
      start ?? NULL,
    );
  }
  const any = iterate(frame, state, source, args.instr);
  const once = applied(frame, state, args, callee, [first ?? any, any]) ?? UNKNOWN;
  return join(first ?? any, join(once, applied(frame, state, args, callee, [once, any]) ?? UNKNOWN));
};

const OPERATORS = {
  add: 'Add',
  concat: 'Add',
  sub: 'Sub',
  mul: 'Mult',
  truediv: 'Div',
  mod: 'Mod',
  or_: 'BitOr',
  iadd: 'Add',
  iconcat: 'Add',
};

const operator =
  (name: string): Builtin =>
  (frame, state, args) =>
    binary(
      frame,
      state,
      { ...args.instr, name },
      args.positional[0] ?? UNKNOWN,
      args.positional[1] ?? UNKNOWN,
    );

/** Functions that go through collections or stand for operators, by name. */
export const ITERATION: readonly (readonly [string, Builtin])[] = [
  ['builtins.map', mapped],
  ['builtins.filter', filtered],
  ['builtins.sorted', sorted],
  ['builtins.reversed', reversed],
  ['itertools.chain', chained],
  ['itertools.islice', sliced],
  ['builtins.zip', pairs],
  ['builtins.enumerate', pairs],
  ['functools.reduce', reduced],
  ...Object.entries(OPERATORS).map(([name, op]) => [`operator.${name}`, operator(op)] as const),
];
