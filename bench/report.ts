import { cpus, release } from 'node:os';
import type { Measured, Results } from './rounds.ts';
import { SCENARIOS } from './rounds.ts';
import type { Soak } from './soak.ts';
import { ratioOf, type Spread, spreadOf } from './statistics.ts';
import { TARGETS, type TargetName } from './targets.ts';
import type { IdleSockets } from './web-sockets.ts';

const MIB = 1_048_576;
const METRICS = ['perSecond', 'p50', 'p99', 'cpu', 'resident'] as const;
type Metric = (typeof METRICS)[number];

export interface Row {
  scenario: string;
  target: TargetName;
  rounds: number;
  values: Record<Metric, Spread>;
  /** Against the bare proxy of the same round. */
  ratios: Record<'perSecond' | 'p50' | 'p99' | 'cpu', Spread>;
}

const each = (measured: readonly Measured[], metric: Metric): number[] => measured.map((one) => one[metric]);

export const rowsOf = (results: Results): Row[] =>
  SCENARIOS.flatMap(({ name: scenario }) => {
    const targets = results.get(scenario) ?? new Map<TargetName, Measured[]>();
    const bare = targets.get('bare') ?? [];
    return [...targets].map(([target, measured]) => {
      const ratio = (metric: Metric): Spread => ratioOf(each(measured, metric), each(bare, metric));
      const values = {} as Record<Metric, Spread>;
      for (const metric of METRICS) values[metric] = spreadOf(each(measured, metric));
      return {
        scenario,
        target,
        rounds: measured.length,
        values,
        ratios: { perSecond: ratio('perSecond'), p50: ratio('p50'), p99: ratio('p99'), cpu: ratio('cpu') },
      };
    });
  });

const table = (heading: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = heading.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  return [line(heading), ...rows.map(line)].join('\n');
};

const spread = ({ median, low, high }: Spread, digits: number): string =>
  `${median.toFixed(digits)} [${low.toFixed(digits)} ${high.toFixed(digits)}]`;

const scenarioText = (scenario: string, rows: readonly Row[]): string => {
  const sorted = TARGETS.flatMap((name) => rows.filter(({ target }) => target === name));
  const heading = ['', 'requests/s', 'x bare', 'p50 ms', 'p99 ms', 'p99 x bare', 'CPU us', 'x bare', 'MiB'];
  const body = sorted.map(({ target, values, ratios }) => [
    target,
    spread(values.perSecond, 0),
    spread(ratios.perSecond, 2),
    spread(values.p50, 2),
    spread(values.p99, 2),
    spread(ratios.p99, 2),
    spread(values.cpu, 0),
    spread(ratios.cpu, 2),
    (values.resident.median / MIB).toFixed(0),
  ]);
  return `${scenario}\n${table(heading, body)}`;
};

export interface Report {
  /** Version of this form of the report. */
  schema: 1;
  at: string;
  machine: { cpu: string; cpus: number; system: string; node: string };
  rounds: number;
  secondsEach: number;
  missing: readonly string[];
  /** Rounds of a scenario that were dropped, and why. */
  faults: readonly string[];
  rows: readonly Row[];
  sockets: readonly IdleSockets[];
  soaks: readonly Soak[];
}

export const machineOf = (): Report['machine'] => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cpus: cpus().length,
  system: `${process.platform} ${release()}`,
  node: process.version,
});

/** The report as people read it: medians with quartiles, and ratios against the bare proxy. */
export const reportText = (report: Report): string => {
  const { machine, rows, sockets, soaks, missing } = report;
  const parts = [
    `${machine.cpus} x ${machine.cpu}, ${machine.system}, Node ${machine.node}; ` +
      `${report.rounds} rounds of ${report.secondsEach} s; median [quartiles]`,
    ...missing.map((text) => `left out: ${text}`),
    ...report.faults.map((text) => `dropped: ${text}`),
    ...SCENARIOS.filter(({ name }) => rows.some(({ scenario }) => scenario === name)).map(({ name }) =>
      scenarioText(
        name,
        rows.filter(({ scenario }) => scenario === name),
      ),
    ),
  ];
  if (sockets.length > 0) {
    const body = sockets.map(({ name, opened, seconds, bytesEach, slowestEcho, idleCpu }) => [
      name,
      String(opened),
      seconds.toFixed(1),
      (bytesEach / 1_024).toFixed(1),
      slowestEcho.toFixed(0),
      (idleCpu * 100).toFixed(1),
    ]);
    const heading = ['', 'open', 'seconds', 'KiB each', 'slowest echo ms', 'idle CPU %'];
    parts.push(`Idle WebSockets\n${table(heading, body)}`);
  }
  if (soaks.length > 0) {
    const body = soaks.map((one) => [
      one.name,
      one.seconds.toFixed(0),
      String(one.requests),
      String(one.sockets),
      one.first.toFixed(1),
      one.last.toFixed(1),
      one.most.toFixed(1),
      one.perHour?.toFixed(0) ?? '',
    ]);
    const heading = [
      '',
      'seconds',
      'requests',
      'sockets',
      'first MiB',
      'last MiB',
      'most MiB',
      'slope MiB/h',
    ];
    parts.push(`Soak\n${table(heading, body)}`);
  }
  return `${parts.join('\n\n')}\n`;
};
