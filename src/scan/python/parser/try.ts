import type { ExceptHandler, Expr, Stmt } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { block } from './blocks.ts';
import { elseBlock, head } from './compound-statements.ts';
import { expression, tupleOf } from './expressions.ts';
import type { Parser } from './parser.ts';

interface Caught {
  exceptType: Expr | null;
  name: string | null;
}

const caughtTypes = (p: Parser): Caught => {
  const start = p.start;
  const first = expression(p);
  if (p.accept(T.AS)) return { exceptType: first, name: p.expectName() };
  // PEP 758: several types need no parentheses, unless the exception gets a name.
  return { exceptType: tupleOf(p, first, start, expression), name: null };
};

const handler = (p: Parser, start: number, bare: boolean): ExceptHandler => {
  const { exceptType, name } = bare
    ? { exceptType: null, name: null }
    : head<Caught>(p, caughtTypes, (error) => ({ exceptType: error, name: null }));
  const body = block(p);
  return { type: 'ExceptHandler', start, end: p.blockEnd(), exceptType, name, body };
};

/** `try` with its handlers, `else` and `finally`. */
export const tryStatement = (p: Parser): Stmt => {
  const start = p.start;
  p.advance();
  const body = block(p);
  const handlers: ExceptHandler[] = [];
  let groups: boolean | null = null;
  for (let handlerStart = p.start; p.accept(T.EXCEPT); handlerStart = p.start) {
    const isGroup = p.accept(T.STAR);
    if (groups !== null && groups !== isGroup) p.report("'except' and 'except*' beside each other");
    groups ??= isGroup;
    handlers.push(handler(p, handlerStart, p.kind === T.COLON && !isGroup));
  }
  if (handlers.length === 0 && p.kind !== T.FINALLY) p.report("'except' or 'finally' expected");
  const orelse = handlers.length > 0 ? elseBlock(p) : [];
  const finalbody = p.accept(T.FINALLY) ? block(p) : [];
  const type = groups === true ? 'TryStar' : 'Try';
  return { type, start, end: p.blockEnd(), body, handlers, orelse, finalbody };
};
