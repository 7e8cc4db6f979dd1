/**
 * `node bench/scan.ts [--rounds N] FOLDER…`: lines a second of `gatehouse scan`, Bandit and Ruff's S rules over the same
 * folders, cold, on one core, in interleaved rounds. Bandit and Ruff come from PyPI into `.cache/bench-venv`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..');
const VENV = join(ROOT, '.cache/bench-venv');

export interface ScanSpeed {
  tool: string;
  /** CPU seconds, user and system, of each round. */
  cpu: number[];
  /** Lines a CPU second, median. */
  lines: number;
}

const reportSchema = z.object({ lines: z.number().positive() });

const cpuOf = (command: string, args: readonly string[]): number => {
  const timed = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="cpu %U %S"; time taskset -c 0 "$0" "$@" >/dev/null 2>&1', command, ...args],
    { encoding: 'utf8', cwd: ROOT },
  );
  const match = /cpu ([\d.]+) ([\d.]+)/.exec(timed.stderr);
  return match === null ? Number.NaN : Number(match[1]) + Number(match[2]);
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** Runs all tools `rounds` times over `folders`; tools that are not installed are left out. */
export const run = (folders: readonly string[], rounds = 5): ScanSpeed[] => {
  const work = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const out = join(work, 'out');
  const tools: [string, string, string[]][] = [
    [
      'gatehouse',
      process.execPath,
      [join(ROOT, 'bin/gatehouse.js'), 'scan', '--fail-on', 'none', '--format', 'json', '--output', out],
    ],
    ['bandit', join(VENV, 'bin/bandit'), ['-q', '-r', '-f', 'json', '-o', join(work, 'bandit')]],
    [
      'ruff',
      join(VENV, 'bin/ruff'),
      ['check', '--isolated', '--no-cache', '--select', 'S', '--output-format', 'json'],
    ],
  ];
  const present = tools.filter(([, command]) => existsSync(command));
  const cpu = new Map<string, number[]>(present.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, command, args] of present) cpu.get(name)?.push(cpuOf(command, [...args, ...folders]));
  }
  const { lines } = reportSchema.parse(JSON.parse(readFileSync(out, 'utf8')));
  rmSync(work, { recursive: true });
  return [...cpu].map(([tool, values]) => ({ tool, cpu: values, lines: Math.round(lines / median(values)) }));
};

if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: 'string', default: '5' } },
    allowPositionals: true,
  });
  const speeds = run(positionals, Number(values.rounds));
  const ours = speeds.find(({ tool }) => tool === 'gatehouse')?.lines ?? Number.NaN;
  for (const { tool, cpu, lines } of speeds) {
    const ratio = tool === 'gatehouse' ? '' : `, gatehouse is ${(ours / lines).toFixed(2)} times that`;
    process.stdout.write(`${tool}: ${lines} lines a CPU second (median of ${cpu.length})${ratio}\n`);
  }
}
