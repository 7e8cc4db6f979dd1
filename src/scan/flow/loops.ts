import { type Instr, OP } from '../lower/ir.ts';
import { read } from './execute.ts';
import type { Frame } from './frame.ts';
import { truthOfValue, URLS } from './guards.ts';
import { onlyMove } from './liveness.ts';
import { bless, clean } from './refined-values.ts';
import { contents, type State } from './state.ts';
import { EVERYWHERE, NO_TAINT, type Taint } from './taint.ts';
import { BOTTOM, externalNames, type Val } from './value.ts';

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

/** What cuts a text into parts, of which there are none only when there is no text. */
const CUTS = new Set(['split', 'rsplit', 'splitlines']);

/**
 * The taints of what a loop goes through, when it goes through all of it: a text, its parts, or what the request itself
 * holds. What a function picked out of it may be empty for other reasons.
 */
const wholeOf = (frame: Frame, state: State, reg: number): readonly Taint[] => {
  const source = read(frame, state, reg);
  const made = frame.fn.defs[reg] ?? frame.fn.defs[onlyMove(frame.fn, reg)?.a ?? -1];
  if (made?.op === OP.method && CUTS.has(made.name)) return read(frame, state, made.a).taints;
  const { sources } = frame.engine.registry;
  const isWhole = source.refs.every(
    (ref) => ref.k === 'ext' && (!ref.name.endsWith(')') || sources.has(ref.name) || ALL_OF.test(ref.name)),
  );
  return isWhole ? source.taints : NO_TAINT;
};

/** All values of one field of the request. */
const ALL_OF = /\.(getlist|getall|get_all)\(\)$/;
const ADDRESSES = /(^|\.)(getaddrinfo|gethostbyname(_ex)?|resolve|query)\(\)$|^ipaddress\.\w+\(\)$/;

// A host without an address cannot be reached; it may still be anything else.
const addressesOf = (frame: Frame, state: State, reg: number): readonly Taint[] => {
  const source = read(frame, state, reg);
  const [ref] = source.refs;
  const list = ref?.k === 'obj' && source.refs.length === 1 ? frame.obj(state, ref.id) : undefined;
  const names = externalNames(list === undefined ? source : contents(list));
  return names.length > 0 && names.every((name) => ADDRESSES.test(name))
    ? frame.deepTaints(state, source, 1)
    : NO_TAINT;
};

/**
 * Going through a collection gave nothing at all. Returns false when that cannot be. What it was made of is empty then:
 * what the tests of its elements would have told holds for it.
 */
export const foundNothing = (frame: Frame, state: State, { a }: Instr): boolean => {
  if (holdsSome(frame, state, read(frame, state, a))) return false;
  if (!frame.hot) return true;
  bless(state, wholeOf(frame, state, a), EVERYWHERE);
  bless(state, addressesOf(frame, state, a), URLS);
  return true;
};

/** Going through a text came to its end: it is made of characters as the last round left them. */
export const cameToEnd = (frame: Frame, state: State, { a, b }: Instr): void => {
  if (!frame.hot) return;
  const source = read(frame, state, a);
  if (source.taints.length === 0 || source.refs.some(({ k }) => k === 'obj')) return;
  if (read(frame, state, b).taints.length === 0) clean(frame, state, a);
};
