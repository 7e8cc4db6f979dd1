import type { Constant, Val } from './value.ts';

const words = new Map<string, number>();
const MOST_WORDS = 500_000;

/** A number for `text`, the same one each time in this process. The table is capped against trees with endless texts. */
const numberOf = (text: string): number => {
  let n = words.get(text);
  if (n === undefined) {
    if (words.size >= MOST_WORDS) words.clear();
    n = words.size;
    words.set(text, n);
  }
  return n;
};

/**
 * Two sums over what was added, in its order: 53 bits, by which a function tells apart the shapes of its few calls
 * without keeping them as text.
 */
export class Fingerprint {
  #low = 0x2545f491;
  #high = 0x1b873593;

  add(n: number): void {
    let low = Math.imul(this.#low ^ n, 0x85ebca6b);
    low ^= low >>> 15;
    this.#low = Math.imul(low, 0xc2b2ae35);
    let high = Math.imul(this.#high + n, 0x9e3779b1);
    high ^= high >>> 13;
    this.#high = Math.imul(high, 0x27d4eb2f);
  }

  word(text: string): void {
    this.add(numberOf(text));
  }

  constant(value: Constant): void {
    if (typeof value === 'number' && (value | 0) === value && !Object.is(value, -0)) {
      this.add(1);
      this.add(value);
    } else if (typeof value === 'string') {
      this.add(2);
      this.word(value);
    } else {
      this.add(typeof value === 'number' ? 3 : 4);
      this.word(Object.is(value, -0) ? '-0' : String(value));
    }
  }

  /** `val` with its objects and taints as `idOf` and `symbolOf` number them. */
  value(val: Val, idOf: (id: number) => number, symbolOf: (taint: Val['taints'][number]) => number): void {
    const { consts, refs, segs, taints } = val;
    this.add(val.open ? 5 : 6);
    for (let i = 0; i < consts.length; i++) this.constant(consts[i] as Constant);
    for (let i = 0; i < refs.length; i++) {
      const ref = refs[i] as Val['refs'][number];
      if (ref.k === 'obj') {
        this.add(7);
        this.add(idOf(ref.id));
      } else if (ref.k === 'ext') {
        this.add(8);
        this.word(ref.name);
        if (ref.site !== undefined) this.word(ref.site);
      } else if (ref.k === 'fn') {
        this.add(9);
        this.word(ref.fn.key);
        this.add(ref.scope === 0 ? 0 : idOf(ref.scope));
      } else if (ref.k === 'cls') {
        this.add(10);
        this.word(ref.cls.key);
      } else if (ref.k === 'mod') {
        this.add(11);
        this.word(ref.mod.name);
      } else {
        this.add(12);
        this.word(ref.name);
        this.value(ref.self, idOf, symbolOf);
      }
    }
    if (segs !== null) {
      this.add(13);
      for (const segment of segs) {
        if (typeof segment === 'string') this.word(segment);
        else {
          this.add(14);
          for (const taint of segment.taints) this.add(symbolOf(taint));
        }
      }
    }
    for (let i = 0; i < taints.length; i++) {
      const taint = taints[i] as Val['taints'][number];
      this.add(15);
      this.add(symbolOf(taint));
      this.add(taint.safe);
      if (taint.weak) this.add(16);
    }
    this.add(17);
  }

  get sum(): number {
    return (this.#low >>> 0) * 2 ** 21 + (this.#high >>> 11);
  }
}
