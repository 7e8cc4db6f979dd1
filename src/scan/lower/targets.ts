import type { Expr } from '../python/ast.ts';
import type { Builder } from './builder.ts';
import { lowerExpr } from './expressions.ts';
import { OP } from './ir.ts';
import { storeName } from './names.ts';

/** Assigns the value of register `value` to `target`: a name, attribute, element, slice, or several of them. */
export const storeTarget = (b: Builder, target: Expr, value: number): void => {
  switch (target.type) {
    case 'Name':
      storeName(b, target.id, value, target);
      return;
    case 'Attribute':
      b.emit(OP.setAttr, target, { dst: -1, a: lowerExpr(b, target.value), b: value, name: target.attr });
      return;
    case 'Subscript': {
      const object = lowerExpr(b, target.value);
      const key = target.slice.type === 'Slice' ? -1 : lowerExpr(b, target.slice);
      b.emit(OP.setIndex, target, { dst: -1, a: object, b: key, c: value });
      return;
    }
    case 'Starred':
      storeTarget(b, target.value, value);
      return;
    case 'Tuple':
    case 'List':
      target.elts.forEach((part, i) => {
        const name = part.type === 'Starred' ? 'star' : '';
        storeTarget(b, part, b.emit(OP.unpack, part, { a: value, c: i, name }));
      });
      return;
    default:
  }
};
