import type { Expr, Keyword } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { comprehensions } from './comprehensions.ts';
import { expression, namedExpression, starredExpression } from './expressions.ts';
import type { Parser } from './parser.ts';
import { BRACKET_WEIGHT, errorExprInBrackets } from './recovery.ts';

/** The arguments of a call or of a class definition. */
export interface CallArguments {
  args: Expr[];
  keywords: Keyword[];
}

/** What stands in the parentheses that begin here: the arguments, in the order that Python asks for. */
export const callArguments = (p: Parser): CallArguments => {
  if (!p.tolerant) return parseArguments(p);
  const open = p.index;
  const { depth } = p;
  try {
    return parseArguments(p);
  } catch (caught) {
    return { args: [errorExprInBrackets(p, caught, open, depth)], keywords: [] };
  }
};

const parseArguments = (p: Parser): CallArguments => {
  const open = p.start;
  p.enter(BRACKET_WEIGHT);
  p.advance();
  const args: Expr[] = [];
  const keywords: Keyword[] = [];
  let unpackedKeywords = false;
  while (p.kind !== T.RPAR) {
    const start = p.start;
    if (p.kind === T.DOUBLESTAR) {
      p.advance();
      const value = expression(p);
      keywords.push({ type: 'keyword', start, end: p.lastEnd, arg: null, value });
      unpackedKeywords = true;
    } else if (p.kind === T.STAR) {
      if (unpackedKeywords) p.report('an unpacked list behind unpacked keywords');
      args.push(starredExpression(p));
    } else if (p.kind === T.NAME && p.peek(1) === T.EQUAL) {
      const arg = p.name;
      p.advance();
      p.advance();
      const value = expression(p);
      keywords.push({ type: 'keyword', start, end: p.lastEnd, arg, value });
    } else {
      if (keywords.length > 0) p.report('a positional argument behind a keyword argument');
      const value = namedExpression(p);
      if (p.kind === T.FOR || (p.kind === T.ASYNC && p.peek(1) === T.FOR)) {
        args.push(generatorArgument(p, open, value, args.length + keywords.length === 0));
        break;
      }
      args.push(value);
    }
    if (!p.accept(T.COMMA)) break;
  }
  p.expect(T.RPAR, "')'");
  p.depth -= BRACKET_WEIGHT;
  return { args, keywords };
};

// `f(x for x in y)`: the parentheses of the call are those of the generator expression, so it must be alone.
const generatorArgument = (p: Parser, open: number, elt: Expr, alone: boolean): Expr => {
  const generators = comprehensions(p);
  if (!alone || p.kind !== T.RPAR) p.fail('a generator expression beside other arguments needs parentheses');
  const end = p.ends[p.index] as number;
  return { type: 'GeneratorExp', start: open, end, elt, generators };
};
