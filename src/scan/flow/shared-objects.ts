import type { FunctionCode } from '../lower/ir.ts';
import type { Basis } from './basis.ts';
import type { Frame } from './frame.ts';
import { joinObj, type Obj, type State } from './state.ts';
import { type Taint, weaken } from './taint.ts';
import { replaceTaints, type Val } from './value.ts';

const MOST_READERS = 40;

/**
 * Objects of modules (`COMMENTS = []`): made when the module runs, and read and written by any request. What one
 * request leaves in them, another may take out: that is no more than possible, since nobody knows in which order.
 */
export class SharedObjects {
  readonly #objects = new Map<number, Obj>();
  readonly #readers = new Map<number, Set<FunctionCode>>();
  readonly #late = new Set<FunctionCode>();
  /** Top levels of modules that are being run, as they were when they called something. */
  readonly #bodies: State[] = [];
  /** Those in which a function left something, and those where it came with a request. */
  readonly #used = new Set<number>();
  readonly #requested = new Set<number>();

  /** Calls `work` from the top level of a module, whose objects are those of `state` until it has come to its end. */
  during<T>(state: State, work: () => T): T {
    this.#bodies.push(state);
    try {
      return work();
    } finally {
      this.#bodies.pop();
    }
  }

  #running(id: number, basis: Basis): Obj | undefined {
    for (let i = this.#bodies.length - 1; i >= 0; i--) {
      const obj = this.#bodies[i]?.get(id);
      if (obj === undefined) continue;
      basis.wide = true;
      return { ...obj, owner: 0 };
    }
    return undefined;
  }

  set(id: number, obj: Obj): void {
    this.#objects.set(id, { ...obj, owner: 0 });
  }

  get(id: number, reader: FunctionCode, basis: Basis): Obj | undefined {
    const obj = this.#objects.get(id) ?? this.#running(id, basis);
    if (obj === undefined || obj.shape === 'scope') return obj;
    if (this.#used.has(id)) basis.wide = true;
    const readers = this.#readers.get(id);
    if (readers === undefined) this.#readers.set(id, new Set([reader]));
    else if (readers.size < MOST_READERS) readers.add(reader);
    return obj;
  }

  /** Whether a request left something in object `id`, which few functions read: what everybody reads is a setting. */
  holdsMore(id: number): boolean {
    return this.#requested.has(id) && (this.#readers.get(id)?.size ?? 0) < MOST_READERS;
  }

  /** Takes in what a function left in the objects of modules. */
  leave(frame: Frame, exit: State): void {
    exit.eachOfModules((obj, id) => {
      const known = this.#objects.get(id);
      if (known === undefined || known === obj) return;
      const left = outside(frame, obj);
      if (left === null) return;
      const both = joinObj(known, left);
      if (both === known) return;
      this.#objects.set(id, { ...both, owner: 0 });
      this.#used.add(id);
      if (fromWeb(left)) this.#requested.add(id);
      frame.engine.basis.wide = true;
      for (const reader of this.#readers.get(id) ?? []) this.#late.add(reader);
    });
  }

  /** The functions that read an object before something from outside was left in it. */
  late(): readonly FunctionCode[] {
    const out = [...this.#late];
    this.#late.clear();
    return out;
  }
}

const fromWeb = ({ fields, elems, rest }: Obj): boolean =>
  [...fields.values(), ...(elems ?? []), rest].some(({ taints }) =>
    taints.some(({ origin }) => origin.kind === 'web'),
  );

// What came from outside in an object, and nothing else: objects of the function itself are gone with it.
const outside = (frame: Frame, obj: Obj): Obj | null => {
  let any = false;
  const part = (value: Val): Val => {
    const own = value.taints.filter((taint: Taint) => taint.origin.symbol < 0);
    const lost = value.refs.some(({ k }) => k === 'obj' || k === 'bound');
    if (own.length > 0) any = true;
    return {
      ...replaceTaints(value, weaken(own)),
      refs: lost ? [] : value.refs,
      open: value.open || lost,
      segs: null,
    };
  };
  const fields = new Map([...obj.fields].map(([key, value]) => [key, part(deep(frame, value))]));
  const elems = obj.elems?.map((value) => part(deep(frame, value))) ?? null;
  const made: Obj = { ...obj, fields, elems, rest: part(deep(frame, obj.rest)), owner: 0 };
  return any ? made : null;
};

const deep = (frame: Frame, value: Val): Val => {
  const state = frame.exit;
  return state === null ? value : replaceTaints(value, frame.deepTaints(state, value));
};
