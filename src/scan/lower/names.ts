import type { Located } from '../python/ast.ts';
import type { Builder } from './builder.ts';
import { OP } from './ir.ts';

interface Home {
  kind: 'slot' | 'cell' | 'global';
  up: number;
}

const homeOf = (b: Builder, name: string): Home => {
  const { scope } = b;
  if (!scope.globals.has(name)) {
    if (scope.cells.has(name)) return { kind: 'cell', up: 0 };
    if (scope.bound.has(name)) return { kind: 'slot', up: 0 };
    let up = scope.cells.size > 0 ? 1 : 0;
    for (let outer = scope.outer; outer !== null && !outer.isModule; outer = outer.outer) {
      if (outer.cells.has(name)) return { kind: 'cell', up };
      if (outer.cells.size > 0) up++;
    }
  }
  return { kind: 'global', up: 0 };
};

/** The register that holds variable `name` here. */
export const loadName = (b: Builder, name: string, at: Located): number => {
  for (let i = b.hidden.length - 1; i >= 0; i--) {
    const register = b.hidden[i]?.get(name);
    if (register !== undefined) return register;
  }
  if (b.inClass?.names.has(name)) return b.emit(OP.attr, at, { a: b.inClass.register, name });
  const home = homeOf(b, name);
  if (home.kind === 'slot') return b.slot(name);
  if (home.kind === 'cell') return b.emit(OP.cell, at, { name, c: home.up });
  return b.emit(OP.global, at, { name });
};

/** Binds variable `name` to the value of register `value`. */
export const storeName = (b: Builder, name: string, value: number, at: Located): void => {
  const top = b.hidden.at(-1);
  if (top?.has(name)) {
    b.emit(OP.move, at, { dst: top.get(name) ?? -1, a: value });
    return;
  }
  if (b.inClass !== null && !b.scope.globals.has(name)) {
    b.inClass.names.add(name);
    b.emit(OP.setAttr, at, { dst: -1, a: b.inClass.register, b: value, name });
    return;
  }
  const home = homeOf(b, name);
  if (home.kind === 'slot') {
    b.emit(OP.move, at, { dst: b.slot(name), a: value });
    if (b.scope.isModule) b.emit(OP.setGlobal, at, { dst: -1, a: value, name });
  } else if (home.kind === 'cell') b.emit(OP.setCell, at, { dst: -1, a: value, name, c: home.up });
  else b.emit(OP.setGlobal, at, { dst: -1, a: value, name });
};
