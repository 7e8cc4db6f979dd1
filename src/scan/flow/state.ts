import type { ClassShape } from '../lower/ir.ts';
import { BOTTOM, join, UNKNOWN, type Val, widen } from './value.ts';

export type Shape =
  | 'list'
  | 'tuple'
  | 'set'
  | 'dict'
  | 'instance'
  | 'scope'
  | 'config'
  | 'iterator'
  | 'notes';

/** What tests have told holds only where every way that leads there has made them. */
const inBoth = (a: Obj, b: Obj): Map<string, Val> => {
  let out: Map<string, Val> | null = null;
  a.fields.forEach((left, key) => {
    const right = b.fields.get(key);
    const both = right === undefined ? undefined : join(left, right);
    if (both === left) return;
    out ??= copyOf(a.fields);
    if (both === undefined) out.delete(key);
    else out.set(key, both);
  });
  return out ?? a.fields;
};

/** A heap object as far as it is known. Shared between states until one of them writes to it. */
export interface Obj {
  readonly shape: Shape;
  readonly cls: ClassShape | null;
  /** Attributes of an instance, variables of a scope, entries of a dict (see {@link keyOf}). */
  fields: Map<string, Val>;
  /** The elements of a sequence whose length is known. */
  elems: Val[] | null;
  /** Covers every field or element that is not listed; BOTTOM when there is none. */
  rest: Val;
  /** Stands for more than one object: writes only add. */
  many: boolean;
  /** The token of the state that may write in place; 0 when none may. */
  owner: number;
}

const MOST_ELEMS = 64;
const MOST_FIELDS = 512;

export const makeObj = (shape: Shape, init: Partial<Omit<Obj, 'shape' | 'owner'>> = {}): Obj => ({
  shape,
  cls: init.cls ?? null,
  fields: init.fields ?? new Map(),
  elems: init.elems === undefined ? null : init.elems,
  rest: init.rest ?? BOTTOM,
  many: init.many ?? false,
  owner: 0,
});

/** The field under which a dict keeps the entry of a constant key. */
export const keyOf = (key: string | number | boolean | null): string =>
  typeof key === 'string' ? `s${key}` : `${typeof key === 'boolean' ? Number(key) : key}`;

/** Going through a map by `forEach` makes no object for each entry, as an iterator does. */
export const copyOf = <K, V>(map: ReadonlyMap<K, V>): Map<K, V> => {
  const copy = new Map<K, V>();
  map.forEach((value, key) => {
    copy.set(key, value);
  });
  return copy;
};

const joinFields = (a: Obj, b: Obj): Map<string, Val> => {
  if (a.fields === b.fields || (a.fields.size === 0 && b.fields.size === 0)) return a.fields;
  if (a.shape === 'notes') return inBoth(a, b);
  let out: Map<string, Val> | null = null;
  const missing = (side: Obj): Val =>
    side.shape === 'dict' || side.shape === 'config' ? side.rest : UNKNOWN;
  a.fields.forEach((left, key) => {
    const right = b.fields.get(key) ?? (a.shape === 'scope' ? BOTTOM : missing(b));
    const both = join(left, right);
    if (both !== left) {
      out ??= copyOf(a.fields);
      out.set(key, both);
    }
  });
  b.fields.forEach((right, key) => {
    if (a.fields.has(key)) return;
    out ??= copyOf(a.fields);
    out.set(key, a.shape === 'scope' ? right : join(right, missing(a)));
  });
  return out ?? a.fields;
};

const everything = (obj: Obj): Val => (obj.elems ?? []).reduce<Val>(join, obj.rest);

/** Whether both hold the very same values, in the same order. */
const holdSame = (a: Pick<Obj, 'fields' | 'elems' | 'rest' | 'many'>, b: Obj): boolean => {
  if (a.rest !== b.rest || a.many !== b.many || a.fields.size !== b.fields.size) return false;
  if (a.elems !== b.elems) {
    if (a.elems === null || b.elems === null || a.elems.length !== b.elems.length) return false;
    for (let i = 0; i < a.elems.length; i++) if (a.elems[i] !== b.elems[i]) return false;
  }
  if (a.fields === b.fields || a.fields.size === 0) return true;
  const theirs = b.fields.entries();
  for (const [key, value] of a.fields) {
    const next = theirs.next().value;
    if (next === undefined || next[0] !== key || next[1] !== value) return false;
  }
  return true;
};

/**
 * The least object that covers both; `a` itself when it already covers `b`, and `b` when it is all that comes of it:
 * states that hold the same object are joined without looking into it.
 */
