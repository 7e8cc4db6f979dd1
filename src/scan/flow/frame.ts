import type { ParameterPlace } from '../../core/index.ts';
import type { Block, FunctionCode, Instr } from '../lower/ir.ts';
import type { Engine, ModuleRun } from './engine.ts';
import { execute } from './execute.ts';
import { refine, truthOfValue } from './guards.ts';
import type { Outcome } from './invoke.ts';
import { liveInLoops, liveVariables } from './liveness.ts';
import type { MadeObjects } from './made-objects.ts';
import type { Obj, State } from './state.ts';
import type { Hit } from './summary.ts';
import { type CodePlace, joinTaints, NO_TAINT, step, type Taint } from './taint.ts';
import { BOTTOM, join, objectRef, type Ref, UNKNOWN, type Val } from './value.ts';

const WIDEN_AFTER = 3;
const MOST_VISITS = 8;

/** Where a handler of the web is mounted, for the sources that it reads. */
export interface Mount {
  framework: string;
  route: string | null;
  methods: string[];
  /** Whether what it returns is a page of HTML, where the framework alone does not say so. */
  page?: boolean;
  /** It is what a decorator put around a handler: what it returns was looked at inside. */
  around?: boolean;
  /** The view that it was put around. */
  view?: FunctionCode;
}

/** What a decorator takes out of the request: its fields, and whether each holds only numbers, dates or the like. */
export interface Parsed {
  where: ParameterPlace;
  fields: ReadonlyMap<string, boolean>;
  /** Each field is an argument of its own, not an entry of one dict. */
  named: boolean;
}

/** What stands before the routes of a router. */
export interface Prefix {
  text: string;
  /** Exactly one slash goes between prefix and route (Flask); else they are put together as they are (FastAPI). */
  joined: boolean;
}

/** Names the call `instr`, for what it makes. */
export const siteOf = (frame: Frame, name: string, instr: Instr): string =>
  `${name}:${frame.fn.module.digest}:${instr.start}`;

/** The objects that the taints of a value are being gathered from, with how deep from each. */
const seen = new Map<number, number>();
const MOST_SEEN = 1_000;

/** One run of a function's code over abstract values. */
export class Frame {
  readonly engine: Engine;
  readonly fn: FunctionCode;
  readonly depth: number;
  /** Something tainted was seen: from now on calls are followed with their arguments. */
  hot: boolean;
  readonly mount: Mount | null;
  /** The code is the top level of a module: its objects and variables outlive it. */
  readonly isBody: boolean;
  #module: ModuleRun | null | undefined;
  /** How many calls lead to calls within one instruction. */
  callDepth = 0;
  scope = 0;
  parentScope = 0;
  self: Val | null = null;
  hits: Hit[] = [];
  ret: Val = BOTTOM;
  yielded: Val = BOTTOM;
  exit: State | null = null;
  whenTrue: (Val | undefined)[] | null = null;
  whenFalse: (Val | undefined)[] | null = null;
  /** The state that the last instruction left behind, for modules that never come to their end. */
  last: State | null = null;
  /** What the calls of this run did, for the guards that test their results. */
  readonly outcomes = new Map<Instr, Outcome>();
  /** Variables that hold the host of a parsed URL. */
  readonly flags = new Set<string>();
  readonly hostSlots = new Set<number>();
  readonly #made: MadeObjects;
  /** The objects that this run makes are numbered from here on. */
  readonly firstOwn: number;
  #live: readonly (readonly number[])[] | null | undefined;
  #every: readonly number[] | null = null;

  constructor(
    engine: Engine,
    fn: FunctionCode,
    options: { depth: number; hot: boolean; firstId: number; mount?: Mount | null },
  ) {
    this.engine = engine;
    this.fn = fn;
    this.isBody = engine.isModuleBody(fn);
    this.depth = options.depth;
    this.hot = options.hot;
    this.firstOwn = options.firstId;
    this.#made = engine.madeBy(fn);
    this.mount = options.mount ?? null;
  }

