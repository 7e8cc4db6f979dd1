import type { Expr } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { expression, namedExpression, starredExpression } from './expressions.ts';
import type { Parser } from './parser.ts';
import { BRACKET_WEIGHT, errorExprInBrackets } from './recovery.ts';

/** What stands in the square brackets that begin here: an index, a slice, or a tuple of them. */
export const subscript = (p: Parser): Expr => {
  if (!p.tolerant) return parseSubscript(p);
  const open = p.index;
  const { depth } = p;
  try {
    return parseSubscript(p);
  } catch (caught) {
    return errorExprInBrackets(p, caught, open, depth);
  }
};

const parseSubscript = (p: Parser): Expr => {
  p.enter(BRACKET_WEIGHT);
  p.advance();
  const start = p.start;
  let index = element(p);
  if (p.kind === T.COMMA || index.type === 'Starred') {
    const elts = [index];
    while (p.accept(T.COMMA)) {
      if (p.kind === T.RSQB) break;
      elts.push(element(p));
    }
    index = { type: 'Tuple', start, end: p.lastEnd, elts, ctx: 'Load' };
  }
  p.expect(T.RSQB, "']'");
  p.depth -= BRACKET_WEIGHT;
  return index;
};

const element = (p: Parser): Expr => {
  if (p.kind === T.STAR) return starredExpression(p);
  const start = p.start;
  let lower: Expr | null = null;
  if (p.kind !== T.COLON) {
    const assigned = p.kind === T.NAME && p.peek(1) === T.COLONEQUAL;
    lower = namedExpression(p);
    if (p.kind !== T.COLON || assigned) return lower;
  }
  p.advance();
  const upper = bound(p);
  const step = p.accept(T.COLON) ? bound(p) : null;
  return { type: 'Slice', start, end: p.lastEnd, lower, upper, step };
};

const bound = (p: Parser): Expr | null =>
  p.kind === T.COLON || p.kind === T.COMMA || p.kind === T.RSQB ? null : expression(p);
