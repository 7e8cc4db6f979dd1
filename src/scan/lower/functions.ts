import type {
  Arguments,
  AsyncFunctionDef,
  ClassDef,
  Expr,
  FunctionDef,
  Lambda,
  Node,
} from '../python/ast.ts';
import { Builder } from './builder.ts';
import { lowerExpr } from './expressions.ts';
import { type ClassShape, type Decorator, type FunctionCode, OP, type Parameter } from './ir.ts';
import { annotatedMarker, annotationOf, dottedName, markerOf } from './markers.ts';
import { storeName } from './names.ts';
import { lowerBody } from './statements.ts';

const parametersOf = (args: Arguments): Parameter[] => {
  const positional = [...args.posonlyargs, ...args.args];
  const firstDefault = positional.length - args.defaults.length;
  const make = (
    arg: (typeof positional)[number],
    kind: Parameter['kind'],
    initial: Expr | null,
    positionalOnly = false,
  ): Parameter => ({
    name: arg.arg,
    kind,
    positionalOnly,
    marker: initial?.type === 'Call' ? markerOf(initial) : annotatedMarker(arg.annotation),
    hasDefault: initial !== null,
    annotation: annotationOf(arg.annotation),
  });
  const out = positional.map((arg, i) =>
    make(arg, 'plain', args.defaults[i - firstDefault] ?? null, i < args.posonlyargs.length),
  );
  if (args.vararg) out.push(make(args.vararg, 'star', null));
  args.kwonlyargs.forEach((arg, i) => {
    out.push(make(arg, 'keyword', args.kw_defaults[i] ?? null));
  });
  if (args.kwarg) out.push(make(args.kwarg, 'stars', null));
  return out;
};

const defaultsOf = (args: Arguments): { name: string; value: Expr }[] => {
  const positional = [...args.posonlyargs, ...args.args];
  const firstDefault = positional.length - args.defaults.length;
  const out = args.defaults.map((value, i) => ({ name: positional[firstDefault + i]?.arg ?? '', value }));
  args.kwonlyargs.forEach((arg, i) => {
    const value = args.kw_defaults[i];
    if (value) out.push({ name: arg.arg, value });
  });
  return out;
};

interface Outline {
  name: string;
  node: Node & { start: number; end: number };
  args: Arguments;
  decorators: readonly Expr[];
  returns: Expr | null;
  isAsync: boolean;
}

const open = (b: Builder, outline: Outline): { fn: FunctionCode; inner: Builder } | null => {
  const scope = b.scope.inner.get(outline.node);
  if (scope === undefined) return null;
  const owner = b.inClass?.shape ?? null;
  const around = owner !== null ? owner.path : b.outer === null ? '' : b.fn.path;
  const fn: FunctionCode = {
    name: outline.name,
    path: around === '' ? outline.name : `${around}.${outline.name}`,
    key: `${b.module.digest}:f${b.module.functions.length}`,
    module: b.module,
    owner,
    outer: b.outer === null ? null : b.fn,
    params: parametersOf(outline.args),
    returns: annotationOf(outline.returns),
    decorators: outline.decorators.map(markerOf),
    isAsync: outline.isAsync,
    isGenerator: scope.hasYield,
    slots: [],
    cells: scope.cells,
    blocks: [],
    registers: 0,
    defs: [],
    defaults: new Map(),
    start: outline.node.start,
    end: outline.node.end,
    size: 0,
  };
  b.module.functions.push(fn);
  const inner = new Builder(fn, b.module, scope, b);
  inner.depth = Math.min(b.depth, 500);
  for (const param of fn.params) inner.slot(param.name);
  for (const param of fn.params) {
    if (scope.cells.has(param.name)) {
      inner.emit(OP.setCell, outline.node, { dst: -1, a: inner.slot(param.name), name: param.name, c: 0 });
    }
  }
  return { fn, inner };
};

const emitClosure = (
  b: Builder,
  fn: FunctionCode,
  args: Arguments,
  at: Node & { start: number; end: number },
) => {
  const defaults = defaultsOf(args);
  return b.emit(OP.closure, at, {
    fn,
    args: defaults.map(({ value }) => lowerExpr(b, value)),
    names: defaults.map(({ name }) => name),
  });
};

export const lowerLambda = (b: Builder, node: Lambda): number => {
  const opened = open(b, {
    name: '<lambda>',
    node,
    args: node.args,
    decorators: [],
    returns: null,
    isAsync: false,
  });
  if (opened === null) return lowerExpr(b, node.body);
  const { fn, inner } = opened;
  inner.emit(OP.ret, node.body, { dst: -1, a: lowerExpr(inner, node.body) });
  inner.finish();
  return emitClosure(b, fn, node.args, node);
};

export const lowerFunction = (b: Builder, node: FunctionDef | AsyncFunctionDef): void => {
  const decorators = node.decorator_list.map((decorator) => lowerExpr(b, decorator));
  const opened = open(b, {
    name: node.name,
    node,
    args: node.args,
    decorators: node.decorator_list,
    returns: node.returns,
    isAsync: node.type === 'AsyncFunctionDef',
  });
  if (opened === null) return;
  lowerBody(opened.inner, node.body);
  opened.inner.finish();
  const setter = opened.fn.decorators.find(
    ({ name }) => name === `${node.name}.setter` || name === `${node.name}.deleter`,
  );
  b.inClass?.shape.methods.set(setter?.name ?? node.name, opened.fn);
  const closure = emitClosure(b, opened.fn, node.args, node);
  if (decorators.length > 0) b.emit(OP.decorate, node, { dst: -1, a: closure, args: decorators });
  if (setter === undefined) storeName(b, node.name, closure, node);
};

export const lowerClass = (b: Builder, node: ClassDef): void => {
  const around = b.inClass !== null ? b.inClass.shape.path : b.outer === null ? '' : b.fn.path;
  const annotations = new Map<string, string>();
  const markers = new Map<string, Decorator>();
  for (const stmt of node.body) {
    if (stmt.type === 'AnnAssign' && stmt.target.type === 'Name') {
      annotations.set(stmt.target.id, annotationOf(stmt.annotation));
      const marker =
        stmt.value?.type === 'Call'
          ? markerOf(stmt.value)
          : stmt.annotation.type === 'Call'
            ? markerOf(stmt.annotation)
            : annotatedMarker(stmt.annotation);
      if (marker !== null) markers.set(stmt.target.id, marker);
    }
  }
  const cls: ClassShape = {
    name: node.name,
    path: around === '' ? node.name : `${around}.${node.name}`,
    key: `${b.module.digest}:c${b.module.classes.length}`,
    module: b.module,
    methods: new Map(),
    baseNames: node.bases.map(dottedName),
    bases: [],
    externalBases: [],
    fields: new Map(),
    annotations,
    markers,
    decorators: node.decorator_list.map(markerOf),
    start: node.start,
    end: node.end,
  };
  b.module.classes.push(cls);
  const decorators = node.decorator_list.map((decorator) => lowerExpr(b, decorator));
  const bases = node.bases.map((base) => lowerExpr(b, base));
  for (const keyword of node.keywords) lowerExpr(b, keyword.value);
  const register = b.phi();
  b.emit(OP.move, node, { dst: register, a: b.emit(OP.class, node, { cls, args: bases }) });
  const { inClass, hidden } = b;
  b.inClass = { register, names: new Set(), shape: cls };
  b.hidden = [];
  lowerBody(b, node.body);
  b.inClass = inClass;
  b.hidden = hidden;
  if (decorators.length > 0) b.emit(OP.decorate, node, { dst: -1, a: register, args: decorators });
  storeName(b, node.name, register, node);
};
