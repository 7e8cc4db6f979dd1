import { Fingerprint } from './fingerprint.ts';
import type { Obj, State } from './state.ts';
import { translate, translateObj } from './summary.ts';
import { symbolOrigin, type Taint } from './taint.ts';
import type { Val } from './value.ts';

/** The arguments of a call, as what is to be looked at is given them: in the numbering of its summary. */
export interface Given {
  readonly args: readonly Val[];
  readonly heap: ReadonlyMap<number, Obj>;
  readonly scope: number;
}

/** What of a call its summary depends on. */
export interface Canonical {
  /** The same for calls that are alike. */
  readonly key: number;
  /** The caller's ids, by the summary's. */
  readonly ids: readonly number[];
  /** The caller's taints, by symbol. */
  readonly taints: readonly Taint[];
  /** The arguments, as they were when the call was made: to be asked for before the caller goes on. */
  given(): Given;
}

const MOST_OBJECTS = 200;
const DEEPEST = 6;
/** Objects of the caller that are too deep within the arguments to be followed. */
const TOO_DEEP = 1_000_000;

type Lookup = (id: number) => Obj | undefined;

/** Numbers objects and taints in the order in which they are come to. */
class Numbering {
  readonly ids: number[] = [0];
  readonly taints: Taint[] = [];
  readonly #known = new Map<number, number>();
  readonly #depths: number[] = [0];
  readonly #globals = new Map<number, number>();
  readonly #has: (id: number) => boolean;
  #depth = 0;

  constructor(has: (id: number) => boolean) {
    this.#has = has;
  }

  readonly idOf = (id: number): number => {
    if (id === 0) return 0;
    if (id < 0) {
      if (this.#depth < DEEPEST && !this.#globals.has(id) && this.#has(id))
        this.#globals.set(id, this.#depth + 1);
      return id;
    }
    let n = this.#known.get(id);
    if (n === undefined) {
      if (this.#depth >= DEEPEST) return TOO_DEEP;
      n = this.ids.length;
      this.ids.push(id);
      this.#depths.push(this.#depth + 1);
      this.#known.set(id, n);
    }
    return n;
  };

  readonly symbolOf = (taint: Taint): number => {
    const { taints } = this;
    for (let n = 0; n < taints.length; n++) {
      const other = taints[n] as Taint;
      if (other.origin.id === taint.origin.id && other.safe === taint.safe && other.weak === taint.weak)
        return n;
    }
    taints.push(taint);
    return taints.length - 1;
  };

  /** Goes through all objects that were come to, and those that `visit` comes to; false when they are too many. */
  reach(lookup: Lookup, visit: (n: number, obj: Obj) => void): boolean {
    const done = new Set<number>();
    let count = 0;
    const put = (n: number, id: number, depth: number): boolean => {
      if (count > MOST_OBJECTS) return false;
      this.#depth = depth;
      const obj = lookup(id);
      if (obj === undefined) return true;
      count++;
      visit(n, obj);
      return true;
    };
    for (let n = 1, more = true; more; ) {
      more = false;
      for (; n < this.ids.length; n++) if (!put(n, this.ids[n] ?? 0, this.#depths[n] ?? 0)) return false;
      for (const [id, depth] of this.#globals) {
        if (done.has(id)) continue;
        done.add(id);
        if (!put(id, id, depth)) return false;
        more = true;
      }
    }
    return true;
  }
}

/** Numbers what `args` reach in `state`. Returns null when that is too much to follow. */
export const canonicalise = (
  state: State,
  lookup: Lookup,
  args: readonly Val[],
  scope: number,
  globals: readonly number[],
): Canonical | null => {
  const has = (id: number): boolean => state.has(id);
  const numbering = new Numbering(has);
  const { idOf, symbolOf } = numbering;
  const print = new Fingerprint();
  const describe = (val: Val): void => print.value(val, idOf, symbolOf);
  for (const arg of args) describe(arg);
  print.add(idOf(scope));
  for (const id of globals) idOf(id);
  const within = numbering.reach(lookup, (n, obj) => {
    print.add(n);
    print.word(obj.shape);
    print.word(obj.cls?.key ?? '');
    print.add((obj.elems?.length ?? -1) * 2 + (obj.many ? 1 : 0));
    print.add(obj.fields.size);
    obj.fields.forEach((value, key) => {
      print.word(key);
      describe(value);
    });
    if (obj.elems !== null) for (const value of obj.elems) describe(value);
    describe(obj.rest);
  });
  if (!within) return null;
  return {
    key: print.sum,
    ids: numbering.ids,
    taints: numbering.taints,
    given: () => numbered(new Numbering(has), lookup, args, scope, globals),
  };
};

const numbered = (
  numbering: Numbering,
  lookup: Lookup,
  args: readonly Val[],
  scope: number,
  globals: readonly number[],
): Given => {
  const mapTaint = (taint: Taint): Taint => ({
    origin: symbolOrigin(numbering.symbolOf(taint)),
    safe: taint.safe,
    weak: taint.weak,
    trail: null,
  });
  const mapVal = (val: Val): Val => translate(val, numbering.idOf, mapTaint);
  const given = args.map(mapVal);
  const around = numbering.idOf(scope);
  for (const id of globals) numbering.idOf(id);
  const heap = new Map<number, Obj>();
  numbering.reach(lookup, (n, obj) => {
    heap.set(n, translateObj(obj, mapVal));
  });
  return { args: given, heap, scope: around };
};
