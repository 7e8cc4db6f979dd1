import type { ClassShape, FunctionCode } from '../lower/ir.ts';
import type { Engine } from './engine.ts';
import type { Frame } from './frame.ts';
import type { Obj, State } from './state.ts';
import { translate, translateObj } from './summary.ts';
import { external, join, objectRef, type Val } from './value.ts';

const MOST_KINDS = 3;

interface Kinds {
  /** Objects of the library, by name. */
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
        if (ref.k === 'ext' && ref.name.endsWith('()')) kinds.externals.add(ref.name);
        else if (cls != null) kinds.classes.add(cls);
        else kinds.other = true;
      }
      kinds.other ||= kinds.externals.size + kinds.classes.size > MOST_KINDS;
    }
  }

  /** What parameter `i` of constructor `init` holds, its objects put into `heap` by `place`; null when not known. */
  parameter(
    engine: Engine,
    init: FunctionCode,
    i: number,
    depth: number,
    place: (size: number, objects: (from: number) => Iterable<[number, Obj]>) => number,
  ): Val | null {
    const kinds = this.#given.get(init)?.get(i);
    if (kinds === undefined || kinds.other) return null;
    engine.basis.wide = true;
    let out: Val | null = null;
    const add = (value: Val): void => {
      out = out === null ? value : join(out, value);
    };
    for (const name of kinds.externals) add(external(name));
    for (const cls of kinds.classes) {
      if (cls.methods.get('__init__') === init) return null;
      const { heap, next } = engine.selfOf(cls, depth + 1);
      const from = place(next, (first) => {
        const mapId = (id: number): number => (id > 0 ? id + first : id);
        const mapVal = (value: Val): Val => translate(value, mapId, (taint) => taint);
        return [...heap].filter(([id]) => id > 0).map(([id, obj]) => [mapId(id), translateObj(obj, mapVal)]);
      });
      add(objectRef(from + 1));
    }
    return out === null ? null : { ...(out as Val), open: true };
  }
}
