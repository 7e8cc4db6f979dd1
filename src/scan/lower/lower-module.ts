import { hash } from 'node:crypto';
import type { Module } from '../python/ast.ts';
import { Builder } from './builder.ts';
import type { FunctionCode, ModuleCode } from './ir.ts';
import { findScopes } from './scopes.ts';
import { lowerBody } from './statements.ts';

export interface ModuleId {
  /** Dotted name within the project. */
  name: string;
  file: number;
  path: string;
  isPackage: boolean;
  /** Names the module by what it is called and holds, see {@link digestOf}. */
  digest: string;
}

/** The same for modules of one name and content, wherever they lie: 96 bits of SHA-256. */
export const digestOf = (name: string, text: string): string =>
  hash('sha256', `${name}\0${text}`, 'base64url').slice(0, 16);

/** Turns the tree of a module into blocks of three-address instructions; the tree is not kept. */
export const lowerModule = (tree: Module, id: ModuleId): ModuleCode => {
  const scope = findScopes(tree.body);
  const module = {
    ...id,
    functions: [] as FunctionCode[],
    classes: [],
    annotated: new Map(),
    imports: new Set<string>(),
    importedNames: new Set<string>(),
    cuts: [],
  } as Omit<ModuleCode, 'body'> as ModuleCode;
  const body: FunctionCode = {
    name: '<module>',
    path: '',
    key: `${id.digest}:body`,
    module,
    owner: null,
    outer: null,
    params: [],
    returns: '',
    decorators: [],
    isAsync: false,
    isGenerator: false,
    slots: [],
    cells: new Set(),
    blocks: [],
    registers: 0,
    defs: [],
    defaults: new Map(),
    start: tree.start,
    end: tree.end,
    size: 0,
  };
  module.body = body;
  const builder = new Builder(body, module, scope, null);
  scope.cells.clear();
  lowerBody(builder, tree.body);
  builder.finish();
  return module;
};
