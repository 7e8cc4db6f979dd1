import type { FunctionCode, Parameter } from '../lower/ir.ts';
import type { Engine } from './engine.ts';
import { formGiven } from './forms.ts';
import { type Handler, typedParameter } from './handlers/handler.ts';
import { fillModel } from './records.ts';
import { keyOf, makeObj, type Obj } from './state.ts';
import { objectRef, UNKNOWN, type Val } from './value.ts';

interface Given {
  /** The values of the parameters, to be filled in. */
  readonly args: Val[];
  readonly heap: Map<number, Obj>;
  /** The next free number of an object. */
  firstId: number;
}

/** What whoever calls `fn` gives it, as far as that is known of a framework, an annotation or a default. */
export const giveParameters = (
  engine: Engine,
  fn: FunctionCode,
  handler: Handler | null,
  given: Given,
  depth: number,
): { firstId: number; hot: boolean } => {
  const { args, heap } = given;
  let hot = false;
  const place = (obj: Obj): Val => {
    heap.set(given.firstId, obj);
    return objectRef(given.firstId++);
  };
  const parameterValue = (param: Parameter, i: number): Val => {
    const preset = handler?.params.get(param.name);
    const model = handler?.models?.get(param.name);
    const dict = handler?.dicts?.get(param.name);
    const form = handler?.forms?.get(param.name);
    if (preset !== undefined && model !== undefined) {
      const made = objectRef(given.firstId);
      given.firstId = fillModel(engine, heap, given.firstId, model, preset);
      return made;
    }
    if (preset !== undefined && form !== undefined) return formGiven(form, preset.taints, place);
    if (dict !== undefined)
      return place(
        makeObj('dict', { fields: new Map([...dict].map(([key, value]) => [keyOf(key), value])) }),
      );
    if (preset !== undefined) {
      if (preset.taints.length > 0) hot = true;
      return preset;
    }
    if (param.kind === 'star' || param.kind === 'stars')
      return place(makeObj(param.kind === 'star' ? 'tuple' : 'dict', { rest: UNKNOWN }));
    const made =
      fn.name === '__init__' ? engine.constructed.parameter(engine, fn, i, depth, heap, given.firstId) : null;
    if (made !== null) {
      given.firstId = made.next;
      return made.value;
    }
    if (!param.hasDefault) return typedParameter(engine, fn, param) ?? UNKNOWN;
    // Called without it, it holds its default: checks that look for a constant see that.
    const { consts } = fn.defaults.get(param.name) ?? UNKNOWN;
    return consts.length > 0 && consts[0] !== null ? { ...UNKNOWN, consts } : UNKNOWN;
  };
  fn.params.forEach((param, i) => {
    if (i > 0 || args[0] === UNKNOWN) args[i] = parameterValue(param, i);
  });
  return { firstId: given.firstId, hot };
};
