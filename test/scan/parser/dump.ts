import type { Constant, JoinedStr, MatchSingleton, Node, StrConstant } from '../../../src/scan/python/ast.ts';
import type { ParseResult } from '../../../src/scan/python/result.ts';

// Fields in the order of CPython; `=` marks nodes that have no position there.
const FIELDS: Partial<Record<Node['type'], string>> = {
  Module: '= body',
  FunctionDef: 'name args body decorator_list returns type_params',
  AsyncFunctionDef: 'name args body decorator_list returns type_params',
  ClassDef: 'name bases keywords body decorator_list type_params',
  Return: 'value',
  Delete: 'targets',
  Assign: 'targets value',
  TypeAlias: 'name type_params value',
  AugAssign: 'target op value',
  AnnAssign: 'target annotation value simple',
  For: 'target iter body orelse',
  AsyncFor: 'target iter body orelse',
  While: 'test body orelse',
  If: 'test body orelse',
  With: 'items body',
  AsyncWith: 'items body',
  Match: 'subject cases',
  Raise: 'exc cause',
  Try: 'body handlers orelse finalbody',
  TryStar: 'body handlers orelse finalbody',
  Assert: 'test msg',
  Import: 'names',
  ImportFrom: 'module names level',
  Global: 'names',
  Nonlocal: 'names',
  Expr: 'value',
  Pass: '',
  Break: '',
  Continue: '',
  BoolOp: 'op values',
  NamedExpr: 'target value',
  BinOp: 'left op right',
  UnaryOp: 'op operand',
  Lambda: 'args body',
  IfExp: 'test body orelse',
  Dict: 'keys values',
  Set: 'elts',
  ListComp: 'elt generators',
  SetComp: 'elt generators',
  DictComp: 'key value generators',
  GeneratorExp: 'elt generators',
  Await: 'value',
  Yield: 'value',
  YieldFrom: 'value',
  Compare: 'left ops comparators',
  Call: 'func args keywords',
  FormattedValue: 'value conversion format_spec',
  Interpolation: 'value str conversion format_spec',
  JoinedStr: 'values',
  TemplateStr: 'values',
  Attribute: 'value attr ctx',
  Subscript: 'value slice ctx',
  Starred: 'value ctx',
  Name: 'id ctx',
  List: 'elts ctx',
  Tuple: 'elts ctx',
  Slice: 'lower upper step',
  comprehension: '= target iter ifs is_async',
  ExceptHandler: 'exceptType name body',
  arguments: '= posonlyargs args vararg kwonlyargs kw_defaults kwarg defaults',
  arg: 'arg annotation',
  keyword: 'arg value',
  alias: 'name asname',
  withitem: '= context_expr optional_vars',
  match_case: '= pattern guard body',
  MatchValue: 'value',
  MatchSequence: 'patterns',
  MatchMapping: 'keys patterns rest',
  MatchClass: 'cls patterns kwd_attrs kwd_patterns',
  MatchStar: 'name',
  MatchAs: 'pattern name',
  MatchOr: 'patterns',
  TypeVar: 'name bound default_value',
  ParamSpec: 'name default_value',
  TypeVarTuple: 'name default_value',
};

interface Shape {
  located: boolean;
  fields: readonly string[];
}

const SHAPES = new Map<string, Shape>(
  Object.entries(FIELDS).map(([type, text]) => {
    const fields = text.split(' ').filter((field) => field !== '' && field !== '=');
    return [type, { located: !text.startsWith('='), fields }];
  }),
);

const BARE = new Set(['op', 'ops', 'ctx']);

/** A string as Python's `json` writes it with `ensure_ascii`. */
const quote = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const double = (value: number): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
};

const constant = (node: Constant): string => {
  switch (node.kind) {
    case 'str':
      return `str ${quote(node.value)}`;
    case 'bytes':
      return `bytes ${Buffer.from(node.value).toString('hex')}`;
    case 'int':
      return `int ${node.value.toString(16)}`;
    case 'float':
    case 'complex':
      return `${node.kind} ${double(node.value)}`;
    case 'bool':
      return node.value ? 'True' : 'False';
    default:
      return node.kind;
  }
};

const singleton = (node: MatchSingleton): string =>
  node.value === null ? '~' : node.value ? 'True' : 'False';

// CPython cuts the text of a format specification behind `\N{…}`, and then forgets that it was a specification: if it is
// all text, what is left is the constant. Nobody can tell the two apart at run time, so our tree keeps the rule.
const CUT_BEHIND_NAME = /\\N\{[^}]*\}./s;

const isCut = (spec: JoinedStr, source: string): boolean => {
  const [only] = spec.values;
  return (
    spec.values.length === 1 &&
    only?.type === 'Constant' &&
    CUT_BEHIND_NAME.test(source.slice(only.start, only.end))
  );
};

/** The tree as the text that oracle.py gives for the same file. */
export const dump = ({ module, lines, source }: ParseResult): string => {
  const out: string[] = [];
  const place = (offset: number) => `${lines.lineAt(offset)}:${lines.utf8ColumnAt(offset)}`;
  const write = (value: unknown, field: string): void => {
    if (value === null) out.push('~');
    else if (Array.isArray(value)) {
      out.push('[');
      for (const item of value) write(item, field);
      out.push(']');
    } else if (typeof value === 'string') out.push(BARE.has(field) ? value : quote(value));
    else if (field === 'format_spec' && isCut(value as JoinedStr, source)) {
      const { start, end, values } = value as JoinedStr;
      node({ ...(values[0] as StrConstant), start, end });
    } else if (typeof value === 'object') node(value as Node);
    else out.push(String(Number(value)));
  };
  const node = (value: Node): void => {
    const shape = SHAPES.get(value.type);
    const located = shape?.located !== false;
    const type = value.type;
    out.push(located ? `(${type} ${place(value.start)}-${place(value.end)}` : `(${type}`);
    if (value.type === 'Constant') {
      out.push(constant(value), value.kind === 'str' && value.unicode ? 'u' : '~');
    } else if (value.type === 'MatchSingleton') out.push(singleton(value));
    else {
      const record = value as unknown as Record<string, unknown>;
      for (const field of shape?.fields ?? []) write(record[field], field);
    }
    out.push(')');
  };
  node(module);
  return out.join('\n');
};
