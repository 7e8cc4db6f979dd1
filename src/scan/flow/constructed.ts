import type { ClassShape, FunctionCode } from '../lower/ir.ts';
import type { Engine } from './engine.ts';
import type { Frame } from './frame.ts';
import type { Obj, State } from './state.ts';
import { shifted } from './summary.ts';
import { BOTTOM, external, join, objectRef, type Val } from './value.ts';

const MOST_KINDS = 3;

interface Kinds {
  /** What is of a library, by name. */
  readonly externals: Set<string>;
  readonly classes: Set<ClassShape>;
  /** Something else was given as well, or too much of it. */
  other: boolean;
}

/**
 * What constructors are given in the project: the parameter of a service that is only ever made with a connection, a
 * client or another service holds one of these, also where the service is made out of sight.
 */
export class Constructed {
  readonly #given = new Map<FunctionCode, Map<number, Kinds>>();

  /** Notes the arguments of a call of constructor `init`. */
  note(frame: Frame, state: State, init: FunctionCode, args: readonly Val[]): void {
    let known = this.#given.get(init);
    if (known === undefined) {
      known = new Map();
      this.#given.set(init, known);
    }
    for (let i = 1; i < args.length; i++) {
      const { refs, taints } = args[i] ?? { refs: [], taints: [] };
      if (refs.length === 0 || taints.length > 0) continue;
      const kinds = known.get(i) ?? { externals: new Set(), classes: new Set(), other: false };
      known.set(i, kinds);
      for (const ref of refs) {
        const cls = ref.k === 'obj' ? frame.obj(state, ref.id)?.cls : null;
        if (ref.k === 'ext' && !ref.name.startsWith('builtins.')) kinds.externals.add(ref.name);
        else if (cls != null) kinds.classes.add(cls);
        else kinds.other = true;
      }
      kinds.other ||= kinds.externals.size + kinds.classes.size > MOST_KINDS;
    }
  }

  /**
   * What parameter `i` of constructor `init` holds, with objects that are put into `heap` from number `firstId` on; null
   * when it is not known.
   */
  parameter(
    engine: Engine,
    init: FunctionCode,
    i: number,
    depth: number,
    heap: Map<number, Obj>,
    firstId: number,
  ): { value: Val; next: number } | null {
    const kinds = this.#given.get(init)?.get(i);
    if (kinds === undefined || kinds.other) return null;
    engine.basis.wide = true;
    let value = BOTTOM;
    let next = firstId;
    for (const name of kinds.externals) value = join(value, external(name));
    for (const cls of kinds.classes) {
      if (cls.methods.get('__init__') === init) return null;
      const made = shifted(engine.selfOf(cls, depth + 1).heap, next);
      for (const [id, obj] of made.objects) heap.set(id, obj);
      value = join(value, objectRef(next + 1));
      next = made.next;
    }
    return value === BOTTOM ? null : { value: { ...value, open: true }, next };
  }
}
