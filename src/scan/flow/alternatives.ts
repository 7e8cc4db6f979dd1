import type { Instr } from '../lower/ir.ts';
import type { Frame } from './frame.ts';
import type { State } from './state.ts';
import { join, type Val } from './value.ts';

/**
 * Calls each of what `instr` may call. Each begins with what was known before: what one has tested or changed says
 * nothing of the others. Null when no way comes back from any.
 */
export const callEach = <Callee>(
  frame: Frame,
  state: State,
  instr: Instr,
  callees: readonly Callee[],
  call: (callee: Callee, state: State) => Val | null,
): Val | null => {
  if (callees.length === 0) return null;
  const first = callees[0] as Callee;
  if (callees.length === 1) return call(first, state);
  const width = state.regs.length;
  const before = state.fork(width);
  let out = call(first, state);
  for (const callee of callees.slice(1)) {
    const way = before.fork(width);
    const made = call(callee, way);
    if (made === null) continue;
    state.absorb(way, [], false);
    out = out === null ? made : join(out, made);
  }
  frame.outcomes.delete(instr);
  return out;
};
