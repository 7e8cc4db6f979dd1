/**
 * Where a node stands: UTF-16 offsets into the source text, `end` exclusive, as CPython places the node (a
 * parenthesised expression without its parentheses, a tuple with them, a function from `def` or `async`, not from
 * its decorators). `LineTable` turns an offset into a line (1-based) and a column (0-based; UTF-16 or UTF-8).
 * Nodes that have no position in CPython (`arguments`, `comprehension`, `withitem`, `match_case`) have one here.
 */
export interface Located {
  start: number;
  end: number;
}

export type ExprContext = 'Load' | 'Store' | 'Del';
export type BoolOperator = 'And' | 'Or';
export type Operator =
  | 'Add'
  | 'Sub'
  | 'Mult'
  | 'MatMult'
  | 'Div'
  | 'Mod'
  | 'Pow'
  | 'LShift'
  | 'RShift'
  | 'BitOr'
  | 'BitXor'
  | 'BitAnd'
  | 'FloorDiv';
export type UnaryOperator = 'Invert' | 'Not' | 'UAdd' | 'USub';
export type CompareOperator = 'Eq' | 'NotEq' | 'Lt' | 'LtE' | 'Gt' | 'GtE' | 'Is' | 'IsNot' | 'In' | 'NotIn';

export interface BoolOp extends Located {
  type: 'BoolOp';
  op: BoolOperator;
  values: Expr[];
}

export interface NamedExpr extends Located {
  type: 'NamedExpr';
  target: Expr;
  value: Expr;
}

export interface BinOp extends Located {
  type: 'BinOp';
  left: Expr;
  op: Operator;
  right: Expr;
}

export interface UnaryOp extends Located {
  type: 'UnaryOp';
  op: UnaryOperator;
  operand: Expr;
}

export interface Lambda extends Located {
  type: 'Lambda';
  args: Arguments;
  body: Expr;
}

export interface IfExp extends Located {
  type: 'IfExp';
  test: Expr;
  body: Expr;
  orelse: Expr;
}

export interface Dict extends Located {
  type: 'Dict';
  /** `null` where the value is unpacked: `{**value}`. */
  keys: (Expr | null)[];
  values: Expr[];
}

export interface SetExpr extends Located {
  type: 'Set';
  elts: Expr[];
}

export interface ListComp extends Located {
  type: 'ListComp';
  elt: Expr;
  generators: Comprehension[];
}

export interface SetComp extends Located {
  type: 'SetComp';
  elt: Expr;
  generators: Comprehension[];
}

export interface DictComp extends Located {
  type: 'DictComp';
  key: Expr;
  value: Expr;
  generators: Comprehension[];
}

export interface GeneratorExp extends Located {
  type: 'GeneratorExp';
  elt: Expr;
  generators: Comprehension[];
}

export interface Await extends Located {
  type: 'Await';
  value: Expr;
}

export interface Yield extends Located {
  type: 'Yield';
  value: Expr | null;
}

export interface YieldFrom extends Located {
  type: 'YieldFrom';
  value: Expr;
}

export interface Compare extends Located {
  type: 'Compare';
  left: Expr;
  ops: CompareOperator[];
  comparators: Expr[];
}

export interface Call extends Located {
  type: 'Call';
  func: Expr;
  /** `*args` is a `Starred`. */
  args: Expr[];
  /** `**kwargs` is a keyword without `arg`. */
  keywords: Keyword[];
}

/** One `{…}` of an f-string. */
export interface FormattedValue extends Located {
  type: 'FormattedValue';
  value: Expr;
  /** -1, or the character code of `s`, `r` or `a`. */
  conversion: number;
  format_spec: JoinedStr | null;
}

/** One `{…}` of a t-string (PEP 750). */
export interface Interpolation extends Located {
  type: 'Interpolation';
  value: Expr;
  /** The text of the expression as written. */
  str: string;
  /** -1, or the character code of `s`, `r` or `a`. */
  conversion: number;
  format_spec: JoinedStr | null;
}

/** An f-string, or the format specification of one of its values. */
export interface JoinedStr extends Located {
  type: 'JoinedStr';
  values: Expr[];
}

/** A t-string (PEP 750). */
export interface TemplateStr extends Located {
  type: 'TemplateStr';
  values: Expr[];
}

