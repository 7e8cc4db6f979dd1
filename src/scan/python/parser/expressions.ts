import type { BoolOperator, CompareOperator, Expr, Operator } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { atom, startsAtom } from './atoms.ts';
import { callArguments } from './calls.ts';
import { lambda } from './parameters.ts';
import type { Parser } from './parser.ts';
import { subscript } from './subscripts.ts';

// How tightly each binary operator binds; 0 for tokens that are none. `**` is read with the operand on its left.
const BINDING: Uint8Array = new Uint8Array(T.KIND_COUNT);
BINDING[T.VBAR] = 1;
BINDING[T.CIRCUMFLEX] = 2;
BINDING[T.AMPER] = 3;
BINDING[T.LEFTSHIFT] = BINDING[T.RIGHTSHIFT] = 4;
BINDING[T.PLUS] = BINDING[T.MINUS] = 5;
BINDING[T.STAR] = BINDING[T.SLASH] = BINDING[T.DOUBLESLASH] = BINDING[T.PERCENT] = BINDING[T.AT] = 6;

/** What the operators from PLUS on are called in the tree. */
export const OPERATORS: readonly Operator[] = [
  'Add',
  'Sub',
  'Mult',
  'MatMult',
  'Div',
  'Mod',
  'BitAnd',
  'BitOr',
  'BitXor',
  'LShift',
  'RShift',
  'Pow',
  'FloorDiv',
];

const COMPARISONS: readonly CompareOperator[] = ['Eq', 'NotEq', 'Lt', 'LtE', 'Gt', 'GtE'];

// Tokens behind an operand that make it part of a larger expression below the conditional.
const CONTINUES: Uint8Array = new Uint8Array(T.KIND_COUNT);
for (let kind = T.PLUS; kind <= T.DOUBLESLASH; kind++) CONTINUES[kind] = 1;
for (let kind = T.EQEQUAL; kind <= T.GREATEREQUAL; kind++) CONTINUES[kind] = 1;
for (const kind of [T.IN, T.IS, T.NOT, T.AND, T.OR]) CONTINUES[kind] = 1;

// Trailers of an operand.
const TRAILS: Uint8Array = new Uint8Array(T.KIND_COUNT);
TRAILS[T.DOT] = TRAILS[T.LPAR] = TRAILS[T.LSQB] = 1;

/** `expression` of the grammar: a conditional, a disjunction or a lambda. */
export const expression = (p: Parser): Expr => {
  if (p.kind === T.LAMBDA) return lambda(p);
  const start = p.start;
  const body = disjunction(p);
  if (p.kind !== T.IF) return body;
  p.advance();
  const test = disjunction(p);
  p.expect(T.ELSE, "'else'");
  p.enter(1);
  const orelse = expression(p);
  p.depth--;
  return { type: 'IfExp', start, end: p.lastEnd, test, body, orelse };
};

/** `named_expression`: an expression or an assignment expression. */
export const namedExpression = (p: Parser): Expr => {
  if (p.kind === T.NAME && p.peek(1) === T.COLONEQUAL) return assignmentExpression(p);
  return expression(p);
};

const assignmentExpression = (p: Parser): Expr => {
  const start = p.start;
  const id = p.name;
  p.advance();
  const target: Expr = { type: 'Name', start, end: p.lastEnd, id, ctx: 'Store' };
  p.advance();
  const value = expression(p);
  return { type: 'NamedExpr', start, end: p.lastEnd, target, value };
};

const starred = (p: Parser, value: (p: Parser) => Expr): Expr => {
  const start = p.start;
  p.advance();
  const inner = value(p);
  return { type: 'Starred', start, end: p.lastEnd, value: inner, ctx: 'Load' };
};

/** `star_expression`: an expression, or one unpacked. */
export const starExpression = (p: Parser): Expr =>
  p.kind === T.STAR ? starred(p, bitwiseOr) : expression(p);

