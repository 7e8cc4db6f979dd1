import { onlyConstant } from '../flow/value.ts';
import { type FunctionCode, OP } from '../lower/ir.ts';
import { movesTo } from './words.ts';

/** The text that stands in register `reg`, written out in one piece or in several. */
export const literal = (fn: FunctionCode, reg: number, depth = 0): string | null => {
  const def = fn.defs[reg];
  if (def?.op === OP.binary && def.name === 'Add' && depth < 8) {
    const [left, right] = [literal(fn, def.a, depth + 1), literal(fn, def.b, depth + 1)];
    return left === null || right === null ? null : left + right;
  }
  if (def?.op !== OP.constant || def.val === null) return null;
  const value = onlyConstant(def.val);
  return typeof value === 'string' ? value : null;
};

/** `encode()` and the like of a literal are the literal. */
export const literalBytes = (fn: FunctionCode, reg: number): string | null => {
  const def = fn.defs[reg];
  return def?.op === OP.method && /^(encode|strip)$/.test(def.name) ? literal(fn, def.a) : literal(fn, reg);
};

/** `environ.get('SECRET_KEY', 'literal')`, `getenv('SECRET_KEY') or 'literal'`: the name, and what is used without it. */
export const fallback = (fn: FunctionCode, reg: number): { name: string; value: string } | null => {
  const either = fn.defs[reg] === undefined && (fn.slots[reg] ?? '') === '' ? movesTo(fn, reg) : [];
  for (const { a } of either) {
    const value = literal(fn, a);
    // `getenv('SECRET_KEY') or 'literal'`
    if (value !== null) return { name: '', value };
  }
  const def = fn.defs[reg];
  if (def === undefined || (def.op !== OP.method && def.op !== OP.call)) return null;
  const name = literal(fn, def.args[0] ?? -1);
  const value = literal(fn, def.args[1] ?? -1);
  const named = def.names?.[1] ?? '';
  if (name === null || value === null || !/^[A-Z][A-Z0-9_]+$/.test(name)) return null;
  return named === '' || named === 'default' ? { name, value } : null;
};
