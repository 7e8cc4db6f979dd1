import type { ClassShape, FunctionCode, Instr } from '../lower/ir.ts';
import { named } from '../models/by-name.ts';
import type { Engine } from './engine.ts';
import type { Frame } from './frame.ts';
import { makeObj, type State } from './state.ts';
import { translate, translateObj } from './summary.ts';
import { weaken } from './taint.ts';
import { join, objectRef, replaceTaints, type Val } from './value.ts';

const MOST_KEPT = 20_000;
const MOST_CLASSES = 4;

interface Kept {
  /** Null where nothing but objects of the project are kept. */
  value: Val | null;
  /** Classes of the project whose objects are kept there. */
  readonly classes: Set<ClassShape>;
}

/**
 * What the project keeps on things outside it (`g.db = …`, `app['repository'] = …`), whoever reads it later. The
 * function that wrote or tested it knows better: see {@link keptHere}. Capped against code that sets them by the million.
 */
export class KeptFields {
  readonly #fields = new Map<string, Kept>();
  readonly #owners = new Map<string, number>();
  readonly #ids = new Set<number>();
  /** Who read what nobody had kept yet, or less than is kept by now. */
  readonly #readers = new Map<string, Set<FunctionCode>>();
  readonly #late = new Set<FunctionCode>();

  /** Notes that `value` is kept under `name`. Objects of modules stay; of a function's, which are gone by then, the class does. */
  keep(frame: Frame, state: State, name: string, value: Val): void {
    const taints = frame.deepTaints(state, value).filter((taint) => taint.origin.symbol < 0);
    const classes: ClassShape[] = [];
    for (const ref of value.refs) {
      const cls = ref.k === 'obj' && ref.id > 0 ? frame.obj(state, ref.id)?.cls : null;
      if (cls != null) classes.push(cls);
    }
    const refs = value.refs.filter((ref) => (ref.k === 'obj' ? ref.id < 0 : ref.k !== 'bound'));
    const only = classes.length > 0 && refs.length === 0 && !value.open && taints.length === 0;
    const stripped: Val = { ...value, refs, open: value.open || refs.length < value.refs.length, segs: null };
    const plain = only ? null : replaceTaints(stripped, SESSION.test(name) ? weaken(taints) : taints);
    frame.engine.basis.wide = true;
    let known = this.#fields.get(name);
    if (known === undefined) {
      if (this.#fields.size >= MOST_KEPT) return;
      known = { value: null, classes: new Set() };
      this.#fields.set(name, known);
    }
    const before = known.value;
    const had = known.classes.size;
    if (plain !== null) known.value = known.value === null ? plain : join(known.value, plain);
    for (const cls of classes) if (known.classes.size < MOST_CLASSES) known.classes.add(cls);
    if (known.classes.size > had || (known.value?.taints.length ?? 0) > (before?.taints.length ?? 0)) {
      for (const fn of this.#readers.get(name) ?? []) this.#late.add(fn);
    }
  }

  /** What was kept under `name`, anywhere in the project; null when nothing was. */
  read(frame: Frame, state: State, name: string, instr: Instr): Val | null {
    frame.engine.basis.wide = true;
    const kept = this.#fields.get(name);
    if (isShared(name) && this.#readers.size < MOST_KEPT) {
      const readers = this.#readers.get(name);
      if (readers === undefined) this.#readers.set(name, new Set([frame.fn]));
      else readers.add(frame.fn);
    }
    if (kept === undefined) return null;
    let out = kept.value;
    for (const cls of kept.classes) {
      const made = instanceOf(frame, state, cls, instr);
      out = out === null ? made : join(out, made);
    }
    return out;
  }

  /** The functions that read something before it was kept: they are to be looked at again. */
  late(): readonly FunctionCode[] {
    const out = [...this.#late];
    this.#late.clear();
    return out;
  }

  /** The object that stands for `owner`, in any state. */
  ownerId(engine: Engine, owner: string): number {
    let id = this.#owners.get(owner);
    if (id === undefined) {
      id = engine.objectIds.of(owner);
      this.#owners.set(owner, id);
      this.#ids.add(id);
    }
    return id;
  }

  /** Whether object `id` stands for an owner, with what a function itself has written to it. */
  isOwner(id: number): boolean {
    return this.#ids.has(id);
  }

  /** Whether a state may know of fields of `owner`. */
  knows(owner: string): boolean {
    return this.#owners.has(owner);
  }
}

// Where frameworks let an app keep what other requests or hooks read.
const isShared = named(
  /(^|\.)(g|session|state|app|current_app|extensions|config|Request|HttpRequest|request|\w+\(\))(\.\w+|\[[^\]]*\])$/,
);

// A session is signed or lies with the server, but what was put in came from a visitor once.
const SESSION = /(^|\.)session(\[|$)/;

/** An object of `cls` as its constructor leaves it. */
export const instanceOf = (frame: Frame, state: State, cls: ClassShape, instr: Instr): Val => {
  const { heap } = frame.engine.selfOf(cls, frame.depth + 1);
  const mapId = (id: number): number => (id > 0 ? frame.idFor(instr, `kept ${cls.path} ${id}`) : id);
  const mapVal = (value: Val): Val => translate(value, mapId, (taint) => taint);
  for (const [id, obj] of heap) if (id > 0) state.place(mapId(id), translateObj(obj, mapVal));
  return objectRef(mapId(1));
};

const fieldHere = (frame: Frame, state: State, owner: string, field: string): Val | undefined => {
  const { kept } = frame.engine;
  return kept.knows(owner) ? state.get(kept.ownerId(frame.engine, owner))?.fields.get(field) : undefined;
};

/** What this function itself has found of `owner.field` by a test. */
export const testedHere = (frame: Frame, state: State, owner: string, field: string): Val | undefined =>
  fieldHere(frame, state, `${owner} tested`, field);

/** What this function itself knows of `owner.field`: it tested or wrote it. */
export const keptHere = (frame: Frame, state: State, owner: string, field: string): Val | undefined =>
  testedHere(frame, state, owner, field) ?? fieldHere(frame, state, owner, field);

/** Notes that this function writes `owner.field`, which makes what was tested before another value. */
export const noteHere = (frame: Frame, state: State, owner: string, field: string, value: Val): void => {
  const id = frame.engine.kept.ownerId(frame.engine, owner);
  if (!state.has(id)) state.place(id, makeObj('instance'));
  state.own(id)?.fields.set(field, value);
  if (testedHere(frame, state, owner, field) === undefined) return;
  state.own(frame.engine.kept.ownerId(frame.engine, `${owner} tested`))?.fields.delete(field);
};

/** Notes what a test has told of `owner.field`. */
export const noteTested = (frame: Frame, state: State, owner: string, field: string, value: Val): void => {
  const id = frame.engine.kept.ownerId(frame.engine, `${owner} tested`);
  if (!state.has(id)) state.place(id, makeObj('notes'));
  state.own(id)?.fields.set(field, value);
};