/** `star_named_expression`: as an element of a list, set or tuple. */
export const starNamedExpression = (p: Parser): Expr =>
  p.kind === T.STAR ? starred(p, bitwiseOr) : namedExpression(p);

/** `starred_expression`: as an argument or index, where anything can be unpacked. */
export const starredExpression = (p: Parser): Expr => starred(p, expression);

/** Whether the current token can begin an expression. */
export const startsExpression = (p: Parser): boolean => {
  switch (p.kind) {
    case T.NOT:
    case T.LAMBDA:
    case T.AWAIT:
    case T.PLUS:
    case T.MINUS:
    case T.TILDE:
      return true;
    default:
      return startsAtom(p.kind);
  }
};

/** Elements with commas between them, from the second on, if there are any: then all are a tuple. */
export const tupleOf = (p: Parser, first: Expr, start: number, element: (p: Parser) => Expr): Expr => {
  if (!p.accept(T.COMMA)) return first;
  const elts = [first];
  while (p.kind === T.STAR || startsExpression(p)) {
    elts.push(element(p));
    if (!p.accept(T.COMMA)) break;
  }
  return { type: 'Tuple', start, end: p.lastEnd, elts, ctx: 'Load' };
};

/** `star_expressions`: one expression, or a tuple without parentheses. */
export const starExpressions = (p: Parser): Expr => {
  const start = p.start;
  return tupleOf(p, starExpression(p), start, starExpression);
};

/** `yield_expr`. */
export const yieldExpression = (p: Parser): Expr => {
  const start = p.start;
  p.advance();
  if (p.accept(T.FROM)) {
    const value = expression(p);
    return { type: 'YieldFrom', start, end: p.lastEnd, value };
  }
  const value = p.kind === T.STAR || startsExpression(p) ? starExpressions(p) : null;
  return { type: 'Yield', start, end: p.lastEnd, value };
};

/** `annotated_rhs`: what may stand on the right of an assignment. */
export const assignedValue = (p: Parser): Expr =>
  p.kind === T.YIELD ? yieldExpression(p) : starExpressions(p);

/** `disjunction`: everything but the conditional, lambda and assignment expressions. */
export const disjunction = (p: Parser): Expr => {
  const start = p.start;
  let left: Expr;
  if (p.kind === T.NOT) left = inversion(p);
  else {
    left = factor(p);
    if (CONTINUES[p.kind] === 0) return left;
    left = comparisonFrom(p, left, start);
  }
  if (p.kind === T.AND) left = chain(p, left, start, T.AND, 'And', inversion);
  if (p.kind === T.OR) left = chain(p, left, start, T.OR, 'Or', conjunction);
  return left;
};

const chain = (
  p: Parser,
  first: Expr,
  start: number,
  kind: number,
  op: BoolOperator,
  operand: (p: Parser) => Expr,
): Expr => {
  const values = [first];
  while (p.accept(kind)) values.push(operand(p));
  return { type: 'BoolOp', start, end: p.lastEnd, op, values };
};

const conjunction = (p: Parser): Expr => {
  const start = p.start;
  const first = inversion(p);
  return p.kind === T.AND ? chain(p, first, start, T.AND, 'And', inversion) : first;
};

const inversion = (p: Parser): Expr => {
  const start = p.start;
  if (p.kind !== T.NOT) return comparisonFrom(p, factor(p), start);
  p.enter(1);
  p.advance();
  const operand = inversion(p);
  p.depth--;
  return { type: 'UnaryOp', start, end: p.lastEnd, op: 'Not', operand };
};