export const joinObj = (a: Obj, b: Obj): Obj => {
  if (a === b) return a;
  const fields = joinFields(a, b);
  let elems = a.elems;
  let rest = join(a.rest, b.rest);
  if (a.elems !== null || b.elems !== null) {
    if (a.elems !== null && b.elems !== null && a.elems.length === b.elems.length) {
      let changed = false;
      const joined = a.elems.map((left, i) => {
        const both = join(left, b.elems?.[i] ?? BOTTOM);
        changed ||= both !== left;
        return both;
      });
      if (changed) elems = joined;
    } else {
      elems = null;
      rest = join(rest, join(everything(a), everything(b)));
    }
  }
  const many = a.many || b.many;
  if (fields === a.fields && elems === a.elems && rest === a.rest && many === a.many) return a;
  const cls = a.cls ?? b.cls;
  if (b.shape === a.shape && b.cls === cls && holdSame({ fields, elems, rest, many }, b)) return b;
  return { shape: a.shape, cls, fields, elems, rest, many, owner: 0 };
};

let tokens = 0;

const NOTHING: ReadonlyMap<number, Obj> = new Map();
const FEW = 16;

/** How what many states have in common came about: from what was common before, with these objects changed. */
interface Lineage {
  readonly before: Lineage | null;
  readonly changed: ReadonlyMap<number, Obj>;
  readonly length: number;
}
const BEGINNING: Lineage = { before: null, changed: NOTHING, length: 0 };

/** What is known at one point of a function: its variables and the objects that they reach. */
export class State {
  regs: (Val | undefined)[];
  /** What many states have in common; never written to. */
  #base: ReadonlyMap<number, Obj>;
  #lineage = BEGINNING;
  /** What stands in place of the base's or beside it. */
  #own: ReadonlyMap<number, Obj> = NOTHING;
  /** No other state has the same `#own`: it may be written to. */
  #alone = false;
  /** Objects with this token belong to this state alone. Changed as soon as another state shares them. */
  #token = ++tokens;

  constructor(regs: (Val | undefined)[], heap: ReadonlyMap<number, Obj>) {
    this.regs = regs;
    this.#base = heap;
  }

  get(id: number): Obj | undefined {
    return this.#own.get(id) ?? this.#base.get(id);
  }

  has(id: number): boolean {
    return this.#own.has(id) || this.#base.has(id);
  }

