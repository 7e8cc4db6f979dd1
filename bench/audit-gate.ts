import { join } from 'node:path';
import { type Running, startChild } from './child.ts';
import { loadHttp1 } from './load.ts';
import { ratioOf, type Spread, spreadOf } from './statistics.ts';

const MODES = ['off', 'off again', 'on', 'pool'] as const;
type Mode = (typeof MODES)[number];

const SAYS: Record<Mode, string> = {
  off: 'events thrown away',
  'off again': 'events thrown away, again',
  on: 'events recorded',
  pool: 'events recorded, never on the event loop',
};

export interface GateRow {
  log: string;
  requestsPerSecond: Spread;
  /** Milliseconds that 50 and 99 of 100 requests took at most. */
  p50: Spread;
  p99: Spread;
  /** Times that of the gate whose events are thrown away, round by round. */
  timesOff: Spread;
}

const script = (name: string): string => join(import.meta.dirname, name);

/** Requests through a gate while a hundred events a second must be durable, with and without the log, in turn. */
export const measureGate = async (rounds: number, seconds: number): Promise<GateRow[]> => {
  const upstream = await startChild(process.execPath, [script('upstream.ts')]);
  const gates = new Map<Mode, Running>();
  try {
    for (const mode of MODES) {
      const words = [
        script('gate-with-log.ts'),
        `http://127.0.0.1:${upstream.ready}`,
        mode.split(' ')[0] ?? '',
      ];
      gates.set(mode, await startChild(process.execPath, words));
    }
    const samples = new Map<Mode, { perSecond: number; p50: number; p99: number }[]>();
    for (let round = 0; round <= rounds; round++) {
      for (let i = 0; i < MODES.length; i++) {
        const mode = MODES[(i + round) % MODES.length] ?? 'off';
        const gate = gates.get(mode);
        if (!gate) continue;
        process.kill(gate.pid, 'SIGUSR2');
        const port = gate.ready.split(':')[1];
        const seen = await loadHttp1({
          url: `https://127.0.0.1:${port}/small`,
          headers: { Host: gate.ready },
          seconds,
        });
        process.kill(gate.pid, 'SIGUSR2');
        // The first round warms up.
        if (round > 0) samples.set(mode, [...(samples.get(mode) ?? []), seen]);
      }
    }
    const of = (mode: Mode, what: 'perSecond' | 'p50' | 'p99'): number[] =>
      (samples.get(mode) ?? []).map((seen) => seen[what]);
    return MODES.map((mode) => ({
      log: SAYS[mode],
      requestsPerSecond: spreadOf(of(mode, 'perSecond')),
      p50: spreadOf(of(mode, 'p50')),
      p99: spreadOf(of(mode, 'p99')),
      timesOff: ratioOf(of(mode, 'p99'), of('off', 'p99')),
    }));
  } finally {
    for (const gate of gates.values()) await gate.stop();
    await upstream.stop();
  }
};
