import type { Instr } from '../lower/ir.ts';
import { callMethod } from './call.ts';
import type { Frame } from './frame.ts';
import type { State } from './state.ts';
import { join, type Val } from './value.ts';

/** What classes call the methods that stand for operators, without the underscores. */
const OPERATORS: Readonly<Record<string, string>> = {
  Add: 'add',
  Sub: 'sub',
  Mult: 'mul',
  MatMult: 'matmul',
  Div: 'truediv',
  FloorDiv: 'floordiv',
  Mod: 'mod',
  Pow: 'pow',
  LShift: 'lshift',
  RShift: 'rshift',
  BitOr: 'or',
  BitAnd: 'and',
  BitXor: 'xor',
};

/** What an operator gives for objects of the project whose class defines it (`jail / name`); null for all others. */
export const byOperator = (
  frame: Frame,
  state: State,
  instr: Instr,
  op: string,
  sides: { a: Val; b: Val; inPlace: boolean },
): Val | null => {
  const { a, b, inPlace } = sides;
  const word = OPERATORS[op];
  if (word === undefined) return null;
  return (
    (inPlace ? called(frame, state, instr, a, `__i${word}__`, b) : null) ??
    called(frame, state, instr, a, `__${word}__`, b) ??
    called(frame, state, instr, b, `__r${word}__`, a)
  );
};

const called = (
  frame: Frame,
  state: State,
  instr: Instr,
  object: Val,
  name: string,
  other: Val,
): Val | null => {
  let out: Val | null = null;
  for (const ref of object.refs) {
    const cls = ref.k === 'obj' ? frame.obj(state, ref.id)?.cls : null;
    if (cls == null || frame.engine.findMethod(cls, name) === null) continue;
    const args = { instr, positional: [other], keywords: new Map(), star: null, stars: null };
    const made = callMethod(frame, state, { ...object, refs: [ref], open: false }, name, args);
    if (made !== null) out = out === null ? made : join(out, made);
  }
  return out;
};
