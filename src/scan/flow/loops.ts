import type { Instr } from '../lower/ir.ts';
import { read } from './execute.ts';
import type { Frame } from './frame.ts';
import { truthOfValue } from './guards.ts';
import { bless, clean } from './refined-values.ts';
import type { State } from './state.ts';
import { EVERYWHERE } from './taint.ts';
import { BOTTOM, type Val } from './value.ts';

/** Whether a collection is known to hold something. What a module has filled is taken not to be empty later. */
const holdsSome = (frame: Frame, state: State, value: Val): boolean => {
  const filled = value.refs.every((ref) => {
    const obj = ref.k === 'obj' ? frame.obj(state, ref.id) : undefined;
    return ref.k === 'obj' && ref.id < 0 && obj?.shape !== 'instance' && (obj?.rest ?? BOTTOM) !== BOTTOM;
  });
  if (filled && value.refs.length > 0 && !value.open) return true;
  const plain = value.refs.every((ref) => ref.k === 'obj' && frame.obj(state, ref.id)?.shape !== 'instance');
  return plain && truthOfValue(frame, state, value) === true;
};

/**
 * Going through a collection gave nothing at all. Returns false when that cannot be. What it was made of is empty then:
 * what the tests of its elements would have told holds for it.
 */
export const foundNothing = (frame: Frame, state: State, { a }: Instr): boolean => {
  const source = read(frame, state, a);
  if (holdsSome(frame, state, source)) return false;
  if (frame.hot) {
    const taints = frame.deepTaints(state, source, 1);
    if (taints.length > 0) bless(state, taints, EVERYWHERE);
  }
  return true;
};

/** Going through a text came to its end: it is made of characters as the last round left them. */
export const cameToEnd = (frame: Frame, state: State, { a, b }: Instr): void => {
  if (!frame.hot) return;
  const source = read(frame, state, a);
  if (source.taints.length === 0 || source.refs.some(({ k }) => k === 'obj')) return;
  if (read(frame, state, b).taints.length === 0) clean(frame, state, a);
};
