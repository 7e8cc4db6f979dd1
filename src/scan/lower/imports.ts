import type { Stmt } from '../python/ast.ts';
import type { Builder } from './builder.ts';
import { type ModuleCode, OP } from './ir.ts';
import { storeName } from './names.ts';

const FOLDERS = 2;

// In folders without `__init__.py` their names are those of the packages.
const folderOf = (module: ModuleCode, level: number): string => {
  const folders = module.path.split(/[\\/]/).slice(0, -level);
  const odd = folders.findLastIndex((each) => !/^[\p{L}_]\w*$/u.test(each));
  return folders
    .slice(odd + 1)
    .slice(-FOLDERS)
    .join('.');
};

/** The absolute name of what `from ...name import` means in `module`. */
const absolute = (module: ModuleCode, level: number, name: string | null): string => {
  if (level === 0) return name ?? '';
  const parts = module.name.split('.');
  const keep = parts.length - (module.isPackage ? level - 1 : level);
  const base = keep > 0 ? parts.slice(0, keep).join('.') : folderOf(module, level);
  return name === null ? base : base === '' ? name : `${base}.${name}`;
};

export const lowerImport = (b: Builder, stmt: Extract<Stmt, { type: 'Import' }>): void => {
  for (const alias of stmt.names) {
    b.module.imports.add(alias.name);
    const top = alias.name.split('.')[0] ?? alias.name;
    if (alias.asname !== null || top === alias.name) {
      storeName(b, alias.asname ?? alias.name, b.emit(OP.import, stmt, { name: alias.name }), stmt);
    } else storeName(b, top, b.emit(OP.import, stmt, { name: alias.name, b: 1 }), stmt);
  }
};

export const lowerImportFrom = (b: Builder, stmt: Extract<Stmt, { type: 'ImportFrom' }>): void => {
  const from = absolute(b.module, stmt.level, stmt.module);
  b.module.imports.add(from);
  for (const alias of stmt.names) {
    if (alias.name === '*') {
      b.emit(OP.importStar, stmt, { dst: -1, name: from });
      continue;
    }
    b.module.importedNames.add(`${from}.${alias.name}`);
    const value = b.emit(OP.importFrom, stmt, { name: alias.name, names: [from] });
    storeName(b, alias.asname ?? alias.name, value, stmt);
  }
};
