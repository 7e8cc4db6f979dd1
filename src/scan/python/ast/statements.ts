import type { Arguments, Expr, Keyword, Located, Operator } from './expressions.ts';
import type { Pattern } from './patterns.ts';

export interface Module extends Located {
  type: 'Module';
  body: Stmt[];
}

export interface FunctionDef extends Located {
  type: 'FunctionDef';
  name: string;
  args: Arguments;
  body: Stmt[];
  decorator_list: Expr[];
  returns: Expr | null;
  type_params: TypeParam[];
}

export interface AsyncFunctionDef extends Located {
  type: 'AsyncFunctionDef';
  name: string;
  args: Arguments;
  body: Stmt[];
  decorator_list: Expr[];
  returns: Expr | null;
  type_params: TypeParam[];
}

export interface ClassDef extends Located {
  type: 'ClassDef';
  name: string;
  bases: Expr[];
  keywords: Keyword[];
  body: Stmt[];
  decorator_list: Expr[];
  type_params: TypeParam[];
}

export interface Return extends Located {
  type: 'Return';
  value: Expr | null;
}

export interface Delete extends Located {
  type: 'Delete';
  targets: Expr[];
}

export interface Assign extends Located {
  type: 'Assign';
  targets: Expr[];
  value: Expr;
}

export interface TypeAlias extends Located {
  type: 'TypeAlias';
  name: Expr;
  type_params: TypeParam[];
  value: Expr;
}

export interface AugAssign extends Located {
  type: 'AugAssign';
  target: Expr;
  op: Operator;
  value: Expr;
}

export interface AnnAssign extends Located {
  type: 'AnnAssign';
  target: Expr;
  annotation: Expr;
  value: Expr | null;
  /** The target is a bare name, not in parentheses. */
  simple: boolean;
}

export interface For extends Located {
  type: 'For';
  target: Expr;
  iter: Expr;
  body: Stmt[];
  orelse: Stmt[];
}

export interface AsyncFor extends Located {
  type: 'AsyncFor';
  target: Expr;
  iter: Expr;
  body: Stmt[];
  orelse: Stmt[];
}

export interface While extends Located {
  type: 'While';
  test: Expr;
  body: Stmt[];
  orelse: Stmt[];
}

export interface If extends Located {
  type: 'If';
  test: Expr;
  body: Stmt[];
  /** For `elif`: exactly one `If`. */
  orelse: Stmt[];
}

export interface With extends Located {
  type: 'With';
  items: WithItem[];
  body: Stmt[];
}

export interface AsyncWith extends Located {
  type: 'AsyncWith';
  items: WithItem[];
  body: Stmt[];
}

export interface Match extends Located {
  type: 'Match';
  subject: Expr;
  cases: MatchCase[];
}

export interface Raise extends Located {
  type: 'Raise';
  exc: Expr | null;
  cause: Expr | null;
}

export interface Try extends Located {
  type: 'Try';
  body: Stmt[];
  handlers: ExceptHandler[];
  orelse: Stmt[];
  finalbody: Stmt[];
}

/** `try` with `except*` (PEP 654). */
export interface TryStar extends Located {
  type: 'TryStar';
  body: Stmt[];
  handlers: ExceptHandler[];
  orelse: Stmt[];
  finalbody: Stmt[];
}

export interface Assert extends Located {
  type: 'Assert';
  test: Expr;
  msg: Expr | null;
}

export interface Import extends Located {
  type: 'Import';
  names: Alias[];
}

export interface ImportFrom extends Located {
  type: 'ImportFrom';
  module: string | null;
  names: Alias[];
  /** How many leading dots. */
  level: number;
}

export interface Global extends Located {
  type: 'Global';
  names: string[];
}

export interface Nonlocal extends Located {
  type: 'Nonlocal';
  names: string[];
}

export interface ExprStmt extends Located {
  type: 'Expr';
  value: Expr;
}

export interface Pass extends Located {
  type: 'Pass';
}

export interface Break extends Located {
  type: 'Break';
}

export interface Continue extends Located {
  type: 'Continue';
}

/** A statement that could not be parsed, with the statements of the block below it that could. */
export interface ErrorStmt extends Located {
  type: 'ErrorStmt';
  body: Stmt[];
}

export type Stmt =
  | FunctionDef
  | AsyncFunctionDef
  | ClassDef
  | Return
  | Delete
  | Assign
  | TypeAlias
  | AugAssign
  | AnnAssign
  | For
  | AsyncFor
  | While
  | If
  | With
  | AsyncWith
  | Match
  | Raise
  | Try
  | TryStar
  | Assert
  | Import
  | ImportFrom
  | Global
  | Nonlocal
  | ExprStmt
  | Pass
  | Break
  | Continue
  | ErrorStmt;

// Parts of statements

export interface ExceptHandler extends Located {
  type: 'ExceptHandler';
  /** The exception or a tuple of them; `exceptType` in full, since `type` names the node. */
  exceptType: Expr | null;
  name: string | null;
  body: Stmt[];
}

export interface Alias extends Located {
  type: 'alias';
  /** With its dots; `*` for all names. */
  name: string;
  asname: string | null;
}

export interface WithItem extends Located {
  type: 'withitem';
  context_expr: Expr;
  optional_vars: Expr | null;
}

export interface MatchCase extends Located {
  type: 'match_case';
  pattern: Pattern;
  guard: Expr | null;
  body: Stmt[];
}

// Type parameters (PEP 695, defaults by PEP 696)

export interface TypeVar extends Located {
  type: 'TypeVar';
  name: string;
  bound: Expr | null;
  default_value: Expr | null;
}

export interface ParamSpec extends Located {
  type: 'ParamSpec';
  name: string;
  default_value: Expr | null;
}

export interface TypeVarTuple extends Located {
  type: 'TypeVarTuple';
  name: string;
  default_value: Expr | null;
}

export type TypeParam = TypeVar | ParamSpec | TypeVarTuple;
