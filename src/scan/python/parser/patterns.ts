import type { Expr, Pattern } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { number } from './numbers.ts';
import type { Parser } from './parser.ts';
import { BRACKET_WEIGHT } from './recovery.ts';
import { strings } from './strings.ts';

const startsPattern = (p: Parser): boolean => {
  switch (p.kind) {
    case T.NAME:
    case T.NUMBER:
    case T.STRING:
    case T.FSTRING_START:
    case T.MINUS:
    case T.NONE:
    case T.TRUE:
    case T.FALSE:
    case T.LPAR:
    case T.LSQB:
    case T.LBRACE:
    case T.STAR:
      return true;
    default:
      return false;
  }
};

/** `patterns`: the pattern of a case; several with commas between them are a sequence. */
export const patterns = (p: Parser): Pattern => {
  const start = p.start;
  const first = maybeStar(p);
  if (p.kind !== T.COMMA) {
    if (first.type === 'MatchStar') p.fail("',' expected");
    return first;
  }
  const found = [first];
  while (p.accept(T.COMMA) && startsPattern(p)) found.push(maybeStar(p));
  return { type: 'MatchSequence', start, end: p.lastEnd, patterns: found };
};

const maybeStar = (p: Parser): Pattern => {
  const start = p.start;
  if (!p.accept(T.STAR)) return pattern(p);
  const name = captureOrWildcard(p);
  return { type: 'MatchStar', start, end: p.lastEnd, name };
};

// Behind a name that captures, nothing may stand that would make it a value, a class or a keyword.
const isFollowed = (p: Parser): boolean => p.kind === T.DOT || p.kind === T.LPAR || p.kind === T.EQUAL;

const captureOrWildcard = (p: Parser): string | null => {
  if (p.isWord(T.UNDERSCORE_NAME)) {
    p.advance();
    return null;
  }
  return capture(p);
};

const capture = (p: Parser): string => {
  if (p.isWord(T.UNDERSCORE_NAME)) p.fail("a name other than '_' expected");
  const name = p.expectName();
  if (isFollowed(p)) p.fail('a plain name expected');
  return name;
};

/** `pattern`: alternatives, with a name for the whole if there is one. */
const pattern = (p: Parser): Pattern => {
  const start = p.start;
  const inner = alternatives(p);
  if (!p.accept(T.AS)) return inner;
  const name = capture(p);
  return { type: 'MatchAs', start, end: p.lastEnd, pattern: inner, name };
};

const alternatives = (p: Parser): Pattern => {
  const start = p.start;
  const first = closed(p);
  if (p.kind !== T.VBAR) return first;
  const found = [first];
  while (p.accept(T.VBAR)) found.push(closed(p));
  return { type: 'MatchOr', start, end: p.lastEnd, patterns: found };
};

const singleton = (p: Parser): Pattern => {
  const start = p.start;
  const value = p.kind === T.NONE ? null : p.kind === T.TRUE;
  p.advance();
  return { type: 'MatchSingleton', start, end: p.lastEnd, value };
};

const closed = (p: Parser): Pattern => {
  switch (p.kind) {
    case T.NAME:
      return named(p);
    case T.NUMBER:
    case T.MINUS: {
      const start = p.start;
      const value = signedNumber(p);
      return { type: 'MatchValue', start, end: p.lastEnd, value };
    }
    case T.STRING:
    case T.FSTRING_START: {
      const start = p.start;
      const value = strings(p);
      return { type: 'MatchValue', start, end: p.lastEnd, value };
    }
    case T.NONE:
    case T.TRUE:
    case T.FALSE:
      return singleton(p);
    case T.LPAR:
      return nested(p, T.RPAR);
    case T.LSQB:
      return nested(p, T.RSQB);
    case T.LBRACE:
      return mapping(p);
    default:
      return p.fail('a pattern expected');
  }
};

const name = (p: Parser): Expr => {
  const start = p.start;
  const id = p.expectName();
  return { type: 'Name', start, end: p.lastEnd, id, ctx: 'Load' };
};

const dotted = (p: Parser): Expr => {
  const start = p.start;
  let value = name(p);
  while (p.accept(T.DOT)) {
    const attr = p.expectName();
    value = { type: 'Attribute', start, end: p.lastEnd, value, attr, ctx: 'Load' };
  }
  return value;
};

// A capture, a wildcard, a dotted name, or a class.
const named = (p: Parser): Pattern => {
  const start = p.start;
  const next = p.peek(1);
  // CPython takes `_` for a wildcard even before a dot or a parenthesis.
  if (p.isWord(T.UNDERSCORE_NAME) || (next !== T.DOT && next !== T.LPAR)) {
    const captured = captureOrWildcard(p);
    return { type: 'MatchAs', start, end: p.lastEnd, pattern: null, name: captured };
  }
  const value = dotted(p);
  if (p.kind === T.LPAR) return classPattern(p, start, value);
  if (p.kind === T.EQUAL) p.fail('the end of the pattern expected');
  return { type: 'MatchValue', start, end: p.lastEnd, value };
};

