import type { Node } from './ast.ts';

// Fields that hold nodes or lists of nodes, in the order of CPython's grammar.
const FIELDS: { readonly [T in Node['type']]: readonly string[] } = {
  Module: ['body'],
  FunctionDef: ['args', 'body', 'decorator_list', 'returns', 'type_params'],
  AsyncFunctionDef: ['args', 'body', 'decorator_list', 'returns', 'type_params'],
  ClassDef: ['bases', 'keywords', 'body', 'decorator_list', 'type_params'],
  Return: ['value'],
  Delete: ['targets'],
  Assign: ['targets', 'value'],
  TypeAlias: ['name', 'type_params', 'value'],
  AugAssign: ['target', 'value'],
  AnnAssign: ['target', 'annotation', 'value'],
  For: ['target', 'iter', 'body', 'orelse'],
  AsyncFor: ['target', 'iter', 'body', 'orelse'],
  While: ['test', 'body', 'orelse'],
  If: ['test', 'body', 'orelse'],
  With: ['items', 'body'],
  AsyncWith: ['items', 'body'],
  Match: ['subject', 'cases'],
  Raise: ['exc', 'cause'],
  Try: ['body', 'handlers', 'orelse', 'finalbody'],
  TryStar: ['body', 'handlers', 'orelse', 'finalbody'],
  Assert: ['test', 'msg'],
  Import: ['names'],
  ImportFrom: ['names'],
  Global: [],
  Nonlocal: [],
  Expr: ['value'],
  Pass: [],
  Break: [],
  Continue: [],
  ErrorStmt: ['body'],
  BoolOp: ['values'],
  NamedExpr: ['target', 'value'],
  BinOp: ['left', 'right'],
  UnaryOp: ['operand'],
  Lambda: ['args', 'body'],
  IfExp: ['test', 'body', 'orelse'],
  Dict: ['keys', 'values'],
  Set: ['elts'],
  ListComp: ['elt', 'generators'],
  SetComp: ['elt', 'generators'],
  DictComp: ['key', 'value', 'generators'],
  GeneratorExp: ['elt', 'generators'],
  Await: ['value'],
  Yield: ['value'],
  YieldFrom: ['value'],
  Compare: ['left', 'comparators'],
  Call: ['func', 'args', 'keywords'],
  FormattedValue: ['value', 'format_spec'],
  Interpolation: ['value', 'format_spec'],
  JoinedStr: ['values'],
  TemplateStr: ['values'],
  Constant: [],
  Attribute: ['value'],
  Subscript: ['value', 'slice'],
  Starred: ['value'],
  Name: [],
  List: ['elts'],
  Tuple: ['elts'],
  Slice: ['lower', 'upper', 'step'],
  ErrorExpr: [],
  comprehension: ['target', 'iter', 'ifs'],
  ExceptHandler: ['exceptType', 'body'],
  arguments: ['posonlyargs', 'args', 'vararg', 'kwonlyargs', 'kw_defaults', 'kwarg', 'defaults'],
  arg: ['annotation'],
  keyword: ['value'],
  alias: [],
  withitem: ['context_expr', 'optional_vars'],
  match_case: ['pattern', 'guard', 'body'],
  MatchValue: ['value'],
  MatchSingleton: [],
  MatchSequence: ['patterns'],
  MatchMapping: ['keys', 'patterns'],
  MatchClass: ['cls', 'patterns', 'kwd_patterns'],
  MatchStar: [],
  MatchAs: ['pattern'],
  MatchOr: ['patterns'],
  TypeVar: ['bound', 'default_value'],
  ParamSpec: ['default_value'],
  TypeVarTuple: ['default_value'],
};

/** Adds the nodes directly below `node` to `children`, field by field. */
export const addChildren = (node: Node, children: Node[]): void => {
  const record = node as unknown as Record<string, Node | null | readonly (Node | null)[]>;
  const fields = FIELDS[node.type];
  for (let f = 0; f < fields.length; f++) {
    const value = record[fields[f] as string];
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) if (value[i] !== null) children.push(value[i] as Node);
    } else if (value) children.push(value as Node);
  }
};

/** The nodes directly below `node`, field by field. */
export const childrenOf = (node: Node): Node[] => {
  const children: Node[] = [];
  addChildren(node, children);
  return children;
};

/**
 * `root` and every node below it, parents first, siblings in the order of {@link childrenOf}. Never recurses, so that
 * no tree is too deep for it.
 */
export function* walk(root: Node): Generator<Node, void, undefined> {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    const children = childrenOf(node);
    for (let i = children.length - 1; i >= 0; i--) stack.push(children[i] as Node);
  }
}
