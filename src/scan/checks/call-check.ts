import type { Confidence, Severity } from '../../core/index.ts';
import { type CallArgs, everyArgument } from '../flow/call.ts';
import type { Frame } from '../flow/frame.ts';
import { argumentOf } from '../flow/sinks.ts';
import type { State } from '../flow/state.ts';
import {
  allConstants,
  type Constant,
  externalNames,
  onlyConstant,
  segmentsOf,
  type Val,
} from '../flow/value.ts';
import { OP } from '../lower/ir.ts';

export interface Verdict {
  rule: string;
  why: string;
  confidence?: Confidence;
  severity?: Severity;
}

/** A call of something outside the project, as the checks without flow see it. */
export class Call {
  readonly frame: Frame;
  readonly state: State;
  readonly name: string;
  readonly receiver: Val | null;
  readonly args: CallArgs;

  constructor(parts: { frame: Frame; state: State; name: string; receiver: Val | null; args: CallArgs }) {
    this.frame = parts.frame;
    this.state = parts.state;
    this.name = parts.name;
    this.receiver = parts.receiver;
    this.args = parts.args;
  }

  arg(i: number, name: string): Val | null {
    return argumentOf(this.args, i < 0 ? name : [i, name]);
  }

  /** The constant that is given, undefined when none or not known. */
  constant(i: number, name: string): Constant | undefined {
    const value = this.arg(i, name);
    return value === null ? undefined : onlyConstant(value);
  }

  /** Whether the argument is, or can be, one of these constants. */
  is(i: number, name: string, ...wanted: Constant[]): boolean {
    const value = this.arg(i, name);
    const known = value === null ? null : (allConstants(value) ?? value.consts);
    return known?.some((each) => wanted.includes(each)) === true;
  }

  has(i: number, name: string): boolean {
    return this.arg(i, name) !== null || this.args.stars !== null;
  }

  /** Names outside the project that the argument may stand for. */
  names(i: number, name: string): string[] {
    const value = this.arg(i, name);
    return value === null ? [] : externalNames(value);
  }

  /**
   * Whether the rules with flow have settled what `value` does here: it was followed from a request and is fixed, or
   * what it carries was checked or escaped on the way. With `plain`, also that nothing of the request is in it.
   */
  settled(value: Val | null, plain = false): boolean {
    if (!this.frame.hot || value === null) return false;
    // In a handler itself, what carries nothing of the request is the app's own.
    if (plain && this.frame.mount !== null) return true;
    if (allConstants(value) !== null || this.frame.deepTaints(this.state, value).length > 0) return true;
    const segments = segmentsOf(value);
    return segments?.every((segment) => typeof segment === 'string') === true;
  }

  get literal(): boolean {
    return everyArgument(this.args).every((value) => allConstants(value) !== null);
  }

  /** Words around the call: the function, what the result is assigned to, what is passed. */
  words(): string {
    const { fn } = this.frame;
    const { instr } = this.args;
    const out = [fn.name, fn.owner?.name ?? '', ...this.args.keywords.keys()];
    const named = (reg: number, depth = 0): void => {
      if (reg < 0 || depth > 4) return;
      out.push(fn.slots[reg] ?? '');
      const def = fn.defs[reg];
      if (def?.op === OP.constant && depth > 0) {
        const text = def.val === null ? undefined : onlyConstant(def.val);
        if (typeof text === 'string' && /^\w{2,30}$/.test(text)) out.push(text);
      }
      if (def === undefined || def.op === OP.constant) return;
      if (def.name !== '') out.push(def.name);
      named(def.a, depth + 1);
      if (def.op === OP.index) named(def.b, depth + 1);
      for (const arg of def.args) named(arg, depth + 1);
    };
    for (const arg of instr.args) named(arg);
    // The result, and the results of up to three calls on it, as in `md5(x).hexdigest()[:8]`.
    let reg = instr.dst;
    for (let hop = 0; hop < 4; hop++) {
      const user = this.#userOf(reg);
      if (user === null) break;
      if (user.op === OP.move) {
        out.push(fn.slots[user.dst] ?? '');
        break;
      }
      out.push(user.name);
      if (user.op === OP.setIndex) named(user.b);
      reg = user.dst;
    }
    return out.join(' ').toLowerCase();
  }

  #userOf(reg: number) {
    if (reg < 0) return null;
    for (const block of this.frame.fn.blocks) {
      for (const instr of block.instrs) {
        if (instr.a === reg || instr.b === reg || instr.c === reg || instr.args.includes(reg)) return instr;
      }
    }
    return null;
  }
}

export type CallCheck = (call: Call) => Verdict | null;
