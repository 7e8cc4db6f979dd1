/**
 * `node bench/main.ts [--quick] [--json FILE] [--rounds N] [--seconds N] [--soak SECONDS] [--sockets N]
 * [--targets NAME,NAME] [--scenario TEXT]`: what it costs to stand in front of an app. Needs Linux, wrk and h2load. See
 * docs/guide/benchmark.md.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { BenchFault, runChild } from './child.ts';
import { machineOf, type Report, reportText, rowsOf } from './report.ts';
import { runRounds, SCENARIOS } from './rounds.ts';
import { type Soak, soak } from './soak.ts';
import { startField, TARGETS } from './targets.ts';
import { type IdleSockets, measureIdleSockets } from './web-sockets.ts';

const SOCKETS = 1_000;
const FULL = { rounds: 15, seconds: 1, soak: 120, sockets: SOCKETS };
const QUICK = { rounds: 3, seconds: 1, soak: 20, sockets: 200 };

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    soak: { type: 'string' },
    sockets: { type: 'string' },
    targets: { type: 'string' },
    scenario: { type: 'string' },
  },
});
const usual = values.quick ? QUICK : FULL;
const plan = {
  rounds: Number(values.rounds ?? usual.rounds),
  seconds: Number(values.seconds ?? usual.seconds),
  soak: Number(values.soak ?? usual.soak),
  sockets: Number(values.sockets ?? usual.sockets),
};
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Benchmarks of single rooms, each a program of its own. */
const ROOMS = ['access.ts', 'audit.ts', 'guards.ts', 'parser.ts', 'sign-in-timing.ts'];

const PATIENCE = 15 * 60_000;

/** Each prints for itself; one that fails does not take the others with it. */
const roomBenches = async (): Promise<void> => {
  for (const name of ROOMS) {
    const file = join(import.meta.dirname, name);
    if (!existsSync(file)) continue;
    say(`bench: ${name}`);
    try {
      const output = await runChild(process.execPath, [file, ...(values.quick ? ['--quick'] : [])], PATIENCE);
      process.stdout.write(`\n${name}\n${output.trim()}\n`);
    } catch (error) {
      if (!(error instanceof BenchFault)) throw error;
      say(`bench: ${error.message}`);
      process.exitCode = 1;
    }
  }
};

const wire = async (directory: string): Promise<Report> => {
  const only = values.targets?.split(',').map((name) => z.enum(TARGETS).parse(name.trim()));
  const field = await startField(directory, only ? { only } : {});
  try {
    const { results, faults } = await runRounds(field.targets, {
      ...plan,
      directory,
      scenarios: SCENARIOS.filter(({ name }) => name.includes(values.scenario ?? '')),
      onRound: (round) => say(round === 0 ? 'bench: warming up' : `bench: round ${round} of ${plan.rounds}`),
    });
    const sockets: IdleSockets[] = [];
    const soaks: Soak[] = [];
    for (const target of field.targets) {
      if (plan.sockets === 0 || target.name === 'bare again' || target.name === 'direct') continue;
      say(`bench: ${plan.sockets} WebSockets through ${target.name}`);
      sockets.push(await measureIdleSockets(target, plan.sockets));
    }
    for (const target of field.targets) {
      if (plan.soak === 0 || (target.name !== 'bare' && target.name !== 'gatehouse')) continue;
      say(`bench: ${plan.soak} s of soaking ${target.name}`);
      soaks.push(await soak(target, plan.soak, directory));
    }
    return {
      schema: 1,
      at: new Date().toISOString(),
      machine: machineOf(),
      rounds: plan.rounds,
      secondsEach: plan.seconds,
      missing: field.missing,
      faults,
      rows: rowsOf(results),
      sockets,
      soaks,
    };
  } finally {
    await field.stop();
  }
};

const directory = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
try {
  const report = await wire(directory);
  process.stdout.write(reportText(report));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  await roomBenches();
} catch (error) {
  if (!(error instanceof BenchFault)) throw error;
  say(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
