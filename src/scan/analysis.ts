import { checkCsrf } from './checks/csrf.ts';
import { DjangoUrls } from './checks/django-urls.ts';
import { listen } from './checks/listen.ts';
import { checkLiterals } from './checks/literal-checks.ts';
import { mountsRouters, RoutePrefixes, speaksOfRouters } from './checks/route-prefixes.ts';
import { RouteTables } from './checks/route-tables.ts';
import { Engine } from './flow/engine.ts';
import type { ModuleCode } from './lower/ir.ts';
import { LIBRARIES } from './models/all.ts';
import { Registry } from './models/registry.ts';
import type { FoundFiles, LeftOut } from './project/files.ts';
import { Project } from './project/project.ts';
import { Collector, type Gathered } from './report/collector.ts';
import type { Share } from './shares.ts';
import { TemplateIndex } from './templates/index-templates.ts';

/** What one thread learned of its shares, as plain data. */
export interface Learned extends Gathered {
  /** By what was given up, the functions where. */
  cuts: [string, number[]][];
  /** Outputs of templates that the flow has told of. */
  told: string[];
  leftOut: LeftOut[];
  /** What its functions left for others outside themselves, and what they looked for there. */
  wrote: string[];
  read: string[];
}

let registry: Registry | null = null;

/**
 * The analysis of a tree, in steps that every thread goes through: all modules are read and their top levels run, then
 * the functions of the thread's own shares are looked at. What all need to know (classes, routes, prefixes, globals) is
 * made in the first step, so that every thread has it.
 */
export class Analysis {
  readonly project: Project;
  readonly collector: Collector;
  readonly templates: TemplateIndex;
  readonly #engine: Engine;
  readonly #urls = new DjangoUrls();
  readonly #routes = new RouteTables();
  readonly #prefixes = new RoutePrefixes();
  readonly #modules: (ModuleCode | null)[] = [];

  constructor(found: FoundFiles) {
    registry ??= new Registry(LIBRARIES);
    this.project = new Project(found.python);
    this.collector = new Collector(this.project);
    this.templates = new TemplateIndex(found.templates);
    this.#engine = new Engine({
      registry,
      load: (name) => this.project.load(name),
      onHit: (hit) => this.collector.addHit(hit),
      ...listen(this.collector, this.templates, this.#urls, this.#routes, this.#prefixes),
    });
  }

  /** Reads all modules, runs their top levels and the functions that mount routers. */
  prepare(): void {
    for (let i = 0; i < this.project.size; i++) this.#modules.push(this.project.loadFile(i));
    const modules = this.#modules.filter((code) => code !== null);
    for (const code of modules) {
      const run = this.#engine.module(code.name);
      if (run !== null) this.#attempt(code, () => this.#engine.initialise(run, 0));
    }
    this.#urls.mount(this.#engine);
    for (const code of modules) {
      if (!speaksOfRouters(this.project.files[code.file]?.text ?? '')) continue;
      for (const fn of code.functions)
        if (mountsRouters(fn)) this.#attempt(code, () => this.#engine.defaultSummary(fn, 0));
    }
    this.#prefixes.apply(this.#engine);
    this.#routes.settled();
    this.#engine.kept.wrote.clear();
    this.#engine.shared.wrote.clear();
  }

  /** Looks at the functions of `shares`, in their order. `onFile` is called after each file. */
  run(shares: readonly Share[], onFile: () => void): void {
    for (const { from, to } of shares) {
      for (const code of this.#modules.slice(from, to)) {
        if (code !== null) {
          for (const fn of code.functions) this.#attempt(code, () => this.#engine.defaultSummary(fn, 0));
          for (const cls of code.classes) this.#attempt(code, () => this.#engine.inherited(cls));
        }
        onFile();
      }
    }
    this.#prefixes.apply(this.#engine);
    const { kept, shared } = this.#engine;
    for (const fn of [...this.#routes.late(), ...kept.late(), ...shared.late()])
      this.#attempt(fn.module, () => this.#engine.runAgain(fn));
    for (const { from, to } of shares)
      for (const code of this.#modules.slice(from, to)) {
        if (code === null) continue;
        checkLiterals(code, this.collector);
        checkCsrf(this.#engine, code, this.collector);
      }
  }

  /** What this thread learned, for the one that reports. */
  learned(): Learned {
    const { kept, shared } = this.#engine;
    return {
      ...this.collector.gathered(),
      cuts: [...this.#engine.cuts].map(([what, where]) => [what, [...where]]),
      told: [...this.templates.told],
      leftOut: this.templates.leftOut,
      wrote: [...kept.wrote, ...[...shared.wrote].map(String)],
      read: [...kept.names(), ...[...shared.ids()].map(String)],
    };
  }

  /** Takes in what another thread learned. */
  take(learned: Learned): void {
    this.collector.take(learned);
    for (const output of learned.told) this.templates.told.add(output);
    for (const left of learned.leftOut)
      if (!this.templates.leftOut.some(({ path }) => path === left.path)) this.templates.leftOut.push(left);
    const { cuts } = this.#engine;
    for (const [what, where] of learned.cuts) cuts.set(what, new Set([...(cuts.get(what) ?? []), ...where]));
  }

  /** Where exactness was given up, by file and reason. */
  get cuts(): { what: string; times: number }[] {
    const cuts = [...this.#engine.cuts].map(([what, where]) => ({ what, times: where.size }));
    cuts.sort((a, b) => (a.what < b.what ? -1 : a.what > b.what ? 1 : 0));
    return [...cuts, ...this.project.cuts.map((what) => ({ what, times: 1 }))];
  }

  // What exhausts the stack is one function's analysis: it is given up and said, the rest goes on.
  #attempt(code: ModuleCode, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#engine.cut(code.body, 'the analysis ran out of stack');
    }
  }
}
