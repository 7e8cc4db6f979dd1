import type { Finding } from '../core/index.ts';
import { checkCsrf } from './checks/csrf.ts';
import { DjangoUrls } from './checks/django-urls.ts';
import { listen } from './checks/listen.ts';
import { checkLiterals } from './checks/literal-checks.ts';
import { mountsRouters, RoutePrefixes, speaksOfRouters } from './checks/route-prefixes.ts';
import { RouteTables } from './checks/route-tables.ts';
import { Engine } from './flow/engine.ts';
import type { Hit } from './flow/summary.ts';
import type { ModuleCode } from './lower/ir.ts';
import { LIBRARIES } from './models/all.ts';
import { Registry } from './models/registry.ts';
import { findFiles, type LeftOut } from './project/files.ts';
import { Project } from './project/project.ts';
import { Collector } from './report/collector.ts';
import { TemplateIndex } from './templates/index-templates.ts';

export interface ScanOptions {
  /** Called after each file with how many are done and how many there are. */
  onProgress?: (done: number, total: number) => void;
}

export interface ScanResult {
  readonly findings: Finding[];
  /** Files and parts of files that were not looked at. */
  readonly leftOut: LeftOut[];
  /** Where the analysis gave up exactness, with how often. */
  readonly cuts: { what: string; times: number }[];
  readonly files: number;
  readonly lines: number;
  /** Milliseconds it took. */
  readonly took: number;
}

let registry: Registry | null = null;

/**
 * Scans the Python under `paths` (files or folders). Reads files, opens no network connection, runs nothing.
 * Never throws for what it finds there: what cannot be read is in `leftOut`.
 */
export const scan = (paths: readonly string[], options: ScanOptions = {}): ScanResult => {
  const started = performance.now();
  const found = findFiles(paths);
  registry ??= new Registry(LIBRARIES);
  const project = new Project(found.python);
  const collector = new Collector(project);
  const templates = new TemplateIndex(found.templates);
  const urls = new DjangoUrls();
  const routes = new RouteTables();
  const prefixes = new RoutePrefixes();
  const engine = new Engine({
    registry,
    load: (name) => project.load(name),
    onHit: (hit: Hit) => collector.addHit(hit),
    ...listen(collector, templates, urls, routes, prefixes),
  });
  const modules = [];
  for (let i = 0; i < project.size; i++) {
    const code = project.loadFile(i);
    if (code !== null) modules.push(code);
  }
  for (const code of modules) {
    const run = engine.module(code.name);
    if (run !== null) attempt(engine, code, () => engine.initialise(run, 0));
  }
  urls.mount(engine);
  for (const code of modules) {
    if (!speaksOfRouters(project.files[code.file]?.text ?? '')) continue;
    for (const fn of code.functions)
      if (mountsRouters(fn)) attempt(engine, code, () => engine.defaultSummary(fn, 0));
  }
  prefixes.apply(engine);
  modules.forEach((code, i) => {
    for (const fn of code.functions) attempt(engine, code, () => engine.defaultSummary(fn, 0));
    options.onProgress?.(i + 1, modules.length);
  });
  prefixes.apply(engine);
  for (const fn of [...routes.late(), ...engine.kept.late(), ...engine.shared.late()])
    attempt(engine, fn.module, () => engine.runAgain(fn));
  for (const code of modules) {
    checkLiterals(code, collector);
    checkCsrf(engine, code, collector);
  }
  templates.remark(collector, project);
  return {
    findings: collector.findings(),
    leftOut: [...found.leftOut, ...project.leftOut, ...templates.leftOut],
    cuts: [
      ...[...engine.cuts].map(([what, times]) => ({ what, times })),
      ...project.cuts.map((what) => ({ what, times: 1 })),
    ],
    files: project.size,
    lines: project.files.reduce((sum, file) => sum + (file?.lines.count ?? 0), 0),
    took: performance.now() - started,
  };
};

// What exhausts the stack is one function's analysis: it is given up and said, the rest goes on.
const attempt = (engine: Engine, code: ModuleCode, work: () => void): void => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    engine.cut(code.body, 'the analysis ran out of stack');
  }
};
