import type { Constant, Expr } from '../ast.ts';
import { MAX_DECIMAL_DIGITS } from '../limits.ts';
import { BAD_NUMBER } from '../tokenizer/numbers.ts';
import type { Parser } from './parser.ts';

/** A number literal. */
export const number = (p: Parser): Expr => {
  const start = p.start;
  const value = p.values[p.index] as number;
  p.advance();
  const end = p.lastEnd;
  if (value >= 0) return { type: 'Constant', start, end, kind: 'int', value };
  if (value === BAD_NUMBER) return { type: 'ErrorExpr', start, end };
  return longNumber(p, start, end);
};

const longNumber = (p: Parser, start: number, end: number): Expr => {
  const text = p.source.slice(start, end).replaceAll('_', '').toLowerCase();
  const last = text.at(-1);
  if (text.startsWith('0x') || text.startsWith('0o') || text.startsWith('0b')) {
    return integer(start, end, text) ?? tooLong(p, start, end);
  }
  if (last === 'j')
    return { type: 'Constant', start, end, kind: 'complex', value: Number(text.slice(0, -1)) };
  if (text.includes('.') || text.includes('e')) {
    return { type: 'Constant', start, end, kind: 'float', value: Number(text) };
  }
  if (text.length > MAX_DECIMAL_DIGITS) return tooLong(p, start, end);
  return integer(start, end, text) ?? tooLong(p, start, end);
};

const integer = (start: number, end: number, text: string): Constant | null => {
  const near = Number(text);
  if (Number.isSafeInteger(near)) return { type: 'Constant', start, end, kind: 'int', value: near };
  try {
    return { type: 'Constant', start, end, kind: 'int', value: BigInt(text) };
  } catch (error) {
    // More digits than V8 has room for.
    if (error instanceof RangeError) return null;
    throw error;
  }
};

const tooLong = (p: Parser, start: number, end: number): Expr => {
  p.errors.report('an integer of too many digits', start, end);
  return { type: 'ErrorExpr', start, end };
};
