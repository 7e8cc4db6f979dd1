import type { Comprehension, Expr } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { disjunction } from './expressions.ts';
import type { Parser } from './parser.ts';
import { starTargets } from './targets.ts';

/** `for_if_clauses`: one or more `for … in … if …`. */
export const comprehensions = (p: Parser): Comprehension[] => {
  const generators: Comprehension[] = [];
  while (p.kind === T.FOR || (p.kind === T.ASYNC && p.peek(1) === T.FOR)) {
    const start = p.start;
    const is_async = p.accept(T.ASYNC);
    p.advance();
    const target = starTargets(p);
    p.expect(T.IN, "'in'");
    const iter = disjunction(p);
    const ifs: Expr[] = [];
    while (p.accept(T.IF)) ifs.push(disjunction(p));
    generators.push({ type: 'comprehension', start, end: p.lastEnd, target, iter, ifs, is_async });
  }
  return generators;
};
