import type { Alias, Expr, Operator, Stmt } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import {
  assignedValue,
  expression,
  OPERATORS,
  primary,
  starExpressions,
  startsExpression,
  yieldExpression,
} from './expressions.ts';
import { typeParameters } from './parameters.ts';
import type { Parser } from './parser.ts';
import { toDeleted, toTarget } from './targets.ts';

/** One simple statement, without the line break or semicolon behind it. */
export const simpleStatement = (p: Parser): Stmt => {
  switch (p.kind) {
    case T.RETURN:
      return returnStatement(p);
    case T.IMPORT:
      return importStatement(p);
    case T.FROM:
      return fromStatement(p);
    case T.PASS:
    case T.BREAK:
    case T.CONTINUE:
      return word(p);
    case T.RAISE:
      return raise(p);
    case T.ASSERT:
      return assertion(p);
    case T.DEL:
      return deletion(p);
    case T.GLOBAL:
    case T.NONLOCAL:
      return declaration(p);
    case T.NAME:
      // `type X = …` and `type X[T] = …` only: `type` is a name everywhere else.
      if (p.values[p.index] === T.TYPE_NAME && p.peek(1) === T.NAME) return typeAlias(p);
      return expressionStatement(p);
    default:
      return expressionStatement(p);
  }
};

const word = (p: Parser): Stmt => {
  const start = p.start;
  const type = p.kind === T.PASS ? 'Pass' : p.kind === T.BREAK ? 'Break' : 'Continue';
  p.advance();
  return { type, start, end: p.lastEnd };
};

const returnStatement = (p: Parser): Stmt => {
  const start = p.start;
  p.advance();
  const value = p.kind === T.STAR || startsExpression(p) ? starExpressions(p) : null;
  return { type: 'Return', start, end: p.lastEnd, value };
};

const raise = (p: Parser): Stmt => {
  const start = p.start;
  p.advance();
  const exc = startsExpression(p) ? expression(p) : null;
  const cause = exc !== null && p.accept(T.FROM) ? expression(p) : null;
  return { type: 'Raise', start, end: p.lastEnd, exc, cause };
};

const assertion = (p: Parser): Stmt => {
  const start = p.start;
  p.advance();
  const test = expression(p);
  const msg = p.accept(T.COMMA) ? expression(p) : null;
  return { type: 'Assert', start, end: p.lastEnd, test, msg };
};

const deletion = (p: Parser): Stmt => {
  const start = p.start;
  p.advance();
  const targets = [primary(p)];
  while (p.accept(T.COMMA) && startsExpression(p)) targets.push(primary(p));
  for (const target of targets) toDeleted(p, target);
  return { type: 'Delete', start, end: p.lastEnd, targets };
};

const declaration = (p: Parser): Stmt => {
  const start = p.start;
  const type = p.kind === T.GLOBAL ? 'Global' : 'Nonlocal';
  p.advance();
  const names = [p.expectName()];
  while (p.accept(T.COMMA)) names.push(p.expectName());
  return { type, start, end: p.lastEnd, names };
};

const typeAlias = (p: Parser): Stmt => {
  const start = p.start;
  p.advance();
  const nameStart = p.start;
  const id = p.expectName();
  const name: Expr = { type: 'Name', start: nameStart, end: p.lastEnd, id, ctx: 'Store' };
  const type_params = typeParameters(p);
  p.expect(T.EQUAL, "'='");
  const value = expression(p);
  return { type: 'TypeAlias', start, end: p.lastEnd, name, type_params, value };
};

const dottedName = (p: Parser): string => {
  let name = p.expectName();
  while (p.accept(T.DOT)) name += `.${p.expectName()}`;
  return name;
};

const asName = (p: Parser): string | null => (p.accept(T.AS) ? p.expectName() : null);

const importStatement = (p: Parser): Stmt => {
  const start = p.start;
  const names: Alias[] = [];
  do {
    p.advance();
    const nameStart = p.start;
    const name = dottedName(p);
    const asname = asName(p);
    names.push({ type: 'alias', start: nameStart, end: p.lastEnd, name, asname });
  } while (p.kind === T.COMMA);
  return { type: 'Import', start, end: p.lastEnd, names };
};

const fromStatement = (p: Parser): Stmt => {
  const start = p.start;
  p.advance();
  let level = 0;
  for (; p.kind === T.DOT || p.kind === T.ELLIPSIS; p.advance()) level += p.kind === T.DOT ? 1 : 3;
  const module = level > 0 && p.kind === T.IMPORT ? null : dottedName(p);
  p.expect(T.IMPORT, "'import'");
  const names = importedNames(p);
  if (module === '__future__' && level === 0) noteFuture(p, names);
  return { type: 'ImportFrom', start, end: p.lastEnd, module, names, level };
};

const noteFuture = (p: Parser, names: readonly Alias[]): void => {
  if (names.some(({ name }) => name === 'barry_as_FLUFL')) p.diamonds = true;
};

const importedNames = (p: Parser): Alias[] => {
  const start = p.start;
  if (p.accept(T.STAR)) return [{ type: 'alias', start, end: p.lastEnd, name: '*', asname: null }];
  const parenthesized = p.accept(T.LPAR);
  const names: Alias[] = [];
  do {
    if (parenthesized && names.length > 0 && p.kind === T.RPAR) break;
    const nameStart = p.start;
    const name = p.expectName();
    const asname = asName(p);
    names.push({ type: 'alias', start: nameStart, end: p.lastEnd, name, asname });
  } while (p.accept(T.COMMA));
  if (parenthesized) p.expect(T.RPAR, "')'");
  return names;
};

// An assignment of any kind, or an expression on its own.
const expressionStatement = (p: Parser): Stmt => {
  const start = p.start;
  if (p.kind === T.YIELD) {
    const value = yieldExpression(p);
    return { type: 'Expr', start, end: p.lastEnd, value };
  }
  const value = starExpressions(p);
  const { kind } = p;
  if (kind === T.EQUAL) return assignment(p, start, value);
  if (kind === T.COLON) return annotation(p, start, value);
  if (kind >= T.PLUSEQUAL && kind <= T.DOUBLESLASHEQUAL) return augmentation(p, start, value);
  return { type: 'Expr', start, end: p.lastEnd, value };
};

const assignment = (p: Parser, start: number, first: Expr): Stmt => {
  const targets: Expr[] = [];
  let value = first;
  while (p.accept(T.EQUAL)) {
    toTarget(p, value, true);
    targets.push(value);
    value = assignedValue(p);
  }
  return { type: 'Assign', start, end: p.lastEnd, targets, value };
};

// Only one target at a time can be annotated or augmented.
const toSingleTarget = (p: Parser, target: Expr): void => {
  if (target.type === 'Tuple' || target.type === 'List') {
    p.failAt('several targets where one is expected', target.start, target.end);
  }
  toTarget(p, target, false);
};

const annotation = (p: Parser, start: number, target: Expr): Stmt => {
  toSingleTarget(p, target);
  p.advance();
  const annotated = expression(p);
  const value = p.accept(T.EQUAL) ? assignedValue(p) : null;
  const simple = target.type === 'Name' && target.start === start;
  return { type: 'AnnAssign', start, end: p.lastEnd, target, annotation: annotated, value, simple };
};

const augmentation = (p: Parser, start: number, target: Expr): Stmt => {
  toSingleTarget(p, target);
  const op = OPERATORS[p.kind - T.PLUSEQUAL] as Operator;
  p.advance();
  const value = assignedValue(p);
  return { type: 'AugAssign', start, end: p.lastEnd, target, op, value };
};
