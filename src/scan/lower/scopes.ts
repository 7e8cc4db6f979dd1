import type { Arguments, Expr, Node, Stmt } from '../python/ast.ts';
import { addChildren } from '../python/walk.ts';

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
    const stack: Node[] = [...nodes];
    // Where the nodes of class bodies begin in the stack: inner functions do not see the names that these bind.
    const bodies: number[] = [];
    let inClass = false;
    const push = (children: readonly Node[]) => {
      for (let i = 0; i < children.length; i++) stack.push(children[i] as Node);
    };
    const bind = (name: string) => {
      if (!inClass) scope.bound.add(name);
    };
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      while (inClass && stack.length < (bodies.at(-1) ?? 0)) {
        bodies.pop();
        inClass = bodies.length > 0;
      }
      switch (node.type) {
        case 'Name':
          if (node.ctx === 'Load') here.used.add(node.id);
          else bind(node.id);
          continue;
        case 'FunctionDef':
        case 'AsyncFunctionDef':
          bind(node.name);
          push(node.decorator_list);
          push(node.args.defaults);
          push(node.args.kw_defaults.filter((value): value is Expr => value !== null));
          visitFunction(node, node.args, node.body, scope);
          continue;
        case 'Lambda':
          push(node.args.defaults);
          visitFunction(node, node.args, [node.body], scope);
          continue;
        case 'ClassDef':
          bind(node.name);
          push(node.decorator_list);
          push(node.bases);
          push(node.keywords);
          bodies.push(stack.length);
          inClass = true;
          push(node.body);
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
          push(node.value ? [node.target, node.value] : [node.target]);
          continue;
        case 'Constant':
          continue;
        default:
      }
      addChildren(node, stack);
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
