import type { ErrorExpr, Expr } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import type { Parser } from './parser.ts';

/** How much deeper a pair of brackets makes an expression: each takes the parser as many calls as a few operators. */
export const BRACKET_WEIGHT = 4;

const OPENS = (kind: number): boolean => kind === T.LPAR || kind === T.LSQB || kind === T.LBRACE;
const CLOSES = (kind: number): boolean => kind === T.RPAR || kind === T.RSQB || kind === T.RBRACE;

/** The place of the bracket that closes the one at `open`, or -1 if the line ends before. */
export const closingBracket = (p: Parser, open: number): number => {
  let depth = 0;
  for (let at = open; ; at++) {
    const kind = p.kinds[at] as number;
    if (kind <= T.DEDENT) return -1;
    if (OPENS(kind)) depth++;
    else if (CLOSES(kind) && --depth <= 0) return at;
  }
};

/**
 * After an abort inside the brackets that open at place `open`: goes behind the bracket that closes them and stands in
 * for what is between them. Throws `caught` again when nothing closes them.
 */
export const errorExprInBrackets = (p: Parser, caught: unknown, open: number, depth: number): ErrorExpr => {
  if (!p.isAbort(caught)) throw caught;
  const close = closingBracket(p, open);
  if (close < 0) throw caught;
  p.depth = depth;
  p.goTo(close + 1);
  return { type: 'ErrorExpr', start: p.ends[open] as number, end: p.starts[close] as number };
};

/** What `parse` reads from the bracket that is next, or an `ErrorExpr` from that bracket to the one that closes it. */
export const orErrorExpr = (p: Parser, parse: (p: Parser) => Expr): Expr => {
  const open = p.index;
  const { depth } = p;
  try {
    return parse(p);
  } catch (caught) {
    const inner = errorExprInBrackets(p, caught, open, depth);
    return { type: 'ErrorExpr', start: inner.start - 1, end: inner.end + 1 };
  }
};
