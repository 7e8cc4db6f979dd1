/**
 * The tree of a Python file. Node types, their fields and the order of the fields follow the abstract grammar of
 * CPython 3.14 (`ast` module), except that
 * - positions are offsets, see {@link Located};
 * - operators and contexts are plain strings (`op: 'Add'`, `ctx: 'Load'`), and flags are booleans;
 * - a `Constant` says which kind of value it holds, see {@link Constant};
 * - type comments and `type_ignores` are left out (CPython leaves them empty unless asked);
 * - what could not be parsed stands in the tree as `ErrorStmt` or `ErrorExpr`.
 *
 * How deep a tree can get: everything is bounded (see `limits.ts`) except chains that lean left, as in
 * `a + b + c`, `a.b.c`, `f()()`, `a[0][1]`, and `elif` chains, which nest in `orelse`. Walk these in a loop
 * (`walk` and `childrenOf` of `walk.ts` never recurse).
 */
import type { Arg, Arguments, Comprehension, Expr, Keyword } from './ast/expressions.ts';
import type { Pattern } from './ast/patterns.ts';
import type { Alias, ExceptHandler, MatchCase, Module, Stmt, TypeParam, WithItem } from './ast/statements.ts';

export type * from './ast/expressions.ts';
export type * from './ast/patterns.ts';
export type * from './ast/statements.ts';

/** Any node of the tree. */
export type Node =
  | Module
  | Stmt
  | Expr
  | Pattern
  | TypeParam
  | Comprehension
  | ExceptHandler
  | Arguments
  | Arg
  | Keyword
  | Alias
  | WithItem
  | MatchCase;