// The comparison operator that is next, passed, or null.
const comparisonOperator = (p: Parser): CompareOperator | null => {
  const { kind } = p;
  if (kind >= T.EQEQUAL && kind <= T.GREATEREQUAL) {
    if (kind === T.NOTEQUAL && (p.values[p.index] === T.DIAMOND) !== p.diamonds) {
      p.report(p.diamonds ? "'<>' expected, as the file asks for" : "'!=' expected");
    }
    p.advance();
    return COMPARISONS[kind - T.EQEQUAL] as CompareOperator;
  }
  if (kind === T.IN) {
    p.advance();
    return 'In';
  }
  if (kind === T.IS) {
    p.advance();
    return p.accept(T.NOT) ? 'IsNot' : 'Is';
  }
  if (kind === T.NOT && p.peek(1) === T.IN) {
    p.advance();
    p.advance();
    return 'NotIn';
  }
  return null;
};

const comparisonFrom = (p: Parser, operand: Expr, start: number): Expr => {
  const left = binaryFrom(p, operand, start, 1);
  let op = comparisonOperator(p);
  if (op === null) return left;
  const ops: CompareOperator[] = [];
  const comparators: Expr[] = [];
  do {
    ops.push(op);
    comparators.push(bitwiseOr(p));
    op = comparisonOperator(p);
  } while (op !== null);
  return { type: 'Compare', start, end: p.lastEnd, left, ops, comparators };
};

/** `bitwise_or`: arithmetic, without comparisons. */
export const bitwiseOr = (p: Parser): Expr => {
  const start = p.start;
  return binaryFrom(p, factor(p), start, 1);
};

// Binary operators that bind at least as tightly as `floor`, on a left operand that was read. All are left-associative,
// so that a chain of any length takes no stack.
const binaryFrom = (p: Parser, operand: Expr, start: number, floor: number): Expr => {
  let left = operand;
  for (;;) {
    const { kind } = p;
    const binding = BINDING[kind] as number;
    if (binding < floor || binding === 0) return left;
    p.advance();
    const rightStart = p.start;
    let right = factor(p);
    if ((BINDING[p.kind] as number) > binding) right = binaryFrom(p, right, rightStart, binding + 1);
    const op = OPERATORS[kind - T.PLUS] as Operator;
    left = { type: 'BinOp', start, end: p.lastEnd, left, op, right };
  }
};

const factor = (p: Parser): Expr => {
  const { kind } = p;
  if (kind !== T.MINUS && kind !== T.PLUS && kind !== T.TILDE) return power(p);
  const start = p.start;
  p.enter(1);
  p.advance();
  const operand = factor(p);
  p.depth--;
  const op = kind === T.MINUS ? 'USub' : kind === T.PLUS ? 'UAdd' : 'Invert';
  return { type: 'UnaryOp', start, end: p.lastEnd, op, operand };
};

const power = (p: Parser): Expr => {
  const start = p.start;
  const left = p.kind === T.AWAIT ? awaited(p) : primary(p);
  if (p.kind !== T.DOUBLESTAR) return left;
  p.enter(1);
  p.advance();
  const right = factor(p);
  p.depth--;
  return { type: 'BinOp', start, end: p.lastEnd, left, op: 'Pow', right };
};

const awaited = (p: Parser): Expr => {
  const start = p.start;
  p.advance();
  const value = primary(p);
  return { type: 'Await', start, end: p.lastEnd, value };
};

/** `primary`: an atom with any number of attributes, calls and subscripts behind it. */
export const primary = (p: Parser): Expr => {
  const start = p.start;
  let left = atom(p);
  while (TRAILS[p.kind] === 1) {
    if (p.kind === T.DOT) {
      p.advance();
      const attr = p.expectName();
      left = { type: 'Attribute', start, end: p.lastEnd, value: left, attr, ctx: 'Load' };
    } else if (p.kind === T.LPAR) {
      const { args, keywords } = callArguments(p);
      left = { type: 'Call', start, end: p.lastEnd, func: left, args, keywords };
    } else {
      const slice = subscript(p);
      left = { type: 'Subscript', start, end: p.lastEnd, value: left, slice, ctx: 'Load' };
    }
  }
  return left;
};
