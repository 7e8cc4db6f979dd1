import type { Stmt } from '../python/ast.ts';
import type { Builder } from './builder.ts';
import { lowerExpr } from './expressions.ts';
import { OP } from './ir.ts';
import { storeName } from './names.ts';
import { lowerBody } from './statements.ts';
import { storeTarget } from './targets.ts';

export const lowerTry = (b: Builder, stmt: Extract<Stmt, { type: 'Try' | 'TryStar' }>): void => {
  const around = b.handlers;
  const entries = stmt.handlers.map(() => b.newBlock());
  const [finish, failed] = [b.newBlock(), b.newBlock()];
  if (stmt.finalbody.length > 0) b.finals.push(stmt.finalbody);

  b.handlers = stmt.handlers.length > 0 ? [...around, ...entries] : [...around, failed];
  const body = b.newBlock();
  b.goto(body, body);
  lowerBody(b, stmt.body);
  b.handlers = around;
  const otherwise = b.newBlock();
  b.goto(otherwise, otherwise);
  lowerBody(b, stmt.orelse);
  b.goto(finish);

  stmt.handlers.forEach((handler, i) => {
    b.block = entries[i] as (typeof entries)[number];
    const type = handler.exceptType === null ? -1 : lowerExpr(b, handler.exceptType);
    const caught = b.emit(OP.caught, handler, { a: type, name: swallows(handler.body) ? 'swallowed' : '' });
    if (handler.name !== null) storeName(b, handler.name, caught, handler);
    lowerBody(b, handler.body);
    b.goto(finish);
  });
  if (stmt.finalbody.length > 0) b.finals.pop();
  if (stmt.handlers.length === 0) {
    b.block = failed;
    lowerBody(b, stmt.finalbody);
    b.block.next = [];
  }
  b.block = finish;
  lowerBody(b, stmt.finalbody);
};

// `pass`, `...`, a text that nobody reads, the next round: nothing is done about what went wrong.
const swallows = (body: readonly Stmt[]): boolean =>
  body.every(
    (stmt) =>
      stmt.type === 'Pass' ||
      stmt.type === 'Continue' ||
      (stmt.type === 'Expr' && stmt.value.type === 'Constant'),
  );

export const lowerWith = (b: Builder, stmt: Extract<Stmt, { type: 'With' | 'AsyncWith' }>): void => {
  for (const item of stmt.items) {
    const manager = lowerExpr(b, item.context_expr);
    const entered = b.emit(OP.enter, item, { a: manager });
    if (item.optional_vars !== null) storeTarget(b, item.optional_vars, entered);
  }
  lowerBody(b, stmt.body);
};
