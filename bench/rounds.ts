import { setTimeout as sleep } from 'node:timers/promises';
import { BenchFault } from './child.ts';
import { loadHttp1, loadHttp2, type Seen } from './load.ts';
import type { Target, TargetName } from './targets.ts';
import { usageOf } from './usage.ts';

export interface Scenario {
  name: string;
  protocol: 'http/1.1' | 'h2';
  transport: 'plain' | 'secure';
  path: '/small' | '/large';
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'HTTP/1.1, 200 bytes', protocol: 'http/1.1', transport: 'plain', path: '/small' },
  { name: 'HTTP/1.1, 100 KiB', protocol: 'http/1.1', transport: 'plain', path: '/large' },
  { name: 'HTTP/1.1 over TLS, 200 bytes', protocol: 'http/1.1', transport: 'secure', path: '/small' },
  { name: 'HTTP/1.1 over TLS, 100 KiB', protocol: 'http/1.1', transport: 'secure', path: '/large' },
  { name: 'HTTP/2, 200 bytes', protocol: 'h2', transport: 'secure', path: '/small' },
  { name: 'HTTP/2, 100 KiB', protocol: 'h2', transport: 'secure', path: '/large' },
];

/** One target in one round. Latencies in milliseconds, CPU in microseconds a request, memory in bytes. */
export interface Measured extends Seen {
  cpu: number;
  resident: number;
}

export type Results = Map<string, Map<TargetName, Measured[]>>;

const measure = async (
  target: Target,
  scenario: Scenario,
  seconds: number,
  directory: string,
): Promise<Measured | undefined> => {
  const origin = target[scenario.transport];
  if (origin === undefined) return undefined;
  const load = { url: origin + scenario.path, headers: target.headers, seconds };
  const before = usageOf(target.pid);
  const seen = scenario.protocol === 'h2' ? await loadHttp2(load, directory) : await loadHttp1(load);
  // What is still being cleared away belongs to the requests that made it.
  await sleep(50);
  const after = usageOf(target.pid);
  return { ...seen, cpu: (after.cpu - before.cpu) / seen.requests, resident: after.resident };
};

export interface Plan {
  rounds: number;
  seconds: number;
  directory: string;
  scenarios: readonly Scenario[];
  onRound(round: number): void;
}

// More than this is no accident of the machine.
const MOST_FAULTS = 8;

/** Everything that a scenario measures in one round; undefined when one of them failed twice. */
const runScenario = async (
  targets: readonly Target[],
  scenario: Scenario,
  round: number,
  plan: Plan,
  faults: string[],
): Promise<Map<TargetName, Measured> | undefined> => {
  const measured = new Map<TargetName, Measured>();
  for (let i = 0; i < targets.length; i++) {
    const target = targets[(i + round) % targets.length];
    if (!target) continue;
    const tryIt = () => measure(target, scenario, plan.seconds, plan.directory);
    try {
      const one = await tryIt().catch(tryIt);
      if (one) measured.set(target.name, one);
    } catch (error) {
      if (!(error instanceof BenchFault)) throw error;
      faults.push(`round ${round}, ${scenario.name}, ${target.name}: ${error.message}`);
      if (faults.length > MOST_FAULTS) throw new BenchFault(faults.join('\n'));
      return undefined;
    }
  }
  return measured;
};

/**
 * Measures everything in turn, round after round, each round beginning with another target: what the machine does
 * besides falls on all alike. The first round warms up and does not count; neither does a scenario's round in which
 * something failed, and `faults` says so.
 */
export const runRounds = async (
  targets: readonly Target[],
  plan: Plan,
): Promise<{ results: Results; faults: readonly string[] }> => {
  const results: Results = new Map(plan.scenarios.map(({ name }) => [name, new Map()]));
  const faults: string[] = [];
  for (let round = 0; round <= plan.rounds; round++) {
    plan.onRound(round);
    for (const scenario of plan.scenarios) {
      const measured = await runScenario(targets, scenario, round, plan, faults);
      if (!measured || round === 0) continue;
      const rows = results.get(scenario.name);
      for (const [name, one] of measured) rows?.set(name, [...(rows.get(name) ?? []), one]);
    }
  }
  return { results, faults };
};
