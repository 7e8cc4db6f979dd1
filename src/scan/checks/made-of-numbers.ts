import { type Constant, onlyConstant } from '../flow/value.ts';
import { type FunctionCode, type Instr, OP } from '../lower/ir.ts';
import { definitionOf, movesTo } from './words.ts';

const DEEPEST = 8;

/** Built-in functions that give a number, whatever they are given. */
const COUNTING = /^(int|float|len|abs|round|hash|id|ord|sum|divmod|pow|bool)$/;
const COUNTING_OF_MODULES =
  /^(getpid|getppid|getuid|geteuid|getgid|time|monotonic|perf_counter|cpu_count|fileno)$/;
const ARITHMETIC = /^(Sub|FloorDiv|Pow|LShift|RShift)=?$/;
const EITHER = /^(Add|Mult|Div|Mod|BitAnd|BitOr|BitXor)=?$/;
const NUMERIC_FORMAT = /[dioxXbeEfFgGn]$/;
const PERCENT = /%(?:\(\w{1,60}\))?[-#0 +]{0,3}(?:\d{1,4}|\*)?(?:\.(?:\d{1,3}|\*))?([a-zA-Z%])/g;

const constantOf = (def: Instr | undefined): Constant | undefined =>
  def?.op === OP.constant && def.val !== null ? onlyConstant(def.val) : undefined;

/** Whether register `reg` holds a number for certain. */
const isNumber = (fn: FunctionCode, reg: number, depth = 0): boolean => {
  const def = definitionOf(fn, reg);
  if (def === undefined || depth > DEEPEST) return false;
  switch (def.op) {
    case OP.constant:
      return typeof constantOf(def) === 'number';
    case OP.call: {
      const callee = fn.defs[def.a];
      return callee?.op === OP.global && COUNTING.test(callee.name);
    }
    case OP.method:
      return COUNTING_OF_MODULES.test(def.name) && def.args.length <= 1;
    case OP.unary:
      return def.name !== 'Not' && isNumber(fn, def.a, depth + 1);
    case OP.binary:
      return (
        ARITHMETIC.test(def.name) ||
        (EITHER.test(def.name) && isNumber(fn, def.a, depth + 1) && isNumber(fn, def.b, depth + 1))
      );
    default:
      return false;
  }
};

const fixedText = (fn: FunctionCode, reg: number): string | undefined => {
  const text = constantOf(definitionOf(fn, reg));
  return typeof text === 'string' ? text : undefined;
};

const fills = (fn: FunctionCode, reg: number, depth: number): boolean =>
  isNumber(fn, reg, depth) || madeOfNumbers(fn, reg, depth);

/**
 * Whether the text in register `reg` is put together of literals and of numbers alone: no value of it can hold anything
 * that means something to a shell or a database.
 */
export const madeOfNumbers = (fn: FunctionCode, reg: number, depth = 0): boolean => {
  if (depth > DEEPEST) return false;
  const def = definitionOf(fn, reg);
  if (def === undefined) {
    const ways = movesTo(fn, reg);
    return ways.length > 1 && ways.every(({ a }) => madeOfNumbers(fn, a, depth + 1));
  }
  const next = depth + 1;
  switch (def.op) {
    case OP.constant:
      return typeof constantOf(def) === 'string';
    case OP.format:
      return def.args.every((arg, i) => NUMERIC_FORMAT.test(def.names?.[i] ?? '') || fills(fn, arg, next));
    case OP.binary: {
      if (/^Add=?$/.test(def.name)) return madeOfNumbers(fn, def.a, next) && madeOfNumbers(fn, def.b, next);
      const text = def.name === 'Mod' ? fixedText(fn, def.a) : undefined;
      if (text === undefined) return false;
      const kinds = [...text.matchAll(PERCENT)].map(([, kind = '']) => kind).filter((kind) => kind !== '%');
      const given = definitionOf(fn, def.b);
      const values = given?.op === OP.sequence ? given.args : [def.b];
      return kinds.every((kind, i) => NUMERIC_FORMAT.test(kind) || fills(fn, values[i] ?? -1, next));
    }
    case OP.call: {
      const callee = fn.defs[def.a];
      return callee?.op === OP.global && callee.name === 'str' && fills(fn, def.args[0] ?? -1, next);
    }
    case OP.method:
      if (/^(encode|strip|lower|upper)$/.test(def.name)) return madeOfNumbers(fn, def.a, next);
      return (
        def.name === 'format' &&
        fixedText(fn, def.a) !== undefined &&
        def.args.every((arg, i) => !/^\*/.test(def.names?.[i] ?? '') && fills(fn, arg, next))
      );
    default:
      return false;
  }
};
