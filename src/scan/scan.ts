import type { Finding } from '../core/index.ts';
import { Analysis, type Learned, learnPart } from './analysis.ts';
import { dealParts, type Part, partsOf, threadsForParts } from './parts.ts';
import { type FoundFiles, findFiles, type LeftOut } from './project/files.ts';
import { type StartThread, startThread } from './threads.ts';

export interface ScanOptions {
  /** Called after each file with how many are done and how many there are. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface ScanResult {
  readonly findings: Finding[];
  /** Files and parts of files that were not looked at. */
  readonly leftOut: LeftOut[];
  /** Where the analysis gave up exactness, with in how many functions. */
  readonly cuts: { what: string; times: number }[];
  readonly files: number;
  readonly lines: number;
  /** Milliseconds it took. */
  readonly took: number;
}

export interface ThreadedScanOptions extends ScanOptions {
  /** Threads that look at the parts of a large tree, this one included. Default: what cores and memory allow. */
  jobs?: number | undefined;
}

/**
 * Scans the Python under `paths` (files or folders). Reads files, opens no network connection, runs nothing.
 * Never throws for what it finds there: what cannot be read is in `leftOut`.
 */
export const scan = (paths: readonly string[], { onProgress }: ScanOptions = {}): ScanResult => {
  const started = performance.now();
  const found = findFiles(paths);
  const parts = partsOf(found);
  let done = 0;
  const onFile = (): void => onProgress?.(++done, found.python.length);
  return parts.length > 1
    ? resultOfParts(
        found,
        parts.map((part) => learnPart(found, part, onFile)),
        started,
      )
    : scanWhole(found, onFile, started);
};

/** The same with several threads where the tree is so large that it is looked at in parts. What is found is the same. */
export const scanInThreads = (
  paths: readonly string[],
  options: ThreadedScanOptions = {},
): Promise<ScanResult> => scanWith(paths, options, startThread);

const REFRESH = 100;

/** {@link scanInThreads} with threads that `start` starts, and parts of other sizes for tests. */
export const scanWith = async (
  paths: readonly string[],
  { jobs, onProgress }: ThreadedScanOptions,
  start: StartThread,
  partSize?: number,
): Promise<ScanResult> => {
  const started = performance.now();
  const found = findFiles(paths);
  const parts = partsOf(found, partSize);
  const counters: Int32Array[] = [];
  let done = 0;
  const progress = (): void => {
    const elsewhere = counters.reduce((sum, counter) => sum + Atomics.load(counter, 0), 0);
    onProgress?.(Math.min(done + elsewhere, found.python.length), found.python.length);
  };
  const onFile = (): void => {
    done++;
    progress();
  };
  if (parts.length < 2) return scanWhole(found, onFile, started);
  const [own = [], ...others] = dealParts(parts, Math.min(parts.length, jobs ?? threadsForParts(parts)));
  const running = others.map((mine) => {
    const counter = new Int32Array(new SharedArrayBuffer(4));
    counters.push(counter);
    return start({ found, parts: mine, done: counter });
  });
  const learned = new Map<Part, Learned>(own.map((part) => [part, learnPart(found, part, onFile)]));
  const timer = setInterval(progress, REFRESH);
  const answers = await Promise.all(running).finally(() => clearInterval(timer));
  progress();
  others.forEach((mine, i) => {
    mine.forEach((part, n) => {
      // A thread that died (out of memory, say) leaves its parts to this one.
      learned.set(part, answers[i]?.[n] ?? learnPart(found, part, onFile));
    });
  });
  return resultOfParts(
    found,
    parts.flatMap((part) => learned.get(part) ?? []),
    started,
  );
};

const scanWhole = (found: FoundFiles, onFile: () => void, started: number): ScanResult => {
  const analysis = new Analysis(found);
  analysis.prepare();
  analysis.run(onFile);
  const { project } = analysis;
  return resultOf(found, analysis, project.linesOf(0, project.size), started);
};

const resultOfParts = (found: FoundFiles, learned: readonly Learned[], started: number): ScanResult => {
  const report = new Analysis(found);
  for (const part of learned) report.take(part);
  const lines = learned.reduce((sum, part) => sum + part.lines, 0);
  // To tell of findings, their files are read once more: what is wrong in them was told already.
  const leftOut = [...report.project.leftOut];
  const result = resultOf(found, report, lines, started);
  return {
    ...result,
    leftOut: [...found.leftOut, ...leftOut, ...report.templates.leftOut],
    cuts: [...result.cuts, { what: `the tree was looked at in ${learned.length} parts`, times: 1 }],
  };
};

const resultOf = (found: FoundFiles, analysis: Analysis, lines: number, started: number): ScanResult => {
  const { collector, project, templates } = analysis;
  templates.remark(collector, project);
  return {
    findings: collector.findings(),
    leftOut: [...found.leftOut, ...project.leftOut, ...templates.leftOut],
    cuts: analysis.cuts,
    files: project.size,
    lines,
    took: performance.now() - started,
  };
};
