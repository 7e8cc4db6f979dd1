import type { Instr, ModuleCode } from '../lower/ir.ts';
import type { Registry } from '../models/registry.ts';
import type { CallArgs } from './call.ts';
import type { Frame } from './frame.ts';
import type { State } from './state.ts';
import type { Hit } from './summary.ts';
import type { SummaryStore } from './summary-store.ts';
import type { Val } from './value.ts';

export interface EngineOptions {
  registry: Registry;
  /** The module of the project with this dotted name, or null. */
  load(name: string): ModuleCode | null;
  /** Told of every call of something outside the project, for the checks without flow. */
  onCall?: CallListener | undefined;
  /** Told of every value that a function returns or yields. */
  onReturn?: ((frame: Frame, state: State, value: Val, instr: Instr) => void) | undefined;
  /** Told of every exception handler, with the type that it names. */
  onCaught?: ((frame: Frame, instr: Instr, type: Val | null) => void) | undefined;
  /** Told when an attribute of something outside the project is set. */
  onSet?: ((frame: Frame, state: State, name: string, value: Val, instr: Instr) => void) | undefined;
  /** Told when an element of something outside the project is set. */
  onSetItem?:
    | ((frame: Frame, state: State, name: string, key: Val, value: Val, instr: Instr) => void)
    | undefined;
  onHit(hit: Hit): void;
  /** Summaries of other runs, and room for those of this one. */
  summaries?: SummaryStore | undefined;
}

export type CallListener = (call: {
  frame: Frame;
  state: State;
  name: string;
  receiver: Val | null;
  args: CallArgs;
}) => void;
