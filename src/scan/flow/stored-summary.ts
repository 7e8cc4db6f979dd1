import { z } from 'zod';
import { webSourceSchema } from '../../core/index.ts';
import type { ClassShape, FunctionCode, ModuleCode } from '../lower/ir.ts';
import { Basis } from './basis.ts';
import type { Given } from './canonical.ts';
import type { Obj } from './state.ts';
import type { Hit, Summary } from './summary.ts';
import { type CodePlace, extendTrail, type Origin, symbolOrigin, type Taint, type Trail } from './taint.ts';
import {
  BOTTOM,
  type Constant,
  constant,
  external,
  objectRef,
  type Ref,
  UNKNOWN,
  type Val,
} from './value.ts';

/*
 * A summary as plain data. Code is named by the content of its module, places by module and offset, and nothing here is
 * peculiar to Python: whoever analyses another language, or the same tree another time, can read it.
 */

const digest = z.string().max(64);
const place = z.tuple([digest, z.int().nonnegative(), z.int().nonnegative()]);
/** JSON has no name for these. */
const ODD_NUMBERS = ['NaN', 'Infinity', '-Infinity', '-0'] as const;
const constantData = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.strictObject({ number: z.enum(ODD_NUMBERS) }),
]);
const originData = z.strictObject({
  id: z.string(),
  kind: z.enum(['web', 'archive', 'argument']),
  web: webSourceSchema.nullable(),
  says: z.string(),
  place,
});
const taintData = z.strictObject({
  /** The number of an argument's taint, or an origin below the call. */
  origin: z.union([z.int().nonnegative(), originData]),
  safe: z.int(),
  weak: z.boolean(),
  /** Oldest step first. */
  trail: z.array(z.tuple([place, z.string()])).max(64),
});
const hole = z.strictObject({ taints: z.array(taintData), from: z.string().optional() });
const valueData = z.strictObject({
  consts: z.array(constantData),
  get refs() {
    return z.array(refData);
  },
  open: z.boolean(),
  segs: z.array(z.union([z.string(), hole])).nullable(),
  taints: z.array(taintData),
});
const refData = z.discriminatedUnion('k', [
  z.strictObject({ k: z.literal('obj'), id: z.int() }),
  z.strictObject({ k: z.literal('fn'), fn: z.string(), scope: z.int() }),
  z.strictObject({ k: z.literal('cls'), cls: z.string() }),
  z.strictObject({ k: z.literal('mod'), mod: digest }),
  z.strictObject({ k: z.literal('ext'), name: z.string(), site: z.string().optional() }),
  z.strictObject({
    k: z.literal('bound'),
    get self() {
      return valueData;
    },
    name: z.string(),
    fn: z.string().nullable(),
  }),
]);
const objectData = z.strictObject({
  shape: z.enum(['list', 'tuple', 'set', 'dict', 'instance', 'scope', 'config', 'iterator', 'notes']),
  cls: z.string().nullable(),
  fields: z.array(z.tuple([z.string(), valueData])),
  elems: z.array(valueData).nullable(),
  rest: valueData,
  many: z.boolean(),
});
const hitData = z.strictObject({
  taint: taintData,
  rule: z.string(),
  kind: z.string(),
  name: z.string(),
  place,
  position: z.string(),
  below: z.boolean().optional(),
});
/** A parameter after the call: nothing known, as it was given, or something else. */
const outcomes = z.array(z.union([z.null(), z.literal('given'), valueData])).nullable();

export const storedSummarySchema = z.strictObject({
  /** Digests of the modules that it rests on. */
  modules: z.array(digest),
  ret: valueData,
  /** By number. */
  heap: z.array(z.tuple([z.int(), objectData])),
  hits: z.array(hitData),
  whenTrue: outcomes,
  whenFalse: outcomes,
  /** The number of the first object that it made itself. */
  firstOwn: z.int().positive(),
  flags: z.array(z.string()),
});
export type StoredSummary = z.infer<typeof storedSummarySchema>;
type ValueData = z.infer<typeof valueData>;
type RefData = z.infer<typeof refData>;
type TaintData = z.infer<typeof taintData>;
type PlaceData = z.infer<typeof place>;
type Outcomes = Summary['whenTrue'];

/** Names what lies in memory. Throws a RangeError for a place in no module. */
export class SummaryWriter {
  readonly #digestOf: (file: number) => string | undefined;

