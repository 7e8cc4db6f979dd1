import { type Constant, constant, UNKNOWN, type Val } from '../flow/value.ts';
import type { Call, Comprehension, Expr, JoinedStr, Constant as Literal, Located } from '../python/ast.ts';
import type { Builder } from './builder.ts';
import { lowerLambda } from './functions.ts';
import { OP } from './ir.ts';
import { lowerQuantified, quantified, targetNames } from './loops.ts';
import { annotatedMarker, annotationOf, dottedName } from './markers.ts';
import { loadName, storeName } from './names.ts';
import { storeTarget } from './targets.ts';

const literalValue = (node: Literal): Val => {
  switch (node.kind) {
    case 'str':
    case 'bool':
      return constant(node.value);
    case 'float':
      return constant(node.value);
    case 'int':
      return typeof node.value === 'number' ? constant(node.value) : UNKNOWN;
    case 'bytes':
      return node.value.length > 4096
        ? UNKNOWN
        : constant(Buffer.from(node.value).toString('latin1') as Constant);
    case 'None':
      return constant(null);
    default:
      return UNKNOWN;
  }
};

/** Emits code for `node`; returns the register of its value. */
export const lowerExpr = (b: Builder, node: Expr): number =>
  b.guarded(node, () => lowerInner(b, node), UNKNOWN);

const lowerInner = (b: Builder, node: Expr): number => {
  switch (node.type) {
    case 'Name':
      return loadName(b, node.id, node);
    case 'Constant':
      return b.constant(literalValue(node), node);
    case 'Attribute':
      return b.emit(OP.attr, node, { a: lowerExpr(b, node.value), name: node.attr });
    case 'Call':
      return lowerCall(b, node);
    case 'BinOp':
      return lowerBinary(b, node);
    case 'Subscript': {
      const object = lowerExpr(b, node.value);
      if (node.slice.type === 'Slice') {
        const part = (expr: Expr | null) => (expr === null ? -1 : lowerExpr(b, expr));
        const args = [part(node.slice.lower), part(node.slice.upper), part(node.slice.step)];
        return b.emit(OP.slice, node, { a: object, args });
      }
      const marker = annotatedMarker(node);
      if (marker !== null && /(^|\.)Annotated$/.test(dottedName(node.value)))
        b.module.annotated.set(node.start, { annotation: annotationOf(node), marker });
      return b.emit(OP.index, node, { a: object, b: lowerExpr(b, node.slice) });
    }
    case 'Compare':
      return lowerCompare(b, node);
    case 'BoolOp':
    case 'IfExp':
      return lowerChoice(b, node);
    case 'UnaryOp':
      return b.emit(OP.unary, node, { a: lowerExpr(b, node.operand), name: node.op });
    case 'JoinedStr':
      return lowerFormat(b, node);
    case 'TemplateStr':
      for (const part of node.values) if (part.type === 'Interpolation') lowerExpr(b, part.value);
      return b.constant(UNKNOWN, node);
    case 'FormattedValue':
    case 'Interpolation':
      return lowerExpr(b, node.value);
    case 'List':
    case 'Tuple':
    case 'Set':
      return lowerSequence(b, node.type.toLowerCase(), node.elts, node);
    case 'Dict': {
      const args: number[] = [];
      node.values.forEach((value, i) => {
        const key = node.keys[i] ?? null;
        args.push(key === null ? -1 : lowerExpr(b, key), lowerExpr(b, value));
      });
      return b.emit(OP.dict, node, { args });
    }
    case 'ListComp':
      return lowerComprehension(b, node, 'list', node.generators, [node.elt]);
    case 'SetComp':
      return lowerComprehension(b, node, 'set', node.generators, [node.elt]);
    case 'GeneratorExp':
      return lowerComprehension(b, node, 'iterator', node.generators, [node.elt]);
    case 'DictComp':
      return lowerComprehension(b, node, 'dict', node.generators, [node.key, node.value]);
    case 'Lambda':
      return lowerLambda(b, node);
    case 'NamedExpr': {
      const value = lowerExpr(b, node.value);
      if (node.target.type === 'Name') {
        // PEP 572: inside a comprehension the name belongs to the function around it.
        const { hidden } = b;
        b.hidden = [];
        storeName(b, node.target.id, value, node);
        b.hidden = hidden;
      }
      return value;
    }
    case 'Await':
      return b.emit(OP.await, node, { a: lowerExpr(b, node.value) });
    case 'Yield':
      return b.emit(OP.yield, node, { a: node.value === null ? -1 : lowerExpr(b, node.value) });
    case 'YieldFrom': {
      const from = lowerExpr(b, node.value);
      const element = b.emit(OP.iterate, node, { a: from });
      b.emit(OP.yield, node, { a: element });
      return b.constant(UNKNOWN, node);
    }
    case 'Starred':
      return b.emit(OP.iterate, node, { a: lowerExpr(b, node.value) });
    default:
      return b.constant(UNKNOWN, node);
  }
};