const unsigned = (p: Parser): Expr => {
  if (p.kind !== T.NUMBER) p.fail('a number expected');
  return number(p);
};

const isComplex = (value: Expr): boolean => value.type === 'Constant' && value.kind === 'complex';

// A number with or without a sign, or a complex one as a sum.
const signedNumber = (p: Parser): Expr => {
  const start = p.start;
  const negative = p.accept(T.MINUS);
  const real = unsigned(p);
  const left: Expr = negative ? { type: 'UnaryOp', start, end: p.lastEnd, op: 'USub', operand: real } : real;
  if (p.kind !== T.PLUS && p.kind !== T.MINUS) return left;
  const op = p.kind === T.PLUS ? 'Add' : 'Sub';
  p.advance();
  const right = unsigned(p);
  if (isComplex(real)) p.failAt('a real number expected', real.start, real.end);
  if (!isComplex(right)) p.failAt('an imaginary number expected', right.start, right.end);
  return { type: 'BinOp', start, end: p.lastEnd, left, op, right };
};

// `( … )` is a group if there is one pattern and no comma, else a sequence, as `[ … ]` always is.
const nested = (p: Parser, close: number): Pattern => {
  const start = p.start;
  p.enter(BRACKET_WEIGHT);
  p.advance();
  const found: Pattern[] = [];
  let comma = close === T.RSQB;
  while (p.kind !== close) {
    found.push(maybeStar(p));
    if (!p.accept(T.COMMA)) break;
    comma = true;
  }
  p.expect(close, close === T.RPAR ? "')'" : "']'");
  p.depth -= BRACKET_WEIGHT;
  const [only] = found;
  if (only !== undefined && found.length === 1 && !comma) {
    if (only.type === 'MatchStar') p.failAt('a starred pattern outside of a sequence', only.start, only.end);
    return only;
  }
  return { type: 'MatchSequence', start, end: p.lastEnd, patterns: found };
};

const mappingKey = (p: Parser): Expr => {
  const start = p.start;
  switch (p.kind) {
    case T.NUMBER:
    case T.MINUS:
      return signedNumber(p);
    case T.STRING:
    case T.FSTRING_START:
      return strings(p);
    case T.NONE:
      p.advance();
      return { type: 'Constant', start, end: p.lastEnd, kind: 'None', value: null };
    case T.TRUE:
    case T.FALSE: {
      const value = p.kind === T.TRUE;
      p.advance();
      return { type: 'Constant', start, end: p.lastEnd, kind: 'bool', value };
    }
    default: {
      const key = dotted(p);
      if (key.type === 'Name') p.failAt('a literal or a dotted name expected', key.start, key.end);
      return key;
    }
  }
};

const mapping = (p: Parser): Pattern => {
  const start = p.start;
  p.enter(BRACKET_WEIGHT);
  p.advance();
  const keys: Expr[] = [];
  const found: Pattern[] = [];
  let rest: string | null = null;
  while (p.kind !== T.RBRACE && rest === null) {
    if (p.accept(T.DOUBLESTAR)) rest = capture(p);
    else {
      keys.push(mappingKey(p));
      p.expect(T.COLON, "':'");
      found.push(pattern(p));
    }
    if (!p.accept(T.COMMA)) break;
  }
  p.expect(T.RBRACE, "'}'");
  p.depth -= BRACKET_WEIGHT;
  return { type: 'MatchMapping', start, end: p.lastEnd, keys, patterns: found, rest };
};

const classPattern = (p: Parser, start: number, cls: Expr): Pattern => {
  p.enter(BRACKET_WEIGHT);
  p.advance();
  const positional: Pattern[] = [];
  const kwd_attrs: string[] = [];
  const kwd_patterns: Pattern[] = [];
  while (p.kind !== T.RPAR) {
    if (p.kind === T.NAME && p.peek(1) === T.EQUAL) {
      kwd_attrs.push(p.expectName());
      p.advance();
      kwd_patterns.push(pattern(p));
    } else {
      if (kwd_attrs.length > 0) p.fail('a positional pattern behind a keyword pattern');
      positional.push(pattern(p));
    }
    if (!p.accept(T.COMMA)) break;
  }
  p.expect(T.RPAR, "')'");
  p.depth -= BRACKET_WEIGHT;
  return { type: 'MatchClass', start, end: p.lastEnd, cls, patterns: positional, kwd_attrs, kwd_patterns };
};
