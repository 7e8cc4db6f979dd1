import type { Arguments, Expr, Stmt } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { block } from './blocks.ts';
import { type CallArguments, callArguments } from './calls.ts';
import { head } from './compound-statements.ts';
import { expression, namedExpression } from './expressions.ts';
import { parameters, typeParameters } from './parameters.ts';
import type { Parser } from './parser.ts';

/** Decorators and the function or class below them. */
export const decorated = (p: Parser): Stmt => {
  const start = p.start;
  const decorators: Expr[] = [];
  while (p.accept(T.AT)) {
    decorators.push(namedExpression(p));
    p.expect(T.NEWLINE, 'the end of the line');
  }
  const defines = p.kind === T.DEF || p.kind === T.CLASS || (p.kind === T.ASYNC && p.peek(1) === T.DEF);
  if (!defines) {
    p.report('a function or class expected behind its decorators');
    return { type: 'ErrorStmt', start, end: p.blockEnd(), body: [] };
  }
  return definition(p, decorators);
};

/** A function or class that begins here. */
export const definition = (p: Parser, decorators: Expr[]): Stmt =>
  p.kind === T.CLASS ? classDefinition(p, decorators) : functionDefinition(p, decorators);

interface Signature {
  args: Arguments;
  returns: Expr | null;
}

const signature = (p: Parser): Signature => {
  p.expect(T.LPAR, "'('");
  const args = parameters(p, T.RPAR);
  p.advance();
  const returns = p.accept(T.ARROW) ? expression(p) : null;
  return { args, returns };
};

const noSignature = ({ start, end }: { start: number; end: number }): Signature => ({
  args: {
    type: 'arguments',
    start,
    end,
    posonlyargs: [],
    args: [],
    vararg: null,
    kwonlyargs: [],
    kw_defaults: [],
    kwarg: null,
    defaults: [],
  },
  returns: null,
});

const functionDefinition = (p: Parser, decorator_list: Expr[]): Stmt => {
  const start = p.start;
  const type = p.accept(T.ASYNC) ? 'AsyncFunctionDef' : 'FunctionDef';
  p.advance();
  const name = p.expectName();
  const type_params = head(p, typeParameters, () => []);
  const { args, returns } = head(p, signature, noSignature);
  const body = block(p);
  return { type, start, end: p.blockEnd(), name, args, body, decorator_list, returns, type_params };
};

const noArguments = (): CallArguments => ({ args: [], keywords: [] });

// A class has no parentheses to share with a generator expression.
const classArguments = (p: Parser): CallArguments => {
  if (p.kind !== T.LPAR) return noArguments();
  const open = p.start;
  const found = callArguments(p);
  const [first] = found.args;
  if (first?.type === 'GeneratorExp' && first.start === open) {
    p.errors.report('a generator expression as a base class needs parentheses', first.start, first.end);
  }
  return found;
};

const classDefinition = (p: Parser, decorator_list: Expr[]): Stmt => {
  const start = p.start;
  p.advance();
  const name = p.expectName();
  const type_params = head(p, typeParameters, () => []);
  const { args: bases, keywords } = head(p, classArguments, noArguments);
  const body = block(p);
  return {
    type: 'ClassDef',
    start,
    end: p.blockEnd(),
    name,
    bases,
    keywords,
    body,
    decorator_list,
    type_params,
  };
};
