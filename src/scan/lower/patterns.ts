import { constant } from '../flow/value.ts';
import type { Pattern, Stmt } from '../python/ast.ts';
import type { Builder } from './builder.ts';
import { lowerCondition, lowerExpr } from './expressions.ts';
import { type Block, OP } from './ir.ts';
import { storeName } from './names.ts';
import { lowerBody } from './statements.ts';

export const lowerMatch = (b: Builder, stmt: Extract<Stmt, { type: 'Match' }>): void => {
  const subject = b.phi();
  const direct = stmt.subject.type === 'Name' ? lowerExpr(b, stmt.subject) : -1;
  b.emit(OP.move, stmt.subject, { dst: subject, a: direct >= 0 ? direct : lowerExpr(b, stmt.subject) });
  const after = b.newBlock();
  for (const each of stmt.cases) {
    const [taken, next] = [b.newBlock(), b.newBlock()];
    lowerPattern(b, each.pattern, subject, next);
    if (each.guard !== null) {
      lowerCondition(b, each.guard, taken, next);
      b.block = taken;
    } else b.goto(taken, taken);
    lowerBody(b, each.body);
    b.goto(after, next);
  }
  b.goto(after, after);
};

const testOr = (b: Builder, cond: number, no: Block): void => {
  const yes = b.newBlock();
  b.branch(cond, yes, no);
  b.block = yes;
};

/** Goes on in the open block when `subject` matches, and to `no` when not. */
const lowerPattern = (b: Builder, pattern: Pattern, subject: number, no: Block): void => {
  switch (pattern.type) {
    case 'MatchValue':
      testOr(b, b.emit(OP.compare, pattern, { a: subject, b: lowerExpr(b, pattern.value), name: 'Eq' }), no);
      return;
    case 'MatchSingleton': {
      const value = b.constant(constant(pattern.value), pattern);
      testOr(b, b.emit(OP.compare, pattern, { a: subject, b: value, name: 'Is' }), no);
      return;
    }
    case 'MatchAs':
      if (pattern.pattern !== null) lowerPattern(b, pattern.pattern, subject, no);
      if (pattern.name !== null) storeName(b, pattern.name, subject, pattern);
      return;
    case 'MatchOr': {
      const yes = b.newBlock();
      for (const each of pattern.patterns) {
        const next = b.newBlock();
        lowerPattern(b, each, subject, next);
        b.goto(yes, next);
      }
      b.goto(no, yes);
      return;
    }
    case 'MatchSequence':
      testOr(b, b.emit(OP.match, pattern, { a: subject, name: 'sequence' }), no);
      pattern.patterns.forEach((part, i) => {
        if (part.type === 'MatchStar') {
          if (part.name !== null) {
            storeName(b, part.name, b.emit(OP.unpack, part, { a: subject, c: i, name: 'star' }), part);
          }
        } else lowerPattern(b, part, hold(b, b.emit(OP.unpack, part, { a: subject, c: i }), part), no);
      });
      return;
    case 'MatchMapping':
      testOr(b, b.emit(OP.match, pattern, { a: subject, name: 'mapping' }), no);
      pattern.keys.forEach((key, i) => {
        const part = pattern.patterns[i];
        const value = b.emit(OP.index, key, { a: subject, b: lowerExpr(b, key) });
        if (part !== undefined) lowerPattern(b, part, hold(b, value, part), no);
      });
      if (pattern.rest !== null) storeName(b, pattern.rest, subject, pattern);
      return;
    case 'MatchClass': {
      const isinstance = b.emit(OP.global, pattern, { name: 'isinstance' });
      const args = [subject, lowerExpr(b, pattern.cls)];
      testOr(b, b.emit(OP.call, pattern, { a: isinstance, args }), no);
      pattern.patterns.forEach((part) => {
        lowerPattern(b, part, convertedBy(b, pattern, subject), no);
      });
      pattern.kwd_patterns.forEach((part, i) => {
        const value = b.emit(OP.attr, part, { a: subject, name: pattern.kwd_attrs[i] ?? '' });
        lowerPattern(b, part, hold(b, value, part), no);
      });
      return;
    }
    case 'MatchStar':
  }
};

// `str(name)` in a pattern: what is bound is what the conversion would leave as it is.
const convertedBy = (
  b: Builder,
  pattern: Extract<Pattern, { type: 'MatchClass' }>,
  subject: number,
): number => {
  if (pattern.cls.type !== 'Name' || !/^(str|int|float|bool)$/.test(pattern.cls.id)) return subject;
  const args = [subject];
  return hold(b, b.emit(OP.call, pattern, { a: lowerExpr(b, pattern.cls), args }), pattern);
};

const hold = (b: Builder, value: number, at: { start: number; end: number }): number => {
  const slot = b.phi();
  b.emit(OP.move, at, { dst: slot, a: value });
  return slot;
};
