import type { Instr } from '../lower/ir.ts';
import { callMethod } from './call.ts';
import type { Frame } from './frame.ts';
import type { State } from './state.ts';
import { UNKNOWN, type Val } from './value.ts';

/** What an object of the project becomes in a text: what its `__str__` gives. Null for any other value. */
export const shown = (frame: Frame, state: State, value: Val, instr: Instr): Val | null => {
  for (const ref of value.refs) {
    const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
    if (!obj?.cls || frame.engine.findMethod(obj.cls, '__str__') === null) continue;
    const args = { instr, positional: [], keywords: new Map(), star: null, stars: null };
    return callMethod(frame, state, value, '__str__', args) ?? UNKNOWN;
  }
  return null;
};