  /** The ids of all objects, in the order in which they came. */
  *ids(): Iterable<number> {
    yield* this.#base.keys();
    for (const id of this.#own.keys()) if (!this.#base.has(id)) yield id;
  }

  /** All objects in one map, which is not to be written to. */
  get heap(): ReadonlyMap<number, Obj> {
    if (this.#own.size === 0) return this.#base;
    const all = copyOf(this.#base);
    this.#own.forEach((obj, id) => {
      all.set(id, obj);
    });
    const before = this.#lineage;
    this.#lineage = { before, changed: this.#own, length: before.length + 1 };
    this.#base = all;
    this.#own = NOTHING;
    this.#alone = false;
    return all;
  }

  /** A copy that can be changed on its own; `slots` variables are carried over. */
  fork(slots: number): State {
    this.#token = ++tokens;
    // Rarely enough that a thousand branches do not copy a thousand objects each.
    if (this.#own.size > FEW && this.#own.size ** 2 > this.#base.size) this.heap;
    this.#alone = false;
    const copy = new State(this.regs.slice(0, slots), this.#base);
    copy.#lineage = this.#lineage;
    copy.#own = this.#own;
    return copy;
  }

  /** This very state, for code that begins with `slots` variables. */
  pass(slots: number): State {
    this.regs.fill(undefined, slots);
    return this;
  }

  /** Puts `obj` in the place of object `id`. */
  put(id: number, obj: Obj): void {
    if (!this.#alone) {
      this.#own = copyOf(this.#own);
      this.#alone = true;
    }
    (this.#own as Map<number, Obj>).set(id, obj);
  }

  /** The object `id` for writing, or undefined when this state does not have it. */
  own(id: number): Obj | undefined {
    const obj = this.get(id);
    if (obj === undefined || obj.owner === this.#token) return obj;
    const copy: Obj = {
      shape: obj.shape,
      cls: obj.cls,
      fields: copyOf(obj.fields),
      elems: obj.elems === null ? null : [...obj.elems],
      rest: obj.rest,
      many: obj.many,
      owner: this.#token,
    };
    this.put(id, copy);
    return copy;
  }

  /** Takes `obj` in as object `id`; when the id is taken (a loop came round), it stands for both. */
  place(id: number, obj: Obj): void {
    const known = this.get(id);
    if (known === undefined) {
      obj.owner = this.#token;
      this.put(id, obj);
      return;
    }
    const both = joinObj(known, obj);
    const stands = both.many ? both : { ...both, many: true, owner: 0 };
    if (stands !== known) this.put(id, stands);
  }

  /** Adds what `other` knows. Returns whether anything was new. The variables `live` are joined. */
  absorb(other: State, live: readonly number[], widening: boolean): boolean {
    let changed = false;
    for (let n = 0; n < live.length; n++) {
      const i = live[n] as number;
      const mine = this.regs[i];
      const theirs = other.regs[i];
      if (mine === theirs || theirs === undefined) continue;
      const both = mine === undefined ? theirs : join(mine, theirs);
      const next = widening && mine !== undefined ? widen(mine, both) : both;
      if (next !== mine) {
        this.regs[i] = next;
        changed = true;
      }
    }
    if (this.#base === other.#base) {
      if (this.#own === other.#own) return changed;
      const mine = this.#own;
      other.#own.forEach((theirs, id) => {
        if (this.#take(id, theirs, other, widening)) changed = true;
      });
      // What only this state has changed, the other has as it was.
      mine.forEach((_, id) => {
        if (!other.#own.has(id) && this.#take(id, this.#base.get(id), other, widening)) changed = true;
      });
    } else if (this.#takeChanged(other, widening)) changed = true;
    return changed;
  }

  // The objects that this state or `other` changed since they parted, in the order in which `other` has them.
  #takeChanged(other: State, widening: boolean): boolean {
    const mine = [this.#own];
    const theirs = [other.#own];
    for (let [a, b] = [this.#lineage, other.#lineage]; a !== b; ) {
      if (a.length > b.length) {
        mine.push(a.changed);
        a = a.before ?? BEGINNING;
      } else {
        theirs.push(b.changed);
        b = b.before ?? BEGINNING;
      }
    }
    const all = [...theirs.reverse(), ...mine];
    let changed = false;
    all.forEach((part, n) => {
      part.forEach((_, id) => {
        for (let earlier = 0; earlier < n; earlier++) if (all[earlier]?.has(id) === true) return;
        if (this.#take(id, other.get(id), other, widening)) changed = true;
      });
    });
    return changed;
  }

  #take(id: number, given: Obj | undefined, other: State, widening: boolean): boolean {
    const mine = this.get(id);
    const theirs = given ?? (mine?.shape === 'notes' ? NO_NOTES : undefined);
    if (theirs === undefined || mine === theirs) return false;
    if (mine === undefined) {
      if (theirs.shape === 'notes') return false;
      other.#token = ++tokens;
      this.put(id, theirs);
      return true;
    }
    const both = joinObj(mine, theirs);
    if (both === mine) return false;
    const next = widening ? widenObj(mine, both) : both;
    if (next === theirs) other.#token = ++tokens;
    this.put(id, next);
    return true;
  }
}

const NO_NOTES = makeObj('notes');

const widenObj = (before: Obj, after: Obj): Obj => {
  const fields = new Map<string, Val>();
  after.fields.forEach((value, key) => {
    const old = before.fields.get(key);
    fields.set(key, old === undefined ? value : widen(old, value));
  });
  const collapse = before.elems !== null && after.elems === null;
  const elems =
    after.elems === null ? null : after.elems.map((value, i) => widen(before.elems?.[i] ?? value, value));
  const rest = collapse ? after.rest : widen(before.rest, after.rest);
  return { ...after, fields, elems, rest, owner: 0 };
};

/** Everything that a container holds, joined. */
export const contents = (obj: Obj): Val => {
  let out = everything(obj);
  if (obj.shape !== 'instance') for (const value of obj.fields.values()) out = join(out, value);
  return out;
};

export const appendTo = (obj: Obj, value: Val): void => {
  if (obj.elems !== null && !obj.many && obj.elems.length < MOST_ELEMS) obj.elems.push(value);
  else forget(obj, value);
};

/** Gives up the order of a sequence and adds `value` to what it may hold. */
export const forget = (obj: Obj, value: Val): void => {
  obj.rest = join(everything(obj), value);
  obj.elems = null;
};

export const writeField = (obj: Obj, key: string, value: Val): void => {
  if (obj.fields.size >= MOST_FIELDS && !obj.fields.has(key) && obj.shape !== 'scope') {
    obj.rest = join(obj.rest, value);
    return;
  }
  const known = obj.many ? obj.fields.get(key) : undefined;
  obj.fields.set(key, known === undefined ? value : join(known, value));
};
