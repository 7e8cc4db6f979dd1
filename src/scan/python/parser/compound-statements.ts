import type { ErrorExpr, Expr, Stmt, WithItem } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { block, skipToBlock } from './blocks.ts';
import { decorated, definition } from './definitions.ts';
import { expression, namedExpression, starExpressions } from './expressions.ts';
import { isMatch, matchStatement } from './match.ts';
import { ABORT, type Parser } from './parser.ts';
import { closingBracket } from './recovery.ts';
import { starTarget, starTargets, toTarget } from './targets.ts';
import { tryStatement } from './try.ts';

const STARTS: Uint8Array = new Uint8Array(T.KIND_COUNT);
for (const kind of [T.IF, T.FOR, T.WHILE, T.TRY, T.WITH, T.DEF, T.CLASS, T.ASYNC, T.AT]) STARTS[kind] = 1;

/** Whether a compound statement is next. */
export const startsCompound = (p: Parser): boolean => STARTS[p.kind] === 1 || isMatch(p);

/** One compound statement, with its blocks. */
export const compoundStatement = (p: Parser): Stmt => {
  switch (p.kind) {
    case T.IF:
      return ifStatement(p);
    case T.FOR:
      return forStatement(p, p.start, false);
    case T.WHILE:
      return whileStatement(p);
    case T.TRY:
      return tryStatement(p);
    case T.WITH:
      return withStatement(p, p.start, false);
    case T.DEF:
    case T.CLASS:
      return definition(p, []);
    case T.AT:
      return decorated(p);
    case T.ASYNC:
      return asyncStatement(p);
    default:
      return matchStatement(p);
  }
};

/**
 * What `parse` reads of the head of a statement. If it cannot be parsed, goes to the block below and gives `fallback`
 * of the stretch that was left out: the statement and its block stay.
 */
export const head = <T>(p: Parser, parse: (p: Parser) => T, fallback: (error: ErrorExpr) => T): T => {
  const start = p.start;
  const { depth } = p;
  try {
    return parse(p);
  } catch (caught) {
    if (!p.isAbort(caught)) throw caught;
    p.depth = depth;
    skipToBlock(p);
    return fallback({ type: 'ErrorExpr', start, end: Math.max(start, p.lastEnd) });
  }
};

const itself = (error: ErrorExpr): Expr => error;

/** `else` and its block, if they are next. */
export const elseBlock = (p: Parser): Stmt[] => (p.accept(T.ELSE) ? block(p) : []);

// `elif` nests, in the tree, but is read in a loop. All that are nested end where the last one does.
const ifStatement = (p: Parser): Stmt => {
  const first = branch(p);
  const chain = [first];
  let last = first;
  while (p.kind === T.ELIF) {
    const next = branch(p);
    last.orelse = [next];
    last = next;
    chain.push(next);
  }
  last.orelse = elseBlock(p);
  const end = p.blockEnd();
  for (const part of chain) part.end = end;
  return first;
};

const branch = (p: Parser): Extract<Stmt, { type: 'If' }> => {
  const start = p.start;
  p.advance();
  const test = head(p, namedExpression, itself);
  return { type: 'If', start, end: start, test, body: block(p), orelse: [] };
};

const whileStatement = (p: Parser): Stmt => {
  const start = p.start;
  p.advance();
  const test = head(p, namedExpression, itself);
  const body = block(p);
  const orelse = elseBlock(p);
  return { type: 'While', start, end: p.blockEnd(), test, body, orelse };
};

const loopHead = (p: Parser): { target: Expr; iter: Expr } => {
  const target = starTargets(p);
  p.expect(T.IN, "'in'");
  return { target, iter: starExpressions(p) };
};

const forStatement = (p: Parser, start: number, isAsync: boolean): Stmt => {
  p.advance();
  const { target, iter } = head(p, loopHead, (error) => ({ target: error, iter: error }));
  const body = block(p);
  const orelse = elseBlock(p);
  return { type: isAsync ? 'AsyncFor' : 'For', start, end: p.blockEnd(), target, iter, body, orelse };
};

const withItem = (p: Parser): WithItem => {
  const start = p.start;
  const context_expr = expression(p);
  let optional_vars: Expr | null = null;
  if (p.accept(T.AS)) {
    optional_vars = starTarget(p);
    toTarget(p, optional_vars, true);
  }
  return { type: 'withitem', start, end: p.lastEnd, context_expr, optional_vars };
};

const parenthesizedItems = (p: Parser): WithItem[] => {
  p.advance();
  const items: WithItem[] = [];
  do items.push(withItem(p));
  while (p.accept(T.COMMA) && p.kind !== T.RPAR);
  p.expect(T.RPAR, "')'");
  return items;
};

// `with (a, b):` has two items, `with (a, b) as c:` has one, and `with (yield):` has one in parentheses of its own:
// if the parentheses end the line, their inside is tried as items first, as CPython does.
const withItems = (p: Parser): WithItem[] => {
  const { index, depth } = p;
  const { count } = p.errors;
  if (p.kind === T.LPAR && p.kinds[closingBracket(p, index) + 1] === T.COLON) {
    try {
      return parenthesizedItems(p);
    } catch (caught) {
      if (caught !== ABORT) throw caught;
      p.errors.rewind(count);
      p.goTo(index);
      p.depth = depth;
    }
  }
  const items: WithItem[] = [];
  do items.push(withItem(p));
  while (p.accept(T.COMMA));
  return items;
};

const withStatement = (p: Parser, start: number, isAsync: boolean): Stmt => {
  p.advance();
  const items = head(p, withItems, (error): WithItem[] => [
    { type: 'withitem', start: error.start, end: error.end, context_expr: error, optional_vars: null },
  ]);
  const body = block(p);
  return { type: isAsync ? 'AsyncWith' : 'With', start, end: p.blockEnd(), items, body };
};

const asyncStatement = (p: Parser): Stmt => {
  const start = p.start;
  const next = p.peek(1);
  if (next !== T.DEF && next !== T.FOR && next !== T.WITH)
    p.fail("'async' stands before def, for and with only");
  if (next === T.DEF) return definition(p, []);
  p.advance();
  return next === T.FOR ? forStatement(p, start, true) : withStatement(p, start, true);
};
