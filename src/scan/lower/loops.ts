import type { Comprehension, Expr, Node, Stmt } from '../python/ast.ts';
import { walk } from '../python/walk.ts';
import type { Builder } from './builder.ts';
import { lowerCondition, lowerExpr } from './expressions.ts';
import { type Block, OP } from './ir.ts';
import { lowerBody } from './statements.ts';
import { storeTarget } from './targets.ts';

type Loop = Extract<Stmt, { type: 'For' | 'AsyncFor' }>;

const MOST_ROUNDS = 6;
const LONGEST_ROUND = 800;
const SCOPES = new Set<Node['type']>([
  'FunctionDef',
  'AsyncFunctionDef',
  'ClassDef',
  'Lambda',
  'ListComp',
  'SetComp',
  'DictComp',
  'GeneratorExp',
]);

// `for name in ('first', 'last'):` with a short body: each round is looked at by itself.
const roundsOf = (stmt: Loop): readonly Expr[] | null => {
  const { iter } = stmt;
  if (iter.type !== 'Tuple' && iter.type !== 'List') return null;
  if (iter.elts.length === 0 || iter.elts.length > MOST_ROUNDS) return null;
  if (stmt.orelse.length > 0 || stmt.end - iter.end > LONGEST_ROUND) return null;
  if (iter.elts.some((each) => each.type === 'Starred')) return null;
  for (const part of stmt.body) for (const node of walk(part)) if (SCOPES.has(node.type)) return null;
  return iter.elts;
};

const LEAVING = new Set<Stmt['type']>(['Return', 'Raise', 'Break']);

/**
 * Opens the code for one element of `iter`; returns where the next round begins. What comes after the last one is reached
 * from the end of a round, where its tests have held, or, when there is no element at all, by a way of its own.
 */
const openLoop = (
  b: Builder,
  { iter, target }: { iter: Expr; target: Expr },
  otherwise: Block,
  goesRound: boolean,
  declare: () => void = () => {},
): Block => {
  const source = b.phi();
  b.emit(OP.move, iter, { dst: source, a: lowerExpr(b, iter) });
  declare();
  const [inner, again, none, done] = [b.newBlock(), b.newBlock(), b.newBlock(), b.newBlock()];
  b.block.next = [inner, none];
  again.next = [inner, done];
  b.block = none;
  if (goesRound) b.emit(OP.nothing, iter, { dst: -1, a: source });
  b.goto(otherwise, inner);
  const element = b.emit(OP.iterate, iter, { a: source });
  const held = target.type === 'Name' ? b.phi() : -1;
  if (held >= 0) b.emit(OP.move, iter, { dst: held, a: element });
  storeTarget(b, target, element);
  const open = b.block;
  b.block = done;
  if (held >= 0) b.emit(OP.finished, iter, { dst: -1, a: source, b: held });
  b.goto(otherwise, open);
  return again;
};

export const lowerFor = (b: Builder, stmt: Loop): void => {
  const after = b.newBlock();
  const rounds = roundsOf(stmt);
  if (rounds !== null) {
    for (const element of rounds) {
      const next = b.newBlock();
      storeTarget(b, stmt.target, lowerExpr(b, element));
      b.loops.push({ again: next, after });
      lowerBody(b, stmt.body);
      b.loops.pop();
      b.goto(next, next);
    }
    b.goto(after, after);
    return;
  }
  const otherwise = b.newBlock();
  const last = stmt.body.at(-1);
  const again = openLoop(b, stmt, otherwise, last !== undefined && !LEAVING.has(last.type));
  b.loops.push({ again, after });
  lowerBody(b, stmt.body);
  b.loops.pop();
  b.goto(again, otherwise);
  lowerBody(b, stmt.orelse);
  b.goto(after, after);
};

interface Quantified {
  every: boolean;
  test: Expr;
  generators: readonly Comprehension[];
}

/** `all(test for …)` and `any(test for …)`, or null. What is named within (`:=`) is needed outside: that is left alone. */
export const quantified = (node: Expr): Quantified | null => {
  if (node.type !== 'Call' || node.func.type !== 'Name' || node.args.length !== 1) return null;
  const { id } = node.func;
  const [over] = node.args;
  if ((id !== 'all' && id !== 'any') || node.keywords.length > 0) return null;
  if (over?.type !== 'GeneratorExp' && over?.type !== 'ListComp') return null;
  for (const each of walk(over)) if (each.type === 'NamedExpr') return null;
  return { every: id === 'all', test: over.elt, generators: over.generators };
};

/**
 * A test of every element, or of any, as the loop that it is: where all were looked at, what each test told is known.
 * Where one element decided, nothing is: what is so of one need not be so of the rest.
 */
export const lowerQuantified = (
  b: Builder,
  { every, test, generators }: Quantified,
  yes: Block,
  no: Block,
): void => {
  const [each, decided] = [b.newBlock(), b.newBlock()];
  b.block.next = [each, every ? no : yes];
  b.block = each;
  const hidden = new Map<string, number>();
  let again = every ? yes : no;
  generators.forEach((generator, i) => {
    again = openLoop(b, generator, again, true, () => {
      if (i === 0) b.hidden.push(hidden);
      for (const name of targetNames(generator.target))
        if (!b.scope.cells.has(name)) hidden.set(name, b.phi());
    });
    for (const condition of generator.ifs) {
      const kept = b.newBlock();
      lowerCondition(b, condition, kept, again);
      b.block = kept;
    }
  });
  lowerCondition(b, test, every ? again : decided, every ? decided : again);
  b.hidden.pop();
  b.block = decided;
  b.emit(OP.raise, test, { dst: -1 });
};

export const targetNames = (target: Expr): string[] => {
  if (target.type === 'Name') return [target.id];
  if (target.type === 'Starred') return targetNames(target.value);
  if (target.type === 'Tuple' || target.type === 'List') return target.elts.flatMap(targetNames);
  return [];
};
