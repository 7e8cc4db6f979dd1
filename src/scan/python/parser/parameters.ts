import type { Arg, Arguments, Expr, TypeParam } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { expression, starExpression } from './expressions.ts';
import type { Parser } from './parser.ts';

const emptyArguments = (start: number): Arguments => ({
  type: 'arguments',
  start,
  end: start,
  posonlyargs: [],
  args: [],
  vararg: null,
  kwonlyargs: [],
  kw_defaults: [],
  kwarg: null,
  defaults: [],
});

// One parameter. A lambda's have no annotations; that of `*args` may be unpacked (PEP 646).
const parameter = (p: Parser, annotated: boolean, unpacked: boolean): Arg => {
  const start = p.start;
  const arg = p.expectName();
  let annotation: Expr | null = null;
  if (annotated && p.accept(T.COLON)) annotation = unpacked ? starExpression(p) : expression(p);
  return { type: 'arg', start, end: p.lastEnd, arg, annotation };
};

/** The parameters up to the token of kind `close`, which is not passed: `)` of a function, `:` of a lambda. */
export const parameters = (p: Parser, close: number): Arguments => {
  const into = emptyArguments(p.start);
  const annotated = close === T.RPAR;
  let star = false;
  while (p.kind !== close) {
    if (into.kwarg !== null) p.fail('nothing can follow the parameter of all other keywords');
    if (p.accept(T.DOUBLESTAR)) into.kwarg = parameter(p, annotated, false);
    else if (p.accept(T.STAR)) {
      if (star) p.fail("a second '*'");
      star = true;
      if (p.kind === T.COMMA) {
        if (p.peek(1) !== T.NAME) p.fail("a named parameter behind '*' expected");
      } else into.vararg = parameter(p, annotated, true);
    } else if (p.kind === T.SLASH) slash(p, into, star);
    else named(p, into, star, annotated);
    if (p.kind !== close) p.expect(T.COMMA, "','");
  }
  into.end = Math.max(into.start, p.lastEnd);
  return into;
};

const slash = (p: Parser, into: Arguments, star: boolean): void => {
  if (star || into.args.length === 0 || into.posonlyargs.length > 0) p.fail("'/' cannot stand here");
  p.advance();
  into.posonlyargs = into.args;
  into.args = [];
};

const named = (p: Parser, into: Arguments, keywordOnly: boolean, annotated: boolean): void => {
  const arg = parameter(p, annotated, false);
  const value = p.accept(T.EQUAL) ? expression(p) : null;
  if (keywordOnly) {
    into.kwonlyargs.push(arg);
    into.kw_defaults.push(value);
    return;
  }
  into.args.push(arg);
  if (value !== null) into.defaults.push(value);
  else if (into.defaults.length > 0) {
    p.errors.report('a parameter without a default behind one that has one', arg.start, arg.end);
  }
};

/** `lambdef`. */
export const lambda = (p: Parser): Expr => {
  const start = p.start;
  p.enter(1);
  p.advance();
  const args = parameters(p, T.COLON);
  p.expect(T.COLON, "':'");
  const body = expression(p);
  p.depth--;
  return { type: 'Lambda', start, end: p.lastEnd, args, body };
};

const typeParameter = (p: Parser): TypeParam => {
  const start = p.start;
  if (p.accept(T.STAR)) {
    const name = p.expectName();
    const default_value = p.accept(T.EQUAL) ? starExpression(p) : null;
    return { type: 'TypeVarTuple', start, end: p.lastEnd, name, default_value };
  }
  if (p.accept(T.DOUBLESTAR)) {
    const name = p.expectName();
    const default_value = p.accept(T.EQUAL) ? expression(p) : null;
    return { type: 'ParamSpec', start, end: p.lastEnd, name, default_value };
  }
  const name = p.expectName();
  const bound = p.accept(T.COLON) ? expression(p) : null;
  const default_value = p.accept(T.EQUAL) ? expression(p) : null;
  return { type: 'TypeVar', start, end: p.lastEnd, name, bound, default_value };
};

/** `type_params` (PEP 695), if they are next. */
export const typeParameters = (p: Parser): TypeParam[] => {
  const parameters: TypeParam[] = [];
  if (!p.accept(T.LSQB)) return parameters;
  do parameters.push(typeParameter(p));
  while (p.accept(T.COMMA) && p.kind !== T.RSQB);
  p.expect(T.RSQB, "']'");
  return parameters;
};
