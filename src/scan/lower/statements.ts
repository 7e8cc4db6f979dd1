import { constant } from '../flow/value.ts';
import type { Expr, Stmt } from '../python/ast.ts';
import type { Builder } from './builder.ts';
import { lowerCondition, lowerExpr } from './expressions.ts';
import { lowerClass, lowerFunction } from './functions.ts';
import { lowerImport, lowerImportFrom } from './imports.ts';
import { OP } from './ir.ts';
import { lowerFor, quantified } from './loops.ts';
import { lowerMatch } from './patterns.ts';
import { storeTarget } from './targets.ts';
import { lowerTry, lowerWith } from './try.ts';

const DEEPEST = 300;

export const lowerBody = (b: Builder, body: readonly Stmt[]): void => {
  if (b.depth > DEEPEST) {
    b.module.cuts.push('statements nested too deep');
    return;
  }
  b.depth++;
  for (const stmt of body) {
    lowerStatement(b, stmt);
    // What raises in the middle of a `try` leaves behind what the statements before it did.
    if (b.handlers.length > 0 && b.block.instrs.length > 0) {
      const next = b.newBlock();
      b.goto(next, next);
    }
  }
  b.depth--;
};

const lowerStatement = (b: Builder, stmt: Stmt): void => {
  switch (stmt.type) {
    case 'Expr':
      lowerExpr(b, stmt.value);
      return;
    case 'Assign': {
      const [target] = stmt.targets;
      if (stmt.targets.length === 1 && target?.type === 'Tuple' && stmt.value.type === 'Tuple') {
        if (pairwise(b, target.elts, stmt.value.elts)) return;
      }
      const value = lowerExpr(b, stmt.value);
      for (const each of stmt.targets) storeTarget(b, each, value);
      return;
    }
    case 'AnnAssign':
      if (stmt.value !== null) storeTarget(b, stmt.target, lowerExpr(b, stmt.value));
      return;
    case 'AugAssign': {
      const before = lowerExpr(b, loaded(stmt.target));
      const value = lowerExpr(b, stmt.value);
      storeTarget(b, stmt.target, b.emit(OP.binary, stmt, { a: before, b: value, name: `${stmt.op}=` }));
      return;
    }
    case 'If':
      lowerIf(b, stmt);
      return;
    case 'For':
    case 'AsyncFor':
      lowerFor(b, stmt);
      return;
    case 'While': {
      const [head, inner, otherwise, after] = [b.newBlock(), b.newBlock(), b.newBlock(), b.newBlock()];
      b.goto(head, head);
      lowerCondition(b, stmt.test, inner, otherwise);
      b.block = inner;
      b.loops.push({ again: head, after });
      lowerBody(b, stmt.body);
      b.loops.pop();
      b.goto(head, otherwise);
      lowerBody(b, stmt.orelse);
      b.goto(after, after);
      return;
    }
    case 'Return': {
      if (stmt.value !== null && tellsBoth(stmt.value)) {
        const [yes, no] = [b.newBlock(), b.newBlock()];
        lowerCondition(b, stmt.value, yes, no);
        for (const [block, told] of [
          [yes, true],
          [no, false],
        ] as const) {
          b.block = block;
          const answer = b.constant(constant(told), stmt);
          runFinals(b);
          b.emit(OP.ret, stmt, { dst: -1, a: answer });
        }
        b.block = b.newBlock();
        return;
      }
      const value = stmt.value === null ? b.constant(constant(null), stmt) : lowerExpr(b, stmt.value);
      runFinals(b);
      b.emit(OP.ret, stmt, { dst: -1, a: value });
      b.block = b.newBlock();
      return;
    }
    case 'Raise':
      b.emit(OP.raise, stmt, { dst: -1, a: stmt.exc === null ? -1 : lowerExpr(b, stmt.exc) });
      b.block = b.newBlock();
      return;
    case 'Break':
    case 'Continue': {
      const loop = b.loops.at(-1);
      if (loop !== undefined) b.goto(stmt.type === 'Break' ? loop.after : loop.again);
      return;
    }
    case 'Try':
    case 'TryStar':
      lowerTry(b, stmt);
      return;
    case 'With':
    case 'AsyncWith':
      lowerWith(b, stmt);
      return;
    case 'FunctionDef':
    case 'AsyncFunctionDef':
      lowerFunction(b, stmt);
      return;
    case 'ClassDef':
      lowerClass(b, stmt);
      return;
    case 'Import':
      lowerImport(b, stmt);
      return;
    case 'ImportFrom':
      lowerImportFrom(b, stmt);
      return;
    case 'Assert': {
      const [holds, fails] = [b.newBlock(), b.newBlock()];
      lowerCondition(b, stmt.test, holds, fails);
      b.block = fails;
      b.emit(OP.raise, stmt, { dst: -1, name: `assert ${wordsOf(stmt.test).join(' ')}` });
      b.block = holds;
      return;
    }
    case 'Match':
      lowerMatch(b, stmt);
      return;
    case 'Delete':
      for (const target of stmt.targets) {
        if (target.type === 'Subscript' && target.slice.type !== 'Slice') {
          const object = lowerExpr(b, target.value);
          b.emit(OP.delIndex, target, { dst: -1, a: object, b: lowerExpr(b, target.slice) });
        }
      }
      return;
    case 'ErrorStmt':
      lowerBody(b, stmt.body);
      return;
    default:
  }
};

