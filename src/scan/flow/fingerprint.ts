import type { Taint } from './taint.ts';
import type { Constant, Ref, Val } from './value.ts';

type IdOf = (id: number) => number;
type SymbolOf = (taint: Taint) => number;

const words = new Map<string, number>();
const MOST_WORDS = 500_000;
let given = 0;

/**
 * A number for `text`. The table is capped against trees with endless texts: one that comes again after it was emptied
 * gets another number, and no number is given twice.
 */
const numberOf = (text: string): number => {
  let n = words.get(text);
  if (n === undefined) {
    if (words.size >= MOST_WORDS) words.clear();
    n = given++;
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

  // Each kind of thing leaves another remainder, so that none is taken for what follows it.
  #tagged(n: number, kind: number): void {
    this.add(n * 8 + kind);
  }

  #constant(value: Constant): void {
    if (typeof value === 'string') this.#tagged(numberOf(value), 0);
    else if (typeof value === 'number' && (value | 0) === value && !Object.is(value, -0)) {
      this.#tagged(0, 1);
      this.add(value);
    } else
      this.#tagged(numberOf(Object.is(value, -0) ? '-0' : String(value)), typeof value === 'number' ? 2 : 3);
  }

  #ref(ref: Ref, idOf: IdOf, symbolOf: SymbolOf): void {
    switch (ref.k) {
      case 'obj': {
        const id = idOf(ref.id);
        if (id >= 0) this.#tagged(id, 0);
        else {
          // Of a module: its number takes all bits.
          this.#tagged(0, 7);
          this.add(id);
        }
        return;
      }
      case 'ext':
        this.#tagged(numberOf(ref.name), ref.site === undefined ? 1 : 2);
        if (ref.site !== undefined) this.word(ref.site);
        return;
      case 'fn':
        this.#tagged(numberOf(ref.fn.key), 3);
        this.add(ref.scope === 0 ? 0 : idOf(ref.scope));
        return;
      case 'cls':
        this.#tagged(numberOf(ref.cls.key), 4);
        return;
      case 'mod':
        this.#tagged(numberOf(ref.mod.name), 5);
        return;
      default:
        this.#tagged(numberOf(ref.name), 6);
        this.value(ref.self, idOf, symbolOf);
    }
  }

  /** `val` with its objects and taints as `idOf` and `symbolOf` number them. */
  value(val: Val, idOf: IdOf, symbolOf: SymbolOf): void {
    const { consts, refs, segs, taints } = val;
    // How many parts follow is said first: so none needs to be marked.
    this.add(
      (val.open ? 1 : 0) +
        (segs === null ? 0 : 2 + segs.length * 65536) +
        consts.length * 4 +
        refs.length * 64 +
        taints.length * 1024,
    );
    for (let i = 0; i < consts.length; i++) this.#constant(consts[i] as Constant);
    for (let i = 0; i < refs.length; i++) this.#ref(refs[i] as Ref, idOf, symbolOf);
    if (segs !== null) {
      for (const segment of segs) {
        if (typeof segment === 'string') this.#tagged(numberOf(segment), 0);
        else {
          this.#tagged(segment.taints.length, 1);
          for (const taint of segment.taints) this.add(symbolOf(taint));
        }
      }
    }
    for (let i = 0; i < taints.length; i++) {
      const taint = taints[i] as Taint;
      this.#tagged(symbolOf(taint), taint.weak ? 1 : 0);
      this.add(taint.safe);
    }
  }

  get sum(): number {
    return (this.#low >>> 0) * 2 ** 21 + (this.#high >>> 11);
  }
}
