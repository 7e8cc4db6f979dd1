import type { Expr } from '../ast.ts';
import * as T from '../tokenizer/kinds.ts';
import { primary, tupleOf } from './expressions.ts';
import type { Parser } from './parser.ts';

const refuse = (p: Parser, target: Expr): never =>
  p.failAt('something that nothing can be assigned to', target.start, target.end);

/**
 * Turns an expression that was read for its value into one that is assigned to, or gives up where Python has no such
 * target. `starred` says whether it may be unpacked (`*name`), as an element of a tuple or list.
 */
export const toTarget = (p: Parser, target: Expr, starred: boolean): void => {
  switch (target.type) {
    case 'Name':
    case 'Attribute':
    case 'Subscript':
      target.ctx = 'Store';
      return;
    case 'Tuple':
    case 'List':
      target.ctx = 'Store';
      for (const element of target.elts) toTarget(p, element, true);
      return;
    case 'Starred':
      if (!starred) refuse(p, target);
      target.ctx = 'Store';
      toTarget(p, target.value, false);
      return;
    case 'ErrorExpr':
      return;
    default:
      refuse(p, target);
  }
};

/** Turns an expression into what `del` removes, or gives up. */
export const toDeleted = (p: Parser, target: Expr): void => {
  switch (target.type) {
    case 'Name':
    case 'Attribute':
    case 'Subscript':
      target.ctx = 'Del';
      return;
    case 'Tuple':
    case 'List':
      target.ctx = 'Del';
      for (const element of target.elts) toDeleted(p, element);
      return;
    case 'ErrorExpr':
      return;
    default:
      refuse(p, target);
  }
};

/** `star_target`: one target, or one that takes the rest (`*name`). */
export const starTarget = (p: Parser): Expr => {
  const start = p.start;
  if (p.kind !== T.STAR) return primary(p);
  p.advance();
  const value = primary(p);
  return { type: 'Starred', start, end: p.lastEnd, value, ctx: 'Load' };
};

/** `star_targets`: the targets of a loop or comprehension. */
export const starTargets = (p: Parser): Expr => {
  const start = p.start;
  const target = tupleOf(p, starTarget(p), start, starTarget);
  toTarget(p, target, true);
  return target;
};
