import type { Frame } from './frame.ts';
import type { State } from './state.ts';
import { objectRef, UNKNOWN, type Val } from './value.ts';

/**
 * `value` for code that runs later, when the objects of this function are gone: an object of a class of the project
 * becomes one that every reader shares, as its constructor leaves it.
 */
export const shared = (frame: Frame, state: State, value: Val): Val => {
  if (value.refs.every((ref) => ref.k !== 'obj')) return value;
  let open = value.open;
  const refs = value.refs.flatMap((ref) => {
    if (ref.k !== 'obj' || ref.id < 0) return [ref];
    const cls = frame.obj(state, ref.id)?.cls ?? null;
    const id = cls === null ? 0 : frame.engine.sharedInstance(cls);
    if (id === 0) open = true;
    return id === 0 ? [] : objectRef(id).refs;
  });
  return refs.length === 0 && !open ? UNKNOWN : { ...value, refs, open };
};
