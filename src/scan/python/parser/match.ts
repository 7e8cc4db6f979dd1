import type { Expr, MatchCase, Pattern, Stmt } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { block, statements } from './blocks.ts';
import { head } from './compound-statements.ts';
import { namedExpression, starNamedExpression, tupleOf } from './expressions.ts';
import type { Parser } from './parser.ts';
import { patterns } from './patterns.ts';

// A match statement is the only one that begins with a name and ends its line with a colon and a block of cases.
export const isMatch = (p: Parser): boolean => {
  if (!p.isWord(T.MATCH_NAME)) return false;
  const next = p.peek(1);
  if (next === T.DOT || next === T.EQUAL || next <= T.DEDENT) return false;
  let at = p.index + 1;
  while ((p.kinds[at] as number) > T.DEDENT) at++;
  return (
    at - p.index > 2 &&
    p.kinds[at] === T.NEWLINE &&
    p.kinds[at - 1] === T.COLON &&
    p.kinds[at + 1] === T.INDENT &&
    p.kinds[at + 2] === T.NAME &&
    p.values[at + 2] === T.CASE_NAME
  );
};

const subject = (p: Parser): Expr => {
  const start = p.start;
  const first = starNamedExpression(p);
  if (first.type === 'Starred' && p.kind !== T.COMMA) p.fail("',' expected");
  return tupleOf(p, first, start, starNamedExpression);
};

interface CaseHead {
  pattern: Pattern;
  guard: Expr | null;
}

const caseHead = (p: Parser): CaseHead => {
  const pattern = patterns(p);
  return { pattern, guard: p.accept(T.IF) ? namedExpression(p) : null };
};

const matchCase = (p: Parser): MatchCase => {
  const start = p.start;
  p.advance();
  const { pattern, guard } = head<CaseHead>(p, caseHead, (error) => ({
    pattern: { type: 'MatchValue', start: error.start, end: error.end, value: error },
    guard: null,
  }));
  const body = block(p);
  return { type: 'match_case', start, end: p.blockEnd(), pattern, guard, body };
};

// Statements that belong to no case.
const strayStatements = (p: Parser): MatchCase => {
  const start = p.start;
  p.report("'case' expected");
  const error: Expr = { type: 'ErrorExpr', start, end: start };
  const body: Stmt[] = [];
  statements(p, body);
  const pattern: Pattern = { type: 'MatchValue', start, end: start, value: error };
  return { type: 'match_case', start, end: p.blockEnd(), pattern, guard: null, body };
};

/** `match` with its cases. */
export const matchStatement = (p: Parser): Stmt => {
  const start = p.start;
  p.advance();
  const of = head<Expr>(p, subject, (error) => error);
  const cases: MatchCase[] = [];
  // `isMatch` has seen these, but an error in the subject may have led elsewhere.
  p.expect(T.COLON, "':'");
  p.expect(T.NEWLINE, 'the end of the line');
  p.expect(T.INDENT, 'an indented block');
  p.enter(1);
  while (p.kind !== T.DEDENT && p.kind !== T.END) {
    cases.push(p.isWord(T.CASE_NAME) ? matchCase(p) : strayStatements(p));
  }
  p.depth--;
  p.accept(T.DEDENT);
  return { type: 'Match', start, end: p.blockEnd(), subject: of, cases };
};