/**
 * A literal. Adjacent string literals are one constant, as in CPython.
 * `value` is, by `kind`:
 * - `str`: the text after escapes; two adjacent surrogate escapes become one character, unlike in Python;
 * - `bytes`: the bytes; `int`: a number where it is a safe integer, else a bigint; `float`: a number;
 * - `complex`: the imaginary part (the literal has no other); `bool`: true or false;
 * - `None` and `Ellipsis`: null.
 *
 * A long text without escapes is a slice of the source, which V8 then keeps: whoever stores it for longer copies it.
 */
export type Constant =
  | StrConstant
  | BytesConstant
  | IntConstant
  | FloatConstant
  | ComplexConstant
  | BoolConstant
  | NoneConstant
  | EllipsisConstant;

interface ConstantBase extends Located {
  type: 'Constant';
}

export interface StrConstant extends ConstantBase {
  kind: 'str';
  value: string;
  /** Written with a `u` prefix. */
  unicode: boolean;
}

export interface BytesConstant extends ConstantBase {
  kind: 'bytes';
  value: Uint8Array;
}

export interface IntConstant extends ConstantBase {
  kind: 'int';
  value: number | bigint;
}

export interface FloatConstant extends ConstantBase {
  kind: 'float';
  value: number;
}

export interface ComplexConstant extends ConstantBase {
  kind: 'complex';
  value: number;
}

export interface BoolConstant extends ConstantBase {
  kind: 'bool';
  value: boolean;
}

export interface NoneConstant extends ConstantBase {
  kind: 'None';
  value: null;
}

export interface EllipsisConstant extends ConstantBase {
  kind: 'Ellipsis';
  value: null;
}

export interface Attribute extends Located {
  type: 'Attribute';
  value: Expr;
  attr: string;
  ctx: ExprContext;
}

export interface Subscript extends Located {
  type: 'Subscript';
  value: Expr;
  slice: Expr;
  ctx: ExprContext;
}

export interface Starred extends Located {
  type: 'Starred';
  value: Expr;
  ctx: ExprContext;
}

export interface Name extends Located {
  type: 'Name';
  /** Normalised (NFKC), as Python compares names. */
  id: string;
  ctx: ExprContext;
}

export interface List extends Located {
  type: 'List';
  elts: Expr[];
  ctx: ExprContext;
}

export interface Tuple extends Located {
  type: 'Tuple';
  elts: Expr[];
  ctx: ExprContext;
}

/** Only as `Subscript.slice`, or in a tuple there. */
export interface Slice extends Located {
  type: 'Slice';
  lower: Expr | null;
  upper: Expr | null;
  step: Expr | null;
}

/** An expression that could not be parsed: the inside of a pair of brackets, or where one is missing. */
export interface ErrorExpr extends Located {
  type: 'ErrorExpr';
}

export type Expr =
  | BoolOp
  | NamedExpr
  | BinOp
  | UnaryOp
  | Lambda
  | IfExp
  | Dict
  | SetExpr
  | ListComp
  | SetComp
  | DictComp
  | GeneratorExp
  | Await
  | Yield
  | YieldFrom
  | Compare
  | Call
  | FormattedValue
  | Interpolation
  | JoinedStr
  | TemplateStr
  | Constant
  | Attribute
  | Subscript
  | Starred
  | Name
  | List
  | Tuple
  | Slice
  | ErrorExpr;

// Parts of expressions

export interface Comprehension extends Located {
  type: 'comprehension';
  target: Expr;
  iter: Expr;
  ifs: Expr[];
  is_async: boolean;
}

export interface Arguments extends Located {
  type: 'arguments';
  posonlyargs: Arg[];
  args: Arg[];
  vararg: Arg | null;
  kwonlyargs: Arg[];
  /** One for each of `kwonlyargs`; `null` where it is required. */
  kw_defaults: (Expr | null)[];
  kwarg: Arg | null;
  /** Of the last of `posonlyargs` and `args` together. */
  defaults: Expr[];
}

export interface Arg extends Located {
  type: 'arg';
  arg: string;
  annotation: Expr | null;
}

export interface Keyword extends Located {
  type: 'keyword';
  /** `null` for `**value`. */
  arg: string | null;
  value: Expr;
}
