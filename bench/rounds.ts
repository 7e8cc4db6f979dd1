import { setTimeout as sleep } from 'node:timers/promises';
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

/**
 * Measures everything in turn, round after round, each round beginning with another target: what the machine does
 * besides falls on all alike. The first round warms up and does not count.
 */
export const runRounds = async (targets: readonly Target[], plan: Plan): Promise<Results> => {
  const results: Results = new Map(plan.scenarios.map(({ name }) => [name, new Map()]));
  for (let round = 0; round <= plan.rounds; round++) {
    plan.onRound(round);
    for (const scenario of plan.scenarios) {
      for (let i = 0; i < targets.length; i++) {
        const target = targets[(i + round) % targets.length];
        if (!target) continue;
        const measured = await measure(target, scenario, plan.seconds, plan.directory);
        if (!measured || round === 0) continue;
        const rows = results.get(scenario.name);
        rows?.set(target.name, [...(rows.get(target.name) ?? []), measured]);
      }
    }
  }
  return results;
};
