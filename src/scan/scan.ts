import type { Finding } from '../core/index.ts';
import { Analysis, type Learned } from './analysis.ts';
import { type FoundFiles, findFiles, type LeftOut } from './project/files.ts';
import { dealOut, type Share, sharesOf, threadsFor } from './shares.ts';
import { type StartThread, startThread } from './threads.ts';

export interface ScanOptions {
  /** Called after each file with how many are done and how many there are. */
  onProgress?: (done: number, total: number) => void;
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
  /** Threads that share the work of a large tree, this one included. Default 1. */
  jobs?: number | undefined;
}

/**
 * Scans the Python under `paths` (files or folders). Reads files, opens no network connection, runs nothing.
 * Never throws for what it finds there: what cannot be read is in `leftOut`.
 */
export const scan = (paths: readonly string[], options: ScanOptions = {}): ScanResult => {
  const started = performance.now();
  const found = findFiles(paths);
  const shares = sharesOf(found);
  const analysis = new Analysis(found);
  analysis.prepare();
  let done = 0;
  analysis.run(shares, () => options.onProgress?.(++done, analysis.project.size));
  return resultOf(found, analysis, started);
};

/** The same with several threads, where that pays: each holds the whole tree in memory. */
export const scanInThreads = (
  paths: readonly string[],
  options: ThreadedScanOptions = {},
): Promise<ScanResult> => scanWith(paths, options, startThread);

const REFRESH = 100;

/** {@link scanInThreads} with threads that `start` starts, and shares of other sizes for tests. */
export const scanWith = async (
  paths: readonly string[],
  { jobs, onProgress }: ThreadedScanOptions,
  start: StartThread,
  shareSize?: number,
): Promise<ScanResult> => {
  const started = performance.now();
  const found = findFiles(paths);
  const shares = sharesOf(found, shareSize);
  const [own = [], ...others] = dealOut(shares, threadsFor(shares, jobs ?? 1, shareSize));
  const counters = others.map(() => new Int32Array(new SharedArrayBuffer(4)));
  const running = others.map((dealt, i) =>
    start({ found, shares: dealt, done: counters[i] ?? new Int32Array(1) }),
  );
  const analysis = new Analysis(found);
  let done = 0;
  const progress = (): void => {
    const elsewhere = counters.reduce((sum, counter) => sum + Atomics.load(counter, 0), 0);
    onProgress?.(Math.min(done + elsewhere, analysis.project.size), analysis.project.size);
  };
  const run = (mine: readonly Share[]): void =>
    analysis.run(mine, () => {
      done++;
      progress();
    });
  analysis.prepare();
  run(own);
  const timer = setInterval(progress, REFRESH);
  const learned = await Promise.all(running).finally(() => clearInterval(timer));
  const again = (i: number): void => {
    counters[i]?.fill(0);
    run(others[i] ?? []);
  };
  // A thread that died (out of memory, say) leaves its work to this one.
  learned.forEach((part, i) => {
    if (part === null) again(i);
  });
  const apart = standApart(analysis.learned(), learned);
  learned.forEach((part, i) => {
    if (part !== null && apart[i]) analysis.take(part);
    else if (part !== null) again(i);
  });
  progress();
  return resultOf(found, analysis, started);
};

/** Which parts neither read what another one (or `own`) left outside its functions, nor the other way round. */
const standApart = (own: Learned, parts: readonly (Learned | null)[]): boolean[] => {
  const all = [own, ...parts];
  return parts.map((part) => {
    const [wrote, read] = [new Set(part?.wrote), new Set(part?.read)];
    return all.every(
      (other) =>
        other === part ||
        other === null ||
        !(other.wrote.some((each) => read.has(each)) || other.read.some((each) => wrote.has(each))),
    );
  });
};

const resultOf = (found: FoundFiles, analysis: Analysis, started: number): ScanResult => {
  const { collector, project, templates } = analysis;
  templates.remark(collector, project);
  return {
    findings: collector.findings(),
    leftOut: [...found.leftOut, ...project.leftOut, ...templates.leftOut],
    cuts: analysis.cuts,
    files: project.size,
    lines: project.files.reduce((sum, file) => sum + (file?.lines.count ?? 0), 0),
    took: performance.now() - started,
  };
};