const loaded = (target: Expr): Expr =>
  target.type === 'Name' || target.type === 'Attribute' || target.type === 'Subscript'
    ? { ...target, ctx: 'Load' }
    : target;

const pairwise = (b: Builder, targets: readonly Expr[], values: readonly Expr[]): boolean => {
  if (targets.length !== values.length) return false;
  if ([...targets, ...values].some((part) => part.type === 'Starred')) return false;
  const held = values.map((value) => {
    const slot = b.phi();
    b.emit(OP.move, value, { dst: slot, a: lowerExpr(b, value) });
    return slot;
  });
  targets.forEach((target, i) => {
    storeTarget(b, target, held[i] ?? -1);
  });
  return true;
};

const lowerIf = (b: Builder, stmt: Extract<Stmt, { type: 'If' }>): void => {
  const after = b.newBlock();
  let at = stmt;
  for (;;) {
    const [yes, no] = [b.newBlock(), b.newBlock()];
    lowerCondition(b, at.test, yes, no);
    b.block = yes;
    lowerBody(b, at.body);
    b.goto(after, no);
    const [only] = at.orelse;
    if (at.orelse.length !== 1 || only?.type !== 'If') break;
    at = only;
  }
  lowerBody(b, at.orelse);
  b.goto(after, after);
};

const MOST_FINALS = 3;

/** Runs the `finally` bodies around a `return`, innermost first. */
const runFinals = (b: Builder): void => {
  const { finals } = b;
  if (finals.length === 0 || finals.length > MOST_FINALS) return;
  for (let i = finals.length - 1; i >= 0; i--) {
    b.finals = finals.slice(0, i);
    lowerBody(b, finals[i] ?? []);
  }
  b.finals = finals;
};

/** Whether the expression is put together of tests, so that returning it true or false tells what each of them found. */
const tellsBoth = (node: Expr): boolean => {
  if (node.type === 'UnaryOp' && node.op === 'Not') return tellsBoth(node.operand);
  return quantified(node) !== null || (node.type === 'BoolOp' && isTest(node));
};

const TESTS =
  /^(isinstance|issubclass|hasattr|callable|bool|any|all|startswith|endswith|compare_digest|url_has_allowed_host_and_scheme|(is|has|can|may)[a-z_]{1,40})$/;

/** Whether the expression is true or false and nothing else, so that returning it tells only which. */
const isTest = (node: Expr, depth = 0): boolean => {
  if (depth > 40) return false;
  if (node.type === 'Compare') return true;
  if (node.type === 'UnaryOp') return node.op === 'Not';
  if (node.type === 'BoolOp') {
    const last = node.values.at(-1);
    // `url and is_safe(url)`: what is false before it is no answer to anything else.
    const named = (value: Expr): boolean =>
      node.op === 'And' && value !== last && (value.type === 'Name' || value.type === 'Attribute');
    return node.values.every((value) => named(value) || isTest(value, depth + 1));
  }
  if (node.type !== 'Call') return false;
  const { func } = node;
  return TESTS.test(func.type === 'Attribute' ? func.attr : func.type === 'Name' ? func.id : '');
};

/** Names, short texts and comparisons in an expression, for checks that look at what a test speaks of. */
const wordsOf = (node: Expr, depth = 0): string[] => {
  if (depth > 8) return [];
  const inner = (nodes: readonly Expr[]): string[] =>
    nodes.slice(0, 8).flatMap((each) => wordsOf(each, depth + 1));
  switch (node.type) {
    case 'Name':
      return [node.id];
    case 'Attribute':
      return [...wordsOf(node.value, depth + 1), node.attr];
    case 'Constant':
      return node.kind === 'str' ? [node.value.slice(0, 40)] : node.kind === 'None' ? ['None'] : [];
    case 'Call':
      return [...wordsOf(node.func, depth + 1), ...inner(node.args)];
    case 'Compare':
      return [
        ...inner([node.left]),
        ...node.comparators.slice(0, 8).flatMap((each, i) => [node.ops[i] ?? '', ...inner([each])]),
      ];
    case 'BoolOp':
      return inner(node.values);
    case 'UnaryOp':
      return wordsOf(node.operand, depth + 1);
    case 'Subscript':
      return inner([node.value, node.slice]);
    default:
      return [];
  }
};
