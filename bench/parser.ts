/**
 * `node bench/parser.ts [--quick] [--json FILE]`: how fast Python files are parsed, beside `ast.parse` of the python3 on
 * this machine, in turn within one run, on that Python's own standard library.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { parseArgs } from 'node:util';
import { parsePython } from '../src/scan/python/parse.ts';
import { BenchFault } from './child.ts';
import { ratioOf, type Spread, spreadOf } from './statistics.ts';

const LEAST_ROUNDS = 15;
// Rounds that do not count: V8 compiles what is hot in them.
const WARM_UP = 3;
const BYTES = 6_000_000;

/** Seconds that one pass over all files takes. */
interface Cost {
  wall: number;
  processor: number;
}

/** Megabytes a second of processor time, and how many times as fast as `ast.parse` that is. */
export interface ParserRow {
  name: string;
  megabytes: Spread;
  ratio: Spread;
  wallRatio: Spread;
}

export interface ParserReport {
  python: string;
  files: number;
  bytes: number;
  lines: number;
  /** How many times as fast as `ast.parse` the very first pass is, before anything is compiled. */
  coldRatio: number;
  rows: ParserRow[];
}

const PARSES = `
import ast, sys, warnings
warnings.simplefilter("ignore")
for path in sys.stdin.read().split("\\n"):
    try:
        with open(path, "rb") as file:
            ast.parse(file.read())
    except (SyntaxError, ValueError):
        continue
    print(path)
`;

// Files of the standard library that this Python itself parses, one in so many that they come to the wanted size.
const filesToParse = (): string[] => {
  const directory = execFileSync('python3', ['-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))'], {
    encoding: 'utf8',
  }).trim();
  const paths = globSync('**/*.py', { cwd: directory, exclude: ['site-packages/**', '**/lib2to3/**'] })
    .sort()
    .map((path) => join(directory, path));
  const sizes = paths.map((path) => readFileSync(path).length);
  const step = Math.max(1, Math.floor(sizes.reduce((sum, size) => sum + size, 0) / BYTES));
  const chosen = paths.filter((_, at) => at % step === 0);
  const input = chosen.join('\n');
  return execFileSync('python3', ['-c', PARSES], { input, encoding: 'utf8' }).trim().split('\n');
};

const nextLine = async (lines: Interface): Promise<string> => {
  const [line] = (await once(lines, 'line')) as [string];
  return line;
};

interface Python {
  version: string;
  pass(): Promise<Cost>;
  stop(): void;
}

const startPython = async (listing: string): Promise<Python> => {
  const child: ChildProcess = spawn('python3', [join(import.meta.dirname, 'parser.py'), listing], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new BenchFault('python3 has no pipes');
  const lines = createInterface({ input: stdout });
  const version = (await nextLine(lines)).split(' ')[1] ?? '';
  return {
    version,
    pass: async () => {
      stdin.write('\n');
      const [wall = Number.NaN, processor = Number.NaN] = (await nextLine(lines)).split(' ').map(Number);
      return { wall, processor };
    },
    stop: () => void child.kill('SIGTERM'),
  };
};

const pass = (sources: readonly Uint8Array[]): Cost => {
  const [started, used] = [performance.now(), process.cpuUsage()];
  for (const source of sources) {
    if (parsePython(source).errorCount > 0) throw new BenchFault('a file of the benchmark does not parse');
  }
  const { user, system } = process.cpuUsage(used);
  return { wall: (performance.now() - started) / 1e3, processor: (user + system) / 1e6 };
};

/** Runs both in turn, at least 15 rounds. The processor time of ours includes V8's other threads. */
export const run = async ({ rounds = 25 }: { rounds?: number } = {}): Promise<ParserReport> => {
  const files = filesToParse();
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const listing = join(directory, 'files');
  writeFileSync(listing, files.join('\n'));
  const python = await startPython(listing);
  try {
    const sources = files.map((path) => readFileSync(path));
    const bytes = sources.reduce((sum, source) => sum + source.length, 0);
    const lines = sources.reduce((sum, source) => sum + source.toString('latin1').split('\n').length - 1, 0);
    const [ours, again, theirs]: [Cost[], Cost[], Cost[]] = [[], [], []];
    const cold = pass(sources);
    const coldRatio = (await python.pass()).processor / cold.processor;
    for (let round = 0; round < WARM_UP + Math.max(LEAST_ROUNDS, rounds); round++) {
      const costs = [pass(sources), await python.pass(), pass(sources)] as const;
      if (round < WARM_UP) continue;
      ours.push(costs[0]);
      theirs.push(costs[1]);
      again.push(costs[2]);
    }
    const row = (name: string, costs: readonly Cost[]): ParserRow => ({
      name,
      megabytes: spreadOf(costs.map(({ processor }) => bytes / 1e6 / processor)),
      ratio: ratioOf(
        theirs.map(({ processor }) => processor),
        costs.map(({ processor }) => processor),
      ),
      wallRatio: ratioOf(
        theirs.map(({ wall }) => wall),
        costs.map(({ wall }) => wall),
      ),
    });
    return {
      python: python.version,
      files: files.length,
      bytes,
      lines,
      coldRatio,
      rows: [row('gatehouse', ours), row('gatehouse again', again), row('ast.parse', theirs)],
    };
  } finally {
    python.stop();
    rmSync(directory, { recursive: true, force: true });
  }
};

const table = ({ python, files, bytes, lines, coldRatio, rows }: ParserReport): string => {
  const spread = ({ median, low, high }: Spread) =>
    `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return [
    `${files} files of Python ${python}, ${(bytes / 1e6).toFixed(1)} MB, ${lines.toLocaleString('en')} lines`,
    `${''.padEnd(16)} ${'MB a second (processor)'.padStart(26)} ${'times ast.parse'.padStart(24)} ${'by the clock'.padStart(24)}`,
    ...rows.map(
      ({ name, megabytes, ratio, wallRatio }) =>
        `${name.padEnd(16)} ${spread(megabytes).padStart(26)} ${spread(ratio).padStart(24)} ${spread(wallRatio).padStart(24)}`,
    ),
    `first pass, nothing compiled yet: ${coldRatio.toFixed(2)} times ast.parse`,
  ].join('\n');
};

if (import.meta.main) {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
  });
  const report = await run({ rounds: values.quick ? LEAST_ROUNDS : 25 });
  process.stdout.write(`${table(report)}\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