  /** The module whose variables the code sees. */
  get module(): ModuleRun | null {
    if (this.#module === undefined) this.#module = this.engine.runOf(this.fn);
    return this.#module;
  }

  /** The id of the object that instruction `instr` makes; the same one when it runs again. */
  idFor(instr: Instr, part: string | number = ''): number {
    return this.#idOf(this.#made.at(instr, part));
  }

  /** The same for object number `id` of those that a call of `fn` leaves, which made those from `firstOwn` on itself. */
  idFrom(instr: Instr, fn: FunctionCode, firstOwn: number, id: number): number {
    return this.#idOf(this.#made.within(this.engine.madeBy(fn), instr, id < firstOwn ? -id : id - firstOwn));
  }

  #idOf(n: number): number {
    return this.isBody ? this.engine.objectIds.of(this.#made.nameOf(n)) : this.firstOwn + n;
  }

  place(instr: Instr): CodePlace {
    return { file: this.fn.module.file, start: instr.start, end: instr.end };
  }

  obj(state: State, id: number): Obj | undefined {
    return state.get(id) ?? (id < 0 ? this.#shared(id) : undefined);
  }

  #shared(id: number): Obj | undefined {
    const { shared, basis } = this.engine;
    // What a request left in it may come out here.
    if (shared.holdsMore(id)) this.hot = true;
    return shared.get(id, this.fn, basis);
  }

  /** The object for writing: one of the module is copied in first. */
  own(state: State, id: number): Obj | undefined {
    const mine = state.own(id);
    if (mine !== undefined) return mine;
    const global = id < 0 ? this.#shared(id) : undefined;
    if (global === undefined) return undefined;
    state.put(id, global);
    return state.own(id);
  }

  /** `val` with a step added to the way of each of its taints. */
  stepped(val: Val, instr: Instr, why: string): Val {
    if (val.taints.length === 0) return val;
    return { ...val, taints: step(val.taints, this.place(instr), why) };
  }

  /** The taints of a value and of what it contains, three levels deep; of large webs of objects as far as it goes. */
  deepTaints(state: State, val: Val, depth = 3): readonly Taint[] {
    if (depth === 0 || val.refs.length === 0) return val.taints;
    seen.clear();
    const out = this.#gather(state, val, depth);
    return out.length === 0 ? NO_TAINT : out;
  }

  #gather(state: State, val: Val, depth: number): readonly Taint[] {
    let out = val.taints;
    if (depth === 0) return out;
    for (let i = 0; i < val.refs.length; i++) {
      const ref = val.refs[i] as Ref;
      if (ref.k === 'bound') out = joinTaints(out, ref.self.taints);
      if (ref.k !== 'obj' || (seen.get(ref.id) ?? 0) >= depth || seen.size > MOST_SEEN) continue;
      seen.set(ref.id, depth);
      const obj = this.obj(state, ref.id);
      if (obj === undefined || obj.shape === 'scope') continue;
      const inner = (part: Val) => {
        if (part.taints.length > 0 || part.refs.length > 0)
          out = joinTaints(out, this.#gather(state, part, depth - 1));
      };
      obj.fields.forEach(inner);
      if (obj.elems !== null) obj.elems.forEach(inner);
      inner(obj.rest);
    }
    return out;
  }

  /** Notes that `hit` happens here; once for each place, rule and origin. */
  hit(hit: Hit): void {
    const known = this.hits.some(
      (other) =>
        other.rule === hit.rule &&
        other.place.start === hit.place.start &&
        other.place.file === hit.place.file &&
        other.taint.origin.id === hit.taint.origin.id,
    );
    if (!known) this.hits.push(hit);
  }

  /** A taint that came in somewhere below a handler of the web came in through that handler's route. */
  mounted(taint: Taint): Taint {
    const { web } = taint.origin;
    if (this.mount === null || this.mount.route === null || web === null || web.route !== null) return taint;
    const { route, methods } = this.mount;
    return {
      ...taint,
      origin: { ...taint.origin, id: `${taint.origin.id}@${route}`, web: { ...web, route, methods } },
    };
  }

  /** Runs the code from `start`. Returns false when the budget was spent before it came to rest. */
  run(start: State): boolean {
    const { blocks, slots } = this.fn;
    const width = slots.length;
    const around = objectRef(this.scope);
    const entries: (State | undefined)[] = new Array(blocks.length);
    const visits = new Uint8Array(blocks.length);
    const waiting = new Uint8Array(blocks.length);
    entries[0] = start;
    waiting[0] = 1;
    let left = true;
    // The first block that waits; none before the block that is looked at.
    let first = blocks.length;
    // A block that begins with what its handlers were just told.
    let told = -1;
    const wait = (order: number): void => {
      waiting[order] = 1;
      if (order < first) first = order;
    };
    // Taking over many variables costs as much as carrying out instructions: it counts against the budget too.
    const weight = width >> 6;
    let carried = 0;
    const send = (target: Block, state: State, last = false): void => {
      carried += weight;
      const known = entries[target.order];
      if (known === undefined) {
        entries[target.order] = last ? state.pass(width) : state.fork(width);
        wait(target.order);
        return;
      }
      const widening = (visits[target.order] ?? 0) >= WIDEN_AFTER;
      if (known.absorb(state, this.#liveAt(target), widening)) wait(target.order);
    };
    for (let at = 0; at < blocks.length; at++) {
      const block = blocks[at];
      const entry = entries[at];
      if (waiting[at] === 0 || block === undefined || entry === undefined) continue;
      waiting[at] = 0;
      const seen = (visits[at] ?? 0) + 1;
      visits[at] = seen;
      if (seen > MOST_VISITS || !this.engine.spend(block.instrs.length + 1 + carried)) {
        left = false;
        this.engine.cut(this.fn, 'a function took more than its budget');
        if (seen <= MOST_VISITS) break;
        continue;
      }
      carried = block.cond < 0 ? 0 : entry.regs.length >> 6;
      const state = block.once ? entry : entry.fork(width);
      if (block.once) entries[at] = undefined;
      const { instrs, handlers } = block;
      if (told !== at) for (const handler of handlers) send(handler, state);
      told = -1;
      let stopped = false;
      for (let n = 0; n < instrs.length; n++) {
        if (!execute(this, state, instrs[n] as Instr)) {
          stopped = true;
          break;
        }
      }
      this.last = state;
      if (!stopped) {
        if (!this.isBody && state.hasGrown)
          state.drop([...this.#liveAfter(block, state), this.yielded, around], this.firstOwn);
        for (const handler of handlers) send(handler, state);
        this.#leave(block, state, send);
        const [next] = block.next;
        if (block.next.length === 1 && next?.single && next.once && next.handlers === handlers)
          told = next.order;
      }
      if (first <= at) at = first - 1;
      first = blocks.length;
    }
    return left;
  }

  #leave(block: Block, state: State, send: (target: Block, state: State, last?: boolean) => void): void {
    const [first, second] = block.next;
    if (first === undefined) {
      this.returns(state, null, -1);
      return;
    }
    if (second === undefined) {
      send(first, state, true);
      return;
    }
    if (block.cond < 0) {
      send(first, state);
      send(second, state, true);
      return;
    }
    const truth = truthOfValue(this, state, state.regs[block.cond] ?? UNKNOWN);
    if (truth !== false) {
      const yes = truth === true ? state : withTemps(state);
      if (refine(this, yes, block.cond, true)) send(first, yes, true);
    }
    if (truth !== true && refine(this, state, block.cond, false)) send(second, state, true);
  }

  /** The function returns what register `reg` holds; without one, it came to its end. */
  returns(state: State, val: Val | null, reg: number): void {
    const value = val ?? { ...BOTTOM, consts: [null] };
    this.ret = join(this.ret, value);
    const count = this.fn.params.length;
    if (count > 0 && this.hot) {
      const truth = truthOfValue(this, state, value);
      const note = (known: (Val | undefined)[] | null, from: State) => {
        if (known === null) return from.regs.slice(0, count);
        return known.map((mine, i) => {
          const theirs = from.regs[i];
          return mine === undefined || theirs === undefined ? undefined : join(mine, theirs);
        });
      };
      for (const side of [true, false]) {
        if (truth === !side) continue;
        const sideState = truth === undefined ? withTemps(state) : state;
        if (truth === undefined && reg >= 0 && !refine(this, sideState, reg, side)) continue;
        if (side) this.whenTrue = note(this.whenTrue, sideState);
        else this.whenFalse = note(this.whenFalse, sideState);
      }
    }
    const kept = this.isBody ? this.fn.slots.length : 0;
    if (this.exit === null) this.exit = state.fork(kept);
    else this.exit.absorb(state, this.isBody ? this.#everyVariable() : NO_VARIABLES, false);
  }

  /** The variables that matter where `block` begins; those of a module outlive its code. */
  #liveAt(block: Block): readonly number[] {
    if (this.#live === undefined) this.#live = this.isBody ? null : liveInLoops(this.fn);
    return this.#live?.[block.order] ?? this.#everyVariable();
  }

  /** What the variables hold that matter after `block`, and the temporaries by which it decides where to go on. */
  #liveAfter(block: Block, { regs }: State): (Val | undefined)[] {
    if (block.cond >= 0) return regs;
    const live = liveVariables(this.fn);
    const slots = new Set([...block.next, ...block.handlers].flatMap(({ order }) => live[order] ?? []));
    return [...slots].map((slot) => regs[slot]);
  }

  #everyVariable(): readonly number[] {
    this.#every ??= this.fn.slots.map((_, slot) => slot);
    return this.#every;
  }
}

const NO_VARIABLES: readonly number[] = [];

// Guards look at the instructions of this very block, whose temporaries are not carried over by a plain fork.
const withTemps = (state: State): State => state.fork(state.regs.length);
