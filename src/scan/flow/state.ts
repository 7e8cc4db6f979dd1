import type { ClassShape } from '../lower/ir.ts';
import { SharedMap } from './shared-map.ts';
import { BOTTOM, join, type Ref, UNKNOWN, type Val, widen } from './value.ts';

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
  /** The token of the state that may write in place; 0 when none may, {@link SHARED} when none ever may. */
  owner: number;
}

/** Of an object that has its fields in common with another. */
export const SHARED = -1;

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
export const holdSame = (a: Pick<Obj, 'fields' | 'elems' | 'rest' | 'many'>, b: Obj): boolean => {
  if (a.rest !== b.rest || a.many !== b.many || a.fields.size !== b.fields.size) return false;
  if (a.elems !== b.elems) {
    if (a.elems === null || b.elems === null || a.elems.length !== b.elems.length) return false;
    for (let i = 0; i < a.elems.length; i++) if (a.elems[i] !== b.elems[i]) return false;
  }
  if (a.fields === b.fields || a.fields.size === 0) return true;
  // The order counts, but is looked at only where the values are the same: it takes an object for each entry.
  let same = true;
  a.fields.forEach((value, key) => {
    same &&= b.fields.get(key) === value;
  });
  if (!same) return false;
  const theirs = b.fields.keys();
  for (const key of a.fields.keys()) if (theirs.next().value !== key) return false;
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

/** By the number of an object, which look for those that are reached came to it last. */
const lookedAt: number[] = [];
let looks = 0;

/** So many new objects are worth the while to look for those that are gone. */
const FEW = 16;

/** Objects of modules have large negative ids that say nothing of each other: here they are counted. */
const places = new Map<number, number>();
const idsOfPlaces: number[] = [];
const placeOf = (id: number): number => {
  let place = places.get(id);
  if (place === undefined) {
    place = idsOfPlaces.length;
    places.set(id, place);
    idsOfPlaces.push(id);
  }
  return place;
};

/** What is known at one point of a function: its variables and the objects that they reach. */
export class State {
  regs: (Val | undefined)[];
  #objects = new SharedMap<Obj>();
  #ofModules = new SharedMap<Obj>();
  /** How many objects have come since the last look for those that are gone, and how many were there then. */
  #come = 0;
  #stayed = 0;
  /** Objects with this token belong to this state alone. Changed as soon as another state shares them. */
  #token = ++tokens;

  constructor(regs: (Val | undefined)[], heap?: ReadonlyMap<number, Obj>) {
    this.regs = regs;
    heap?.forEach((obj, id) => {
      this.put(id, obj);
    });
    this.#come = 0;
  }

  get(id: number): Obj | undefined {
    return id < 0 ? this.#ofModules.get(placeOf(id)) : this.#objects.get(id);
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  /** Calls `visit` for each object that is no module's. */
  eachOwn(visit: (obj: Obj, id: number) => void): void {
    this.#objects.forEach(visit);
  }

  /** Calls `visit` for each object of a module. */
  eachOfModules(visit: (obj: Obj, id: number) => void): void {
    this.#ofModules.forEach((obj, place) => {
      visit(obj, idsOfPlaces[place] as number);
    });
  }

  /** A copy that can be changed on its own; `slots` variables are carried over. */
  fork(slots: number): State {
    this.#token = ++tokens;
    const copy = new State(this.regs.slice(0, slots));
    copy.#objects = this.#objects.copy();
    copy.#ofModules = this.#ofModules.copy();
    copy.#come = this.#come;
    copy.#stayed = this.#stayed;
    return copy;
  }

  /** This very state, for code that begins with `slots` variables. */
  pass(slots: number): State {
    this.regs.fill(undefined, slots);
    return this;
  }

  /** Whether so many objects have come that it is worth the while to look for those that are gone. */
  get hasGrown(): boolean {
    return this.#come >= FEW && this.#come * 4 >= this.#stayed;
  }

  /** The objects from number `firstOwn` on that `values`, older objects or those of modules lead to. */
  reached(values: readonly (Val | undefined)[], firstOwn: number): number[] {
    const out: number[] = [];
    const waiting: Obj[] = [];
    const round = ++looks;
    const reach = (id: number): void => {
      const obj = id < firstOwn || lookedAt[id] === round ? undefined : this.#objects.get(id);
      if (obj === undefined) return;
      lookedAt[id] = round;
      out.push(id);
      waiting.push(obj);
    };
    const look = (value: Val): void => {
      const { refs } = value;
      for (let i = 0; i < refs.length; i++) {
        const ref = refs[i] as Ref;
        if (ref.k === 'bound') look(ref.self);
        else if (ref.k === 'obj') reach(ref.id);
        else if (ref.k === 'fn') reach(ref.scope);
      }
    };
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value !== undefined) look(value);
    }
    this.eachOfModules((obj) => {
      waiting.push(obj);
    });
    for (let id = 1; id < firstOwn; id++) {
      const obj = this.#objects.get(id);
      if (obj !== undefined) waiting.push(obj);
    }
    for (let obj = waiting.pop(); obj !== undefined; obj = waiting.pop()) {
      obj.fields.forEach(look);
      if (obj.elems !== null) for (let i = 0; i < obj.elems.length; i++) look(obj.elems[i] as Val);
      look(obj.rest);
    }
    return out;
  }

  /** Forgets the objects from number `firstOwn` on to which nothing leads any more, see {@link reached}. */
  drop(values: readonly (Val | undefined)[], firstOwn: number): void {
    const reached = this.reached(values, firstOwn);
    const look = looks;
    const gone: number[] = [];
    this.#objects.forEach((_, id) => {
      if (id >= firstOwn && lookedAt[id] !== look) gone.push(id);
    });
    for (const id of gone) this.#objects.set(id, undefined, this.#token);
    this.#come = 0;
    this.#stayed = reached.length;
  }

  /** Puts `obj` in the place of object `id`. */
  put(id: number, obj: Obj): void {
    if (id < 0) this.#ofModules.set(placeOf(id), obj, this.#token);
    else this.#objects.set(id, obj, this.#token);
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
      if (obj.owner !== SHARED) obj.owner = this.#token;
      this.#come++;
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
    const before = this.#come;
    if (this.#take(this.#objects, other.#objects, other, widening)) changed = true;
    // What `other` has looked at is not new.
    const looked = Math.max(0, this.#come - before - other.#come);
    this.#come -= looked;
    this.#stayed += looked;
    if (this.#take(this.#ofModules, other.#ofModules, other, widening)) changed = true;
    this.#ofModules.missingIn(other.#ofModules, (n, obj) => {
      if (obj.shape !== 'notes' || obj.fields.size === 0) return;
      this.#ofModules.set(n, NO_NOTES, this.#token);
      changed = true;
    });
    return changed;
  }

  #take(mine: SharedMap<Obj>, theirs: SharedMap<Obj>, other: State, widening: boolean): boolean {
    let changed = false;
    let shared = false;
    mine.differing(theirs, (n, known, obj) => {
      if (known === undefined && obj.shape === 'notes') return;
      if (known === undefined) this.#come++;
      const both = known === undefined ? obj : joinObj(known, obj);
      if (both === known) return;
      const next = widening && known !== undefined ? widenObj(known, both) : both;
      if (next === obj) shared = true;
      mine.set(n, next, this.#token);
      changed = true;
    });
    if (shared) other.#token = ++tokens;
    return changed;
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
