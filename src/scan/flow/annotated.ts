import type { FunctionCode, ModuleCode, Parameter } from '../lower/ir.ts';
import type { Engine } from './engine.ts';

/** A parameter, and the module in which the names of its annotation and its marker are to be looked up. */
export interface AnnotatedParameter extends Parameter {
  readonly module: ModuleCode;
}

/** Names an `Annotated[…]` of an expression, for the value that it makes. */
export const annotatedSite = (module: ModuleCode, start: number): string => `${start}:${module.name}`;

/**
 * The parameters of `fn`, with names that stand for `Annotated[type, marker]` looked through:
 * `User = Annotated[Person, Depends(current)]`, here or in another module.
 */
export const annotatedParameters = (engine: Engine, fn: FunctionCode): AnnotatedParameter[] =>
  fn.params.map((param) => {
    const plain = { ...param, module: fn.module };
    if (param.marker !== null || param.annotation === '') return plain;
    const [head = '', ...rest] = param.annotation.split('.');
    let ref = engine.module(fn.module.name)?.globals.get(head)?.refs[0];
    for (const part of rest)
      ref = ref?.k === 'mod' ? engine.module(ref.mod.name)?.globals.get(part)?.refs[0] : undefined;
    if (ref?.k !== 'ext' || ref.site === undefined || !ref.name.endsWith('Annotated[]')) return plain;
    const [start = '', name = ''] = ref.site.split(/:(.*)/);
    const module = engine.options.load(name);
    const meant = module?.annotated.get(Number(start));
    return module === null || meant === undefined ? plain : { ...param, ...meant, module };
  });
