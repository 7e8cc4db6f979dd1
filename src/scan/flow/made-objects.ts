import type { FunctionCode, Instr } from '../lower/ir.ts';

/** More than one place makes objects, whether they are counted from 0 up or, those that were given, from -1 down. */
const PARTS = 2 ** 21;

/** Where a function makes an object: by itself, or within a call of another one. */
interface Site {
  readonly uid: number;
  readonly part: string | number;
  readonly within: MadeObjects | null;
}

/**
 * The objects that one function makes, counted: what one place makes has the same number whatever the function is called
 * with, so that two calls of it from one loop never take one thing for another.
 */
export class MadeObjects {
  readonly #key: string;
  readonly #own = new Map<string | number, number>();
  readonly #within = new Map<MadeObjects, Map<number, number>>();
  readonly #sites: Site[] = [];

  constructor(fn: FunctionCode) {
    this.#key = fn.key;
  }

  /** The number of what `instr` makes. */
  at({ uid }: Instr, part: string | number): number {
    const key = typeof part === 'number' ? uid * PARTS + part : part === '' ? uid * PARTS : `${uid}/${part}`;
    let n = this.#own.get(key);
    if (n === undefined) {
      n = this.#sites.push({ uid, part, within: null }) - 1;
      this.#own.set(key, n);
    }
    return n;
  }

  /** The number of what is number `made` of those that the function called by `instr` makes. */
  within(called: MadeObjects, { uid }: Instr, made: number): number {
    let numbers = this.#within.get(called);
    if (numbers === undefined) {
      numbers = new Map();
      this.#within.set(called, numbers);
    }
    const key = uid * PARTS + made;
    let n = numbers.get(key);
    if (n === undefined) {
      n = this.#sites.push({ uid, part: made, within: called }) - 1;
      numbers.set(key, n);
    }
    return n;
  }

  /** What tells object number `n` from those of all functions, in every run: see ObjectIds. */
  nameOf(n: number): string {
    const site = this.#sites[n];
    if (site === undefined) return `${n}@${this.#key}`;
    const { uid, part, within } = site;
    return `${this.#key}/${uid}/${within === null ? part : within.nameOf(Number(part))}`;
  }
}
