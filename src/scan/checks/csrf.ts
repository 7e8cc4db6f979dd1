import type { Engine } from '../flow/engine.ts';
import { rootName } from '../flow/handlers/handler.ts';
import type { Decorator, FunctionCode, ModuleCode } from '../lower/ir.ts';
import type { Collector } from '../report/collector.ts';
import { isOfTests } from './of-tests.ts';

const EXEMPT = /^django\.views\.decorators\.csrf\.csrf_exempt$|^flask_wtf\.(csrf\.)?CSRFProtect\(\)\.exempt$/;

/** Decorators that take a view out of the protection against forged requests, alone or for the methods of a class. */
export const checkCsrf = (engine: Engine, code: ModuleCode, collector: Collector): void => {
  if (isOfTests(code)) return;
  const look = (at: FunctionCode, decorator: Decorator): void => {
    const name = rootName(engine, at, decorator);
    const given = /(^|\.)method_decorator$/.test(name)
      ? [...decorator.args, ...decorator.listed].flatMap((each) =>
          each === null ? [] : [rootName(engine, at, { name: each })],
        )
      : [name];
    const exempt = given.find((each) => EXEMPT.test(each));
    if (exempt === undefined) return;
    collector.add({
      rule: 'py/csrf-off',
      name: exempt,
      why: 'Any site can send this request in the name of the visitor.',
      place: { file: code.file, start: decorator.start, end: decorator.end },
      confidence: 'possible',
    });
  };
  for (const fn of code.functions) for (const each of fn.decorators) look(fn, each);
  for (const cls of code.classes) for (const each of cls.decorators) look(code.body, each);
};