const lowerBinary = (b: Builder, node: Extract<Expr, { type: 'BinOp' }>): number => {
  const chain: Extract<Expr, { type: 'BinOp' }>[] = [];
  let first: Expr = node;
  while (first.type === 'BinOp') {
    chain.push(first);
    first = first.left;
  }
  let left = lowerExpr(b, first);
  for (const part of chain.reverse()) {
    left = b.emit(OP.binary, part, { a: left, b: lowerExpr(b, part.right), name: part.op });
  }
  return left;
};

const lowerCompare = (b: Builder, node: Extract<Expr, { type: 'Compare' }>): number => {
  let left = lowerExpr(b, node.left);
  if (node.ops.length === 1) {
    const right = lowerExpr(b, node.comparators[0] as Expr);
    return b.emit(OP.compare, node, { a: left, b: right, name: node.ops[0] ?? 'Eq' });
  }
  let all = -1;
  node.ops.forEach((op, i) => {
    const right = lowerExpr(b, node.comparators[i] as Expr);
    const one = b.emit(OP.compare, node, { a: left, b: right, name: op });
    all = all < 0 ? one : b.emit(OP.binary, node, { a: all, b: one, name: 'both' });
    left = right;
  });
  return all;
};

const lowerChoice = (b: Builder, node: Extract<Expr, { type: 'BoolOp' | 'IfExp' }>): number => {
  const result = b.phi();
  const after = b.newBlock();
  if (node.type === 'IfExp') {
    const [yes, no] = [b.newBlock(), b.newBlock()];
    lowerCondition(b, node.test, yes, no);
    for (const [block, value] of [
      [yes, node.body],
      [no, node.orelse],
    ] as const) {
      b.block = block;
      b.emit(OP.move, value, { dst: result, a: lowerExpr(b, value) });
      b.goto(after, after);
    }
    return result;
  }
  node.values.forEach((value, i) => {
    const register = lowerExpr(b, value);
    b.emit(OP.move, value, { dst: result, a: register, name: node.op });
    if (i === node.values.length - 1) b.goto(after, after);
    else {
      const more = b.newBlock();
      b.branch(register, node.op === 'And' ? more : after, node.op === 'And' ? after : more);
      b.block = more;
    }
  });
  b.block = after;
  return result;
};

/** Emits the test of `node` as branches, so that each side knows what the test told. */
export const lowerCondition = (b: Builder, node: Expr, yes: BlockOf, no: BlockOf): void => {
  if (b.depth < 400 && node.type === 'UnaryOp' && node.op === 'Not') {
    b.depth++;
    lowerCondition(b, node.operand, no, yes);
    b.depth--;
    return;
  }
  if (b.depth < 400 && node.type === 'BoolOp') {
    b.depth++;
    node.values.forEach((value, i) => {
      if (i === node.values.length - 1) {
        lowerCondition(b, value, yes, no);
        return;
      }
      const more = b.newBlock();
      if (node.op === 'And') lowerCondition(b, value, more, no);
      else lowerCondition(b, value, yes, more);
      b.block = more;
    });
    b.depth--;
    return;
  }
  const over = b.depth < 400 ? quantified(node) : null;
  if (over !== null) {
    b.depth++;
    lowerQuantified(b, over, yes, no);
    b.depth--;
    return;
  }
  b.branch(lowerExpr(b, node), yes, no);
};
type BlockOf = Builder['block'];

