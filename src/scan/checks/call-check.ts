import type { Confidence, Severity } from '../../core/index.ts';
import { type CallArgs, everyArgument } from '../flow/call.ts';
import type { Frame } from '../flow/frame.ts';
import { argumentOf } from '../flow/sinks.ts';
import type { State } from '../flow/state.ts';
import {
  allConstants,
  type Constant,
  namesAndBases,
  onlyConstant,
  segmentsOf,
  type Val,
} from '../flow/value.ts';
import { type Instr, OP } from '../lower/ir.ts';
import { conditionsOf, namesAhead, namesBehind, spelled, usersOf } from './words.ts';

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
  /** A check was told that the flow has settled it. */
  wasSettled = false;

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

  /** The register that argument `i`, or the one named `name`, is passed in; -1 when it is not given by itself. */
  register(i: number, name: string): number {
    const { names, args } = this.args.instr;
    const named = names?.indexOf(name) ?? -1;
    if (named >= 0) return args[named] ?? -1;
    const positional = args.filter((_, n) => (names?.[n] ?? '') === '');
    return i < 0 ? -1 : (positional[i] ?? -1);
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
    return value === null ? [] : namesAndBases(value);
  }

  /**
   * Whether the rules with flow have settled what `value` does here: it was followed from a request and is fixed, or
   * what it carries was checked or escaped on the way. With `plain`, also that nothing of the request is in it.
   */
  settled(value: Val | null, plain = false): boolean {
    const settled = this.#settles(value, plain);
    this.wasSettled ||= settled;
    return settled;
  }

  #settles(value: Val | null, plain: boolean): boolean {
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

  /** The words around the call, identifier by identifier: the function, what the result becomes, what is passed. */
  words(): string {
    const { fn } = this.frame;
    const out = [fn.name, fn.owner?.name ?? ''];
    return [...out, ...this.#passed(), ...this.#becomes()].map(spelled).join(' | ');
  }

  /** The words of what is passed alone. */
  given(): string {
    return this.#passed().map(spelled).join(' | ');
  }

  /** The words of what the result becomes alone. */
  result(): string {
    return this.#becomes().map(spelled).join(' | ');
  }

  /** The words of the calls that the result goes through and into. */
  ahead(): string {
    return namesAhead(this.frame.fn, this.args.instr.dst);
  }

  /** The words of the conditions on which the call depends. */
  conditions(): string {
    return conditionsOf(this.frame.fn, this.args.instr);
  }

  /** Whether what is called is one of several: a table of algorithms out of which the other side chooses. */
  get oneOfSeveral(): boolean {
    const { op, a } = this.args.instr;
    return op === OP.call && (this.state.regs[a]?.refs.filter(({ k }) => k === 'ext').length ?? 0) > 1;
  }

  /** The instructions that read the result, and those that read the variable it is put into. */
  uses(): readonly Instr[] {
    const { fn } = this.frame;
    const direct = usersOf(fn, this.args.instr.dst);
    return direct.flatMap((user) => (user.op === OP.move ? usersOf(fn, user.dst) : [user]));
  }

  #passed(): string[] {
    const { fn } = this.frame;
    const { instr } = this.args;
    const out = [...this.args.keywords.keys()];
    for (const arg of instr.args) namesBehind(fn, arg, out);
    // What a hash is fed with afterwards.
    for (const use of this.uses())
      if (use.op === OP.method && use.name === 'update')
        for (const arg of use.args) namesBehind(fn, arg, out, 1);
    return out;
  }

  // The names the result gets, and those of what up to three calls on it make, as in `md5(x).hexdigest()[:8]`.
  #becomes(): string[] {
    const { fn } = this.frame;
    const out: string[] = [];
    let reg = this.args.instr.dst;
    for (let hop = 0; hop < 5; hop++) {
      const [user] = usersOf(fn, reg);
      if (user === undefined) break;
      if (user.op === OP.move) {
        out.push(fn.slots[user.dst] ?? '');
        break;
      }
      // A name of a method says what becomes of the result, `join` and the like say nothing.
      out.push(user.name);
      if (user.op === OP.setIndex) namesBehind(fn, user.b, out, 1);
      // What it is compared with.
      if (user.op === OP.compare) namesBehind(fn, user.a === reg ? user.b : user.a, out, 1);
      reg = user.dst;
    }
    return out;
  }
}

export type CallCheck = (call: Call) => Verdict | null;
/** A check, or several that each may have something to say of the same call. */
export type CallChecks = (call: Call) => Verdict | readonly Verdict[] | null;

export const each = (names: readonly string[], check: CallChecks): [string, CallChecks][] =>
  names.map((name) => [name, check]);

export const always =
  (rule: string, why: string, more: Partial<Verdict> = {}): CallCheck =>
  () => ({ rule, why, ...more });

/** The first of `checks` that has something to say. */
export const both =
  (...checks: CallCheck[]): CallChecks =>
  (call) => {
    const out: Verdict[] = [];
    for (const check of checks) {
      const verdict = check(call);
      if (verdict !== null && !out.some(({ rule }) => rule === verdict.rule)) out.push(verdict);
    }
    return out;
  };

/** The text that `value` is for certain. */
export const literalText = (value: Val | null): string | null => {
  if (value === null || value.open) return null;
  const [only] = value.consts;
  return value.consts.length === 1 && value.refs.length === 0 && typeof only === 'string' ? only : null;
};
