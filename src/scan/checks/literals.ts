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

const HASHING = /^(hexdigest|digest|md5|sha\d+|blake2\w|b64encode)$/;

/** The name that a value goes by, through calls that only bring it into another form. */
export const nameOf = (fn: FunctionCode, reg: number, depth = 0): string => {
  const slot = fn.slots[reg];
  if (slot !== undefined && slot !== '') return slot;
  const def = fn.defs[reg];
  if (def === undefined) {
    const moves = movesTo(fn, reg);
    return moves.length === 1 && depth < 4 ? nameOf(fn, moves[0]?.a ?? -1, depth + 1) : '';
  }
  if (def.op === OP.index) return literal(fn, def.b) ?? '';
  if (def.op === OP.method && /^(get|strip|encode|decode)$/.test(def.name))
    return literal(fn, def.args[0] ?? -1) ?? nameOf(fn, def.a, depth + 1);
  // `sha256(password).hexdigest()` is the password for whoever compares it.
  if (def.op === OP.method && HASHING.test(def.name)) return nameOf(fn, def.args[0] ?? def.a, depth + 1);
  return def.op === OP.attr || def.op === OP.global || def.op === OP.cell ? def.name : '';
};