const lowerFormat = (b: Builder, node: JoinedStr): number => {
  const args: number[] = [];
  const names: string[] = [];
  for (const part of node.values) {
    if (part.type === 'FormattedValue') {
      args.push(lowerExpr(b, part.value));
      const spec = part.format_spec?.values[0];
      const text =
        spec?.type === 'Constant' && spec.kind === 'str' ? spec.value : part.format_spec ? '?' : '';
      names.push((part.conversion > 0 ? `!${String.fromCharCode(part.conversion)}` : '') + text);
    } else {
      args.push(lowerExpr(b, part));
      names.push('');
    }
  }
  return b.emit(OP.format, node, { args, names });
};

const lowerSequence = (b: Builder, shape: string, elts: readonly Expr[], at: Located): number => {
  const starred = elts.some((elt) => elt.type === 'Starred');
  const args = elts.map((elt) => lowerExpr(b, elt.type === 'Starred' ? elt.value : elt));
  const names = starred ? elts.map((elt) => (elt.type === 'Starred' ? '*' : '')) : null;
  return b.emit(OP.sequence, at, { name: shape, args, names });
};

const lowerCall = (b: Builder, node: Call): number => {
  const { func } = node;
  const method = func.type === 'Attribute';
  const callee = lowerExpr(b, method ? func.value : func);
  const args: number[] = [];
  let names: string[] | null = null;
  const plain = node.keywords.length === 0 && node.args.every((arg) => arg.type !== 'Starred');
  if (!plain) names = [];
  for (const arg of node.args) {
    args.push(lowerExpr(b, arg.type === 'Starred' ? arg.value : arg));
    names?.push(arg.type === 'Starred' ? '*' : '');
  }
  for (const keyword of node.keywords) {
    args.push(lowerExpr(b, keyword.value));
    names?.push(keyword.arg ?? '**');
  }
  return method
    ? b.emit(OP.method, node, { a: callee, name: func.attr, args, names })
    : b.emit(OP.call, node, { a: callee, args, names });
};

const lowerComprehension = (
  b: Builder,
  node: Expr,
  shape: string,
  generators: readonly Comprehension[],
  parts: readonly Expr[],
): number => {
  const collection = b.phi();
  const first = b.emit(shape === 'dict' ? OP.dict : OP.sequence, node, { name: shape });
  b.emit(OP.move, node, { dst: collection, a: first });
  const hidden = new Map<string, number>();
  const after = b.newBlock();
  let again = after;
  generators.forEach((generator, i) => {
    const source = lowerExpr(b, generator.iter);
    const held = b.phi();
    b.emit(OP.move, generator.iter, { dst: held, a: source });
    if (i === 0) b.hidden.push(hidden);
    for (const name of targetNames(generator.target)) {
      if (!b.scope.cells.has(name)) hidden.set(name, b.phi());
    }
    const [head, inner] = [b.newBlock(), b.newBlock()];
    b.goto(head, head);
    head.next = [inner, again];
    b.block = inner;
    storeTarget(b, generator.target, b.emit(OP.iterate, generator.iter, { a: held }));
    for (const test of generator.ifs) {
      const kept = b.newBlock();
      lowerCondition(b, test, kept, head);
      b.block = kept;
    }
    again = head;
  });
  const registers = parts.map((part) => lowerExpr(b, part));
  b.emit(OP.collect, node, { dst: -1, a: collection, b: registers[0] ?? -1, c: registers[1] ?? -1 });
  b.hidden.pop();
  b.goto(again, after);
  return collection;
};
