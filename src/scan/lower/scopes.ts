import type { Arguments, Expr, Node, Stmt } from '../python/ast.ts';
import { childrenOf } from '../python/walk.ts';

/** Which names a function (or the module) binds, and which of them its inner functions read. */
export interface Scope {
  readonly outer: Scope | null;
  readonly isModule: boolean;
  readonly bound: Set<string>;
  readonly globals: Set<string>;
  /** Bound here and used by a function inside. */
  readonly cells: Set<string>;
  readonly inner: Map<Node, Scope>;
  hasYield: boolean;
}

const makeScope = (outer: Scope | null): Scope => ({
  outer,
  isModule: outer === null,
  bound: new Set(),
  globals: new Set(),
  cells: new Set(),
  inner: new Map(),
  hasYield: false,
});

interface Pending {
  scope: Scope;
  used: Set<string>;
  nonlocals: Set<string>;
}

export const allArguments = (args: Arguments) => [
  ...args.posonlyargs,
  ...args.args,
  ...(args.vararg ? [args.vararg] : []),
  ...args.kwonlyargs,
  ...(args.kwarg ? [args.kwarg] : []),
];

/**
 * The scopes of a module, by the node that opens each. Class bodies and comprehensions are part of the function around
 * them: their names are told apart when they are lowered.
 */
export const findScopes = (body: readonly Stmt[]): Scope => {
  const root = makeScope(null);
  const pending: Pending[] = [];

  const visitFunction = (node: Node, args: Arguments, inside: readonly Node[], outer: Scope): void => {
    const scope = makeScope(outer);
    outer.inner.set(node, scope);
    for (const arg of allArguments(args)) scope.bound.add(arg.arg);
    visitScope(scope, inside);
  };

  const visitScope = (scope: Scope, nodes: readonly Node[]): void => {
    const here: Pending = { scope, used: new Set(), nonlocals: new Set() };
    // A stack of nodes; `inClass` tells names bound in a class body, which inner functions do not see.
    const stack: { node: Node; inClass: boolean }[] = [];
    const push = (children: readonly Node[], inClass: boolean) => {
      for (let i = 0; i < children.length; i++) stack.push({ node: children[i] as Node, inClass });
    };
    push(nodes, false);
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { node, inClass } = top;
      const bind = (name: string) => {
        if (!inClass) scope.bound.add(name);
      };
      switch (node.type) {
        case 'Name':
          if (node.ctx === 'Load') here.used.add(node.id);
          else bind(node.id);
          continue;
        case 'FunctionDef':
        case 'AsyncFunctionDef':
          bind(node.name);
          push(node.decorator_list, inClass);
          push(node.args.defaults, inClass);
          push(
            node.args.kw_defaults.filter((value): value is Expr => value !== null),
            inClass,
          );
          visitFunction(node, node.args, node.body, scope);
          continue;
        case 'Lambda':
          push(node.args.defaults, inClass);
          visitFunction(node, node.args, [node.body], scope);
          continue;
        case 'ClassDef':
          bind(node.name);
          push(node.decorator_list, inClass);
          push(node.bases, inClass);
          push(node.keywords, inClass);
          push(node.body, true);
          continue;
        case 'Global':
          for (const name of node.names) scope.globals.add(name);
          continue;
        case 'Nonlocal':
          for (const name of node.names) {
            here.used.add(name);
            here.nonlocals.add(name);
          }
          continue;
        case 'Import':
        case 'ImportFrom':
          for (const alias of node.names) bind(alias.asname ?? alias.name.split('.')[0] ?? '');
          continue;
        case 'ExceptHandler':
        case 'MatchAs':
        case 'MatchStar':
          if (node.name !== null) bind(node.name);
          break;
        case 'MatchMapping':
          if (node.rest !== null) bind(node.rest);
          break;
        case 'Yield':
        case 'YieldFrom':
          scope.hasYield = true;
          break;
        case 'AnnAssign':
          push(node.value ? [node.target, node.value] : [node.target], inClass);
          continue;
        case 'Constant':
          continue;
        default:
      }
      push(childrenOf(node), inClass);
    }
    for (const name of here.nonlocals) scope.bound.delete(name);
    for (const name of scope.globals) scope.bound.delete(name);
    pending.push(here);
  };

  visitScope(root, body);
  for (const { scope, used } of pending) {
    for (const name of used) {
      if (scope.bound.has(name) || scope.globals.has(name)) continue;
      for (let up = scope.outer; up !== null && !up.isModule; up = up.outer) {
        if (up.bound.has(name)) {
          up.cells.add(name);
          break;
        }
      }
    }
  }
  return root;
};
