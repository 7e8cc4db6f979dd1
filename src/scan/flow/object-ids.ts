const BITS = 0x3f_ff_ff_ff;

/**
 * Numbers of the objects of modules. They follow from the name of the object (content of its module and the place where
 * it is made), not from the order in which modules are looked at: so they mean the same in every run.
 */
export class ObjectIds {
  readonly #names = new Map<number, string>();

  /** A number below 0, of 30 bits so that it stays small. Where two names fall together the later one moves on. */
  of(name: string): number {
    // FNV-1a: nobody gains anything by two names that fall together.
    let hash = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    for (let n = (hash & BITS) + 1; ; n = (n & BITS) + 1) {
      const known = this.#names.get(n);
      if (known === undefined) this.#names.set(n, name);
      if (known === undefined || known === name) return -n;
    }
  }
}
