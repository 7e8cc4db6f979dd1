import { CONTEXTS, type Context, EVERYWHERE } from '../flow/taint.ts';
import { byName } from './by-name.ts';
import type { Condition, LibraryModel, SinkModel, SourceModel } from './schema.ts';

export interface Passing {
  args: readonly (number | string | [number, string])[] | null;
  /** Bits of the contexts for which what comes out is safe no longer. */
  undoes: number;
}

const undoneBits = (contexts: 'all' | readonly Context[] | undefined): number =>
  contexts === 'all' ? EVERYWHERE : (contexts ?? []).reduce((all, context) => all | CONTEXTS[context], 0);

/** All models, indexed by name. */
export class Registry {
  readonly #aliases = new Map<string, string>();
  readonly sources = new Map<string, SourceModel>();
  readonly sinks = new Map<string, SinkModel[]>();
  readonly sanitizers = new Map<string, readonly Context[]>();
  readonly flags = new Map<string, { flag: string; when: readonly Condition[] }[]>();
  readonly clean = new Set<string>();
  readonly passes = new Map<string, Passing>();
  readonly stops = new Set<string>();

  constructor(models: readonly LibraryModel[]) {
    for (const model of models) this.#add(model);
  }

  #add(model: LibraryModel): void {
    for (const [from, to] of Object.entries(model.aliases ?? {})) this.#aliases.set(from, to);
    for (const source of model.sources ?? []) this.sources.set(source.name, source);
    for (const sink of model.sinks ?? []) {
      const known = this.sinks.get(sink.name);
      if (known === undefined) this.sinks.set(sink.name, [sink]);
      else known.push(sink);
    }
    for (const { name, flag, when } of model.flags ?? []) {
      this.flags.set(name, [...(this.flags.get(name) ?? []), { flag, when }]);
    }
    for (const { name, contexts } of model.sanitizers ?? []) this.sanitizers.set(name, contexts);
    for (const name of model.clean ?? []) this.clean.add(name);
    for (const { name, args, undoes } of model.passes ?? [])
      this.passes.set(name, { args: args ?? null, undoes: undoneBits(undoes) });
    for (const name of model.stops ?? []) this.stops.add(name);
  }

  /** Whether a method named `name` of something unknown is modelled. */
  knows(name: string): boolean {
    return this.sinks.has(`*.${name}`);
  }

  /** Whether a model says what a call of `name` gives. */
  describes(name: string): boolean {
    return this.clean.has(name) || this.sanitizers.has(name) || this.passes.has(name);
  }

  /** The sinks of a call of `name`, and the name by which they are known: its own, or that of any method named so. */
  readonly sinksOf = byName((name): { as: string; sinks: readonly SinkModel[] | undefined } => {
    const exact = this.sinks.get(name);
    const method = `*.${name.slice(name.lastIndexOf('.') + 1)}`;
    if (exact !== undefined || !name.includes('.') || this.describes(name)) return { as: name, sinks: exact };
    return { as: method, sinks: this.sinks.get(method) };
  });

  /** What the models say of a call of `name`. */
  readonly about = byName((name) => {
    const called = this.called(name);
    return {
      called,
      source: this.sources.get(called) ?? this.sources.get(`${name}()`),
      clean: this.clean.has(name),
      contexts: this.sanitizers.get(name),
      passing: this.passes.get(name),
      stops: this.stops.has(name),
    };
  });

  /** The name under which the models know what a call of `name` gives. */
  readonly called = byName((name) => this.resolve(`${name}()`));

  /** The same of an element of `name`. */
  readonly element = byName((name) => this.resolve(`${name}[]`));

  readonly #members = byName((base) => byName((name) => this.resolve(`${base}.${name}`)));

  /** The same of `name` within `base`. */
  member(base: string, name: string): string {
    return this.#members(base)(name);
  }

  /** The name under which the models know `name`. */
  readonly resolve = byName((name) => {
    let at = name;
    for (let i = 0; i < 6; i++) {
      // Whatever is below a database client is one of its collections.
      if (at.startsWith('mongo.') && at.indexOf('.', 6) > 0)
        at = `mongo.${at.slice(at.lastIndexOf('.') + 1)}`;
      const next = this.#aliases.get(at) ?? this.#prefix(at);
      if (next === undefined || next === at) break;
      at = next;
    }
    return at;
  });

  // `sqlalchemy.orm.Session.execute` is known under what `sqlalchemy.orm.Session` is.
  #prefix(name: string): string | undefined {
    for (let at = name.lastIndexOf('.'); at > 0; at = name.lastIndexOf('.', at - 1)) {
      const to = this.#aliases.get(name.slice(0, at));
      if (to !== undefined) return to + name.slice(at);
    }
    return undefined;
  }
}
