import { checkCsrf } from './checks/csrf.ts';
import { DjangoUrls } from './checks/django-urls.ts';
import { listen } from './checks/listen.ts';
import { checkLiterals } from './checks/literal-checks.ts';
import { forTestsAlone } from './checks/of-tests.ts';
import { mountsRouters, RoutePrefixes, speaksOfRouters } from './checks/route-prefixes.ts';
import { RouteTables } from './checks/route-tables.ts';
import { Engine } from './flow/engine.ts';
import type { SummaryStore } from './flow/summary-store.ts';
import type { ModuleCode } from './lower/ir.ts';
import { LIBRARIES } from './models/all.ts';
import { Registry } from './models/registry.ts';
import type { Part } from './parts.ts';
import type { FoundFiles, LeftOut } from './project/files.ts';
import { Project } from './project/project.ts';
import { Collector, type Gathered } from './report/collector.ts';
import { TemplateIndex } from './templates/index-templates.ts';

/** What was learned of one part of a tree, as plain data. */
export interface Learned extends Gathered {
  /** By what was given up, the functions where. */
  cuts: [string, number[]][];
  /** Outputs of templates that the flow has told of. */
  told: string[];
  leftOut: LeftOut[];
  /** Of the files of its part: how many lines they have, and what of them was left out. */
  lines: number;
  partsLeftOut: LeftOut[];
  partsCuts: string[];
}

let registry: Registry | null = null;

/**
 * The analysis of a tree, or of one part of a large one: all modules are read and their top levels run, then the
 * functions are looked at. What all need to know (classes, routes, prefixes, globals) is made in the first step.
 */
export class Analysis {
  readonly project: Project;
  readonly collector: Collector;
  readonly templates: TemplateIndex;
  readonly #engine: Engine;
  readonly #urls = new DjangoUrls();
  readonly #routes = new RouteTables();
  readonly #prefixes = new RoutePrefixes();
  readonly #modules: (ModuleCode | null)[];
  readonly #part: Pick<Part, 'from' | 'to'>;

  /**
   * Of a tree that is looked at in parts, `part` says which; what it imports of others is read on demand.
   * `summaries` of earlier runs are used, and added to.
   */
  constructor(found: FoundFiles, part?: Part, summaries?: SummaryStore) {
    registry ??= new Registry(LIBRARIES);
    this.#part = part ?? { from: 0, to: found.python.length };
    this.#modules = new Array<ModuleCode | null>(found.python.length).fill(null);
    this.project = new Project(
      found.python,
      part === undefined ? undefined : { ...part, sizes: found.sizes },
    );
    this.collector = new Collector(this.project);
    this.templates = new TemplateIndex(found.templates);
    this.#engine = new Engine({
      registry,
      load: (name) => this.project.load(name),
      summaries,
      onHit: (hit) => this.collector.addHit(hit),
      ...listen(this.collector, this.templates, this.#urls, this.#routes, this.#prefixes),
    });
  }

  /** Reads all modules, runs their top levels and the functions that mount routers. */
  prepare(): void {
    const { from, to } = this.#part;
    for (let i = from; i < to; i++) this.#modules[i] = this.project.loadFile(i);
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
  }

  /** Looks at all functions. `onFile` is called after each file. */
  run(onFile: () => void): void {
    const { from, to } = this.#part;
    const modules = this.#modules.slice(from, to);
    for (const code of modules) {
      if (code !== null) {
        for (const fn of code.functions) this.#attempt(code, () => this.#engine.defaultSummary(fn, 0));
        for (const cls of code.classes) this.#attempt(code, () => this.#engine.inherited(cls));
      }
      onFile();
    }
    this.#prefixes.apply(this.#engine);
    const { kept, shared } = this.#engine;
    for (const fn of [...this.#routes.late(), ...kept.late(), ...shared.late()])
      this.#attempt(fn.module, () => this.#engine.runAgain(fn));
    const read = modules.filter((code) => code !== null);
    const forTests = forTestsAlone(read);
    for (const code of read) {
      checkLiterals(code, forTests.has(code), this.collector);
      checkCsrf(this.#engine, code, this.collector);
    }
  }

  /** What was learned, for the analysis that reports. */
  learned(): Learned {
    return {
      ...this.collector.gathered(),
      cuts: [...this.#engine.cuts].map(([what, where]) => [what, [...where]]),
      told: [...this.templates.told],
      leftOut: this.templates.leftOut,
      lines: this.project.linesOf(this.#part.from, this.#part.to),
      partsLeftOut: this.project.leftOut,
      partsCuts: this.project.cuts,
    };
  }

  /** Takes in what was learned of a part of the tree that this analysis does not look at itself. */
  take(learned: Learned): void {
    this.collector.take(learned);
    for (const output of learned.told) this.templates.told.add(output);
    for (const left of learned.leftOut)
      if (!this.templates.leftOut.some(({ path }) => path === left.path)) this.templates.leftOut.push(left);
    const { cuts } = this.#engine;
    for (const [what, where] of learned.cuts) cuts.set(what, new Set([...(cuts.get(what) ?? []), ...where]));
    for (const left of learned.partsLeftOut)
      if (!this.project.leftOut.some(({ path, why }) => path === left.path && why === left.why))
        this.project.leftOut.push(left);
    for (const cut of learned.partsCuts) if (!this.project.cuts.includes(cut)) this.project.cuts.push(cut);
  }

  /** Instructions that were looked at so far, each as often as it was. */
  get instructions(): number {
    return this.#engine.instructions;
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

/** What an analysis of one part of a tree, by itself, learns. */
export const learnPart = (found: FoundFiles, part: Part, onFile: () => void): Learned => {
  const analysis = new Analysis(found, part);
  analysis.prepare();
  analysis.run(onFile);
  return analysis.learned();
};
