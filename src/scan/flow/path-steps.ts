import { type Instr, OP } from '../lower/ir.ts';
import type { Frame } from './frame.ts';
import { onlyMove } from './liveness.ts';
import { bless } from './refined-values.ts';
import type { State } from './state.ts';
import { CONTEXTS } from './taint.ts';
import { onlyConstant, UNKNOWN, type Val } from './value.ts';

export const isUp = (value: Val): boolean => onlyConstant(value) === '..';

const madeBy = ({ fn }: Frame, reg: number): Instr | undefined =>
  fn.defs[reg] ?? fn.defs[onlyMove(fn, reg)?.a ?? -1];

// The arguments of an earlier block are gone: what is written there is still to be read.
const isSlash = (frame: Frame, reg: number): boolean => {
  const made = madeBy(frame, reg);
  return made?.op === OP.attr
    ? made.name === 'sep'
    : made?.op === OP.constant && /[/\\]/.test(String(onlyConstant(made.val ?? UNKNOWN)));
};

/** `path.split('/')`, `re.split(r'[/\\]', path)`, `Path(path).parts`: no step of it leads up when none is `..`. */
export const isSteps = (frame: Frame, { op, name, args }: Instr): boolean =>
  (op === OP.attr && name === 'parts') ||
  (op === OP.method && /^r?split$/.test(name) && args.some((reg) => isSlash(frame, reg)));

/** Register `reg` is not `..`: when it goes through the steps of a path, that does not lead up. */
export const isNoStep = (frame: Frame, state: State, reg: number, value: Val): void => {
  const from = reg < frame.fn.slots.length ? madeBy(frame, reg) : undefined;
  const whole = from?.op === OP.iterate ? madeBy(frame, from.a) : undefined;
  if (value.taints.length > 0 && whole !== undefined && isSteps(frame, whole))
    bless(state, value.taints, CONTEXTS.path);
};
