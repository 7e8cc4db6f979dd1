import type { Instr } from '../lower/ir.ts';
import { callValue } from './call.ts';
import type { Frame } from './frame.ts';
import type { State } from './state.ts';
import { UNKNOWN, type Val } from './value.ts';

/** Name of the bound value that stands for whatever a function gives each time it is asked (`LocalProxy(find)`). */
export const PROXY = '<proxy>';

/** What the function of a proxy gives now. */
export const proxied = (frame: Frame, state: State, find: Val, instr: Instr): Val =>
  callValue(frame, state, find, {
    instr: { ...instr, uid: -1000 - instr.uid },
    positional: [],
    keywords: new Map(),
    star: null,
    stars: null,
  }) ?? UNKNOWN;
