import type { Expr } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { comprehensions } from './comprehensions.ts';
import { bitwiseOr, expression, starNamedExpression, yieldExpression } from './expressions.ts';
import { number } from './numbers.ts';
import type { Parser } from './parser.ts';
import { BRACKET_WEIGHT, orErrorExpr } from './recovery.ts';
import { strings } from './strings.ts';

const STARTS: Uint8Array = new Uint8Array(T.KIND_COUNT);
for (const kind of [
  T.NAME,
  T.NUMBER,
  T.STRING,
  T.FSTRING_START,
  T.LPAR,
  T.LSQB,
  T.LBRACE,
  T.ELLIPSIS,
  T.FALSE,
  T.NONE,
  T.TRUE,
]) {
  STARTS[kind] = 1;
}

/** Whether a token of this kind can begin an atom. */
export const startsAtom = (kind: number): boolean => STARTS[kind] === 1;

/** `atom`: a name, a literal, or something in brackets. */
export const atom = (p: Parser): Expr => {
  const start = p.start;
  switch (p.kind) {
    case T.NAME: {
      const id = p.name;
      p.advance();
      return { type: 'Name', start, end: p.lastEnd, id, ctx: 'Load' };
    }
    case T.NUMBER:
      return number(p);
    case T.STRING:
    case T.FSTRING_START:
      return strings(p);
    case T.LPAR:
      return p.tolerant ? orErrorExpr(p, parenthesized) : parenthesized(p);
    case T.LSQB:
      return p.tolerant ? orErrorExpr(p, list) : list(p);
    case T.LBRACE:
      return p.tolerant ? orErrorExpr(p, braces) : braces(p);
    case T.NONE:
      p.advance();
      return { type: 'Constant', start, end: p.lastEnd, kind: 'None', value: null };
    case T.TRUE:
      p.advance();
      return { type: 'Constant', start, end: p.lastEnd, kind: 'bool', value: true };
    case T.FALSE:
      p.advance();
      return { type: 'Constant', start, end: p.lastEnd, kind: 'bool', value: false };
    case T.ELLIPSIS:
      p.advance();
      return { type: 'Constant', start, end: p.lastEnd, kind: 'Ellipsis', value: null };
    default:
      return p.fail('an expression expected');
  }
};

const startsComprehension = (p: Parser): boolean =>
  p.kind === T.FOR || (p.kind === T.ASYNC && p.peek(1) === T.FOR);

// The elements behind the first, up to the bracket that closes them.
const moreElements = (p: Parser, elts: Expr[], close: number): void => {
  while (p.accept(T.COMMA)) {
    if (p.kind === close) return;
    elts.push(starNamedExpression(p));
  }
};

// `( … )`: a group, a tuple or a generator expression. A group leaves no trace in the tree.
const parenthesized = (p: Parser): Expr => {
  const start = p.start;
  p.enter(BRACKET_WEIGHT);
  p.advance();
  let inner: Expr;
  if (p.kind === T.RPAR) {
    p.advance();
    inner = { type: 'Tuple', start, end: p.lastEnd, elts: [], ctx: 'Load' };
  } else if (p.kind === T.YIELD) {
    inner = yieldExpression(p);
    p.expect(T.RPAR, "')'");
  } else {
    inner = parenthesizedElements(p, start);
  }
  p.depth -= BRACKET_WEIGHT;
  return inner;
};

const parenthesizedElements = (p: Parser, start: number): Expr => {
  const first = starNamedExpression(p);
  if (p.kind === T.COMMA) {
    const elts = [first];
    moreElements(p, elts, T.RPAR);
    p.expect(T.RPAR, "')'");
    return { type: 'Tuple', start, end: p.lastEnd, elts, ctx: 'Load' };
  }
  if (first.type === 'Starred' && p.kind !== T.ERROR) {
    p.failAt('an unpacked value stands in no list or tuple', first.start, first.end);
  }
  if (startsComprehension(p)) {
    const generators = comprehensions(p);
    p.expect(T.RPAR, "')'");
    return { type: 'GeneratorExp', start, end: p.lastEnd, elt: first, generators };
  }
  p.expect(T.RPAR, "')'");
  return first;
};

// `[ … ]`: a list or a list comprehension.
const list = (p: Parser): Expr => {
  const start = p.start;
  p.enter(BRACKET_WEIGHT);
  p.advance();
  const elts: Expr[] = [];
  if (p.kind !== T.RSQB) {
    elts.push(starNamedExpression(p));
    if (startsComprehension(p)) return listComprehension(p, start, elts[0] as Expr);
    moreElements(p, elts, T.RSQB);
  }
  p.expect(T.RSQB, "']'");
  p.depth -= BRACKET_WEIGHT;
  return { type: 'List', start, end: p.lastEnd, elts, ctx: 'Load' };
};

const refuseUnpacking = (p: Parser, elt: Expr): void => {
  if (elt.type === 'Starred') p.failAt('a comprehension cannot unpack', elt.start, elt.end);
};

const listComprehension = (p: Parser, start: number, elt: Expr): Expr => {
  refuseUnpacking(p, elt);
  const generators = comprehensions(p);
  p.expect(T.RSQB, "']'");
  p.depth -= BRACKET_WEIGHT;
  return { type: 'ListComp', start, end: p.lastEnd, elt, generators };
};

// `{ … }`: a dict, a set or a comprehension of either.
const braces = (p: Parser): Expr => {
  const start = p.start;
  p.enter(BRACKET_WEIGHT);
  p.advance();
  const inner = p.kind === T.RBRACE || p.kind === T.DOUBLESTAR ? dict(p, start, null) : setOrDict(p, start);
  p.expect(T.RBRACE, "'}'");
  p.depth -= BRACKET_WEIGHT;
  inner.end = p.lastEnd;
  return inner;
};

const setOrDict = (p: Parser, start: number): Expr => {
  // `{a := 1: 2}` is no dict, though `{(a := 1): 2}` is.
  const canBeKey = p.kind !== T.STAR && !(p.kind === T.NAME && p.peek(1) === T.COLONEQUAL);
  const first = starNamedExpression(p);
  if (p.kind === T.COLON && canBeKey) return dict(p, start, first);
  if (startsComprehension(p)) {
    refuseUnpacking(p, first);
    return { type: 'SetComp', start, end: start, elt: first, generators: comprehensions(p) };
  }
  const elts = [first];
  moreElements(p, elts, T.RBRACE);
  return { type: 'Set', start, end: start, elts };
};

const dict = (p: Parser, start: number, firstKey: Expr | null): Expr => {
  const keys: (Expr | null)[] = [];
  const values: Expr[] = [];
  let key = firstKey;
  for (;;) {
    if (key === null && p.accept(T.DOUBLESTAR)) {
      keys.push(null);
      values.push(bitwiseOr(p));
    } else if (key === null && p.kind === T.RBRACE) break;
    else {
      key ??= expression(p);
      p.expect(T.COLON, "':'");
      const value = expression(p);
      if (keys.length === 0 && startsComprehension(p)) {
        return { type: 'DictComp', start, end: start, key, value, generators: comprehensions(p) };
      }
      keys.push(key);
      values.push(value);
      key = null;
    }
    if (!p.accept(T.COMMA)) break;
  }
  return { type: 'Dict', start, end: start, keys, values };
};