  constructor(digestOf: (file: number) => string | undefined) {
    this.#digestOf = digestOf;
  }

  /** Undefined where the summary rests on more than modules. */
  write(summary: Summary): StoredSummary | undefined {
    const { modules, wide } = summary.basis.gather();
    if (wide) return undefined;
    const outcome = (after: Outcomes): StoredSummary['whenTrue'] =>
      after?.map((value, i) =>
        value === undefined ? null : value === summary.entry[i] ? 'given' : this.#value(value),
      ) ?? null;
    return {
      modules,
      ret: this.#value(summary.ret),
      heap: this.#objects(summary.heap),
      hits: summary.hits.map((hit) => ({
        ...hit,
        taint: this.#taint(hit.taint),
        place: this.#place(hit.place),
      })),
      whenTrue: outcome(summary.whenTrue),
      whenFalse: outcome(summary.whenFalse),
      firstOwn: summary.firstOwn,
      flags: [...summary.flags],
    };
  }

  /** What tells the arguments of a call from others, in any run. */
  shape({ args, heap, scope }: Given): string {
    return JSON.stringify([args.map((value) => this.#value(value)), this.#objects(heap), scope]);
  }

  #objects(heap: ReadonlyMap<number, Obj>): StoredSummary['heap'] {
    return [...heap].map(([id, obj]) => [id, this.#object(obj)]);
  }

  #place({ file, start, end }: CodePlace): PlaceData {
    const named = this.#digestOf(file);
    if (named === undefined) throw new RangeError(`file ${file} is no module`);
    return [named, start, end];
  }

  #taint({ origin, safe, weak, trail }: Taint): TaintData {
    const steps: TaintData['trail'] = [];
    for (let step: Trail | null = trail; step !== null; step = step.before)
      steps.push([this.#place(step.place), step.why]);
    const { symbol, ...named } = origin;
    const from = symbol >= 0 ? symbol : { ...named, place: this.#place(named.place) };
    return { origin: from, safe, weak, trail: steps.reverse() };
  }

  readonly #taints = (taints: readonly Taint[]): TaintData[] => taints.map((taint) => this.#taint(taint));

  #value({ consts, refs, open, segs, taints }: Val): ValueData {
    return {
      consts: consts.map((value) =>
        typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
          ? { number: Object.is(value, -0) ? '-0' : (String(value) as (typeof ODD_NUMBERS)[number]) }
          : value,
      ),
      refs: refs.map((ref): RefData => {
        if (ref.k === 'fn') return { k: 'fn', fn: ref.fn.key, scope: ref.scope };
        if (ref.k === 'cls') return { k: 'cls', cls: ref.cls.key };
        if (ref.k === 'mod') return { k: 'mod', mod: ref.mod.digest };
        if (ref.k !== 'bound') return ref;
        return { k: 'bound', self: this.#value(ref.self), name: ref.name, fn: ref.fn?.key ?? null };
      }),
      open,
      segs:
        segs?.map((part) =>
          typeof part === 'string' ? part : { ...part, taints: this.#taints(part.taints) },
        ) ?? null,
      taints: this.#taints(taints),
    };
  }

  #object({ shape, cls, fields, elems, rest, many }: Obj): z.infer<typeof objectData> {
    return {
      shape,
      cls: cls?.key ?? null,
      fields: [...fields].map(([key, value]) => [key, this.#value(value)]),
      elems: elems?.map((value) => this.#value(value)) ?? null,
      rest: this.#value(rest),
      many,
    };
  }
}

class Missing extends Error {}

/** Finds what stored summaries name among the modules that there are now. */
export class SummaryReader {
  readonly #module: (digest: string) => ModuleCode | undefined;

  constructor(module: (digest: string) => ModuleCode | undefined) {
    this.#module = module;
  }

  /** Undefined where something that it names or rests on is not there. */
  read(stored: StoredSummary, given: Given): Summary | undefined {
    if (!stored.modules.every((digest) => this.#module(digest) !== undefined)) return undefined;
    const basis = new Basis();
    for (const digest of stored.modules) basis.modules.add(digest);
    const outcome = (after: StoredSummary['whenTrue']): Outcomes =>
      after?.map((value, i) =>
        value === null ? undefined : value === 'given' ? given.args[i] : this.#value(value),
      ) ?? null;
    try {
      const heap = new Map<number, Obj>();
      for (const [id, data] of stored.heap) heap.set(id, this.#object(data));
      return {
        ret: this.#value(stored.ret),
        heap,
        hits: stored.hits.map((hit): Hit => {
          const { below, ...rest } = hit;
          const read = { ...rest, taint: this.#taint(hit.taint), place: this.#place(hit.place) };
          return below === undefined ? read : { ...read, below };
        }),
        whenTrue: outcome(stored.whenTrue),
        whenFalse: outcome(stored.whenFalse),
        entry: given.args,
        firstOwn: stored.firstOwn,
        flags: stored.flags,
        basis,
      };
    } catch (error) {
      if (error instanceof Missing) return undefined;
      throw error;
    }
  }

  #named(digest: string): ModuleCode {
    const module = this.#module(digest);
    if (module === undefined) throw new Missing();
    return module;
  }

  // The parts of a key are made in one place each, where code is lowered.
  #code(key: string, kind: 'c'): ClassShape;
  #code(key: string, kind: 'f'): FunctionCode;
  #code(key: string, kind: 'c' | 'f'): ClassShape | FunctionCode {
    const [digest = '', part = ''] = key.split(':');
    const module = this.#named(digest);
    const found =
      part === 'body'
        ? module.body
        : kind === 'c'
          ? module.classes.find((cls) => cls.key === key)
          : module.functions.find((fn) => fn.key === key);
    if (found === undefined) throw new Missing();
    return found;
  }

  #place([digest, start, end]: PlaceData): CodePlace {
    return { file: this.#named(digest).file, start, end };
  }

  #taint({ origin, safe, weak, trail }: TaintData): Taint {
    const from: Origin =
      typeof origin === 'number'
        ? symbolOrigin(origin)
        : { ...origin, place: this.#place(origin.place), symbol: -1 };
    const steps = trail.reduce<Trail | null>(
      (before, [at, why]) => extendTrail(before, this.#place(at), why),
      null,
    );
    return { origin: from, safe, weak, trail: steps };
  }

  #value(data: ValueData): Val {
    const { open, segs } = data;
    const consts = data.consts.map(
      (value): Constant => (typeof value === 'object' && value !== null ? Number(value.number) : value),
    );
    const [ref] = data.refs;
    // Values that are compared by identity are one object each.
    if (data.taints.length === 0 && segs === null && consts.length + data.refs.length + Number(open) < 2) {
      if (open) return UNKNOWN;
      if (ref?.k === 'ext' && ref.site === undefined) return external(ref.name);
      if (ref?.k === 'obj') return objectRef(ref.id);
      if (consts[0] !== undefined) return constant(consts[0]);
      if (ref === undefined) return BOTTOM;
    }
    return {
      consts,
      refs: data.refs.map((each) => this.#ref(each)),
      open,
      segs: segs?.map((part) => (typeof part === 'string' ? part : this.#hole(part))) ?? null,
      taints: data.taints.map((taint) => this.#taint(taint)),
    };
  }

  #hole({ taints, from }: z.infer<typeof hole>) {
    const read = taints.map((taint) => this.#taint(taint));
    return from === undefined ? { taints: read } : { taints: read, from };
  }

  #ref(ref: RefData): Ref {
    if (ref.k === 'fn') return { k: 'fn', fn: this.#code(ref.fn, 'f'), scope: ref.scope };
    if (ref.k === 'cls') return { k: 'cls', cls: this.#code(ref.cls, 'c') };
    if (ref.k === 'mod') return { k: 'mod', mod: this.#named(ref.mod) };
    if (ref.k === 'bound') {
      const fn = ref.fn === null ? null : this.#code(ref.fn, 'f');
      return { k: 'bound', self: this.#value(ref.self), name: ref.name, fn };
    }
    if (ref.k === 'obj' || ref.site === undefined)
      return ref.k === 'obj' ? ref : { k: 'ext', name: ref.name };
    return { k: 'ext', name: ref.name, site: ref.site };
  }

  #object({ shape, cls, fields, elems, rest, many }: z.infer<typeof objectData>): Obj {
    return {
      shape,
      cls: cls === null ? null : this.#code(cls, 'c'),
      fields: new Map(fields.map(([key, value]) => [key, this.#value(value)])),
      elems: elems?.map((value) => this.#value(value)) ?? null,
      rest: this.#value(rest),
      many,
      owner: 0,
    };
  }
}
