import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { loadHttp1, loadHttp2 } from './load.ts';
import { quantile, slopeOf } from './statistics.ts';
import type { Target, TargetName } from './targets.ts';
import { usageOf } from './usage.ts';

const MIB = 1_048_576;
const SLICE = 5;

export interface Soak {
  name: TargetName;
  seconds: number;
  requests: number;
  sockets: number;
  /** MiB at the end of the first quarter and of the last, each the median of its samples. */
  first: number;
  last: number;
  most: number;
  /** MiB an hour by a line through the second half; undefined under a minute, which says nothing about an hour. */
  perHour: number | undefined;
}

/** Requests of all sorts and sockets that come and go, for a while; memory is looked at every second. */
export const soak = async (target: Target, seconds: number, directory: string): Promise<Soak> => {
  const origin = target.secure ?? '';
  const headers = target.headers;
  const samples: { at: number; resident: number }[] = [];
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1_000;
  let [requests, sockets, running] = [0, 0, true];

  const watch = async (): Promise<void> => {
    while (running) {
      samples.push({ at: elapsed(), resident: usageOf(target.pid).resident / MIB });
      await sleep(1_000);
    }
  };
  const comeAndGo = async (): Promise<void> => {
    while (running) {
      const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/live`, {
        headers,
        origin,
        rejectUnauthorized: false,
      });
      await new Promise<void>((resolve) => {
        socket.once('open', () => socket.send('hello'));
        socket.once('message', () => {
          sockets++;
          socket.close();
        });
        socket.once('error', () => resolve());
        socket.once('close', () => resolve());
      });
      await sleep(20);
    }
  };
  const ask = async (): Promise<void> => {
    for (let slice = 0; elapsed() < seconds; slice++) {
      const url = `${origin}${slice % 2 === 0 ? '/small' : '/large'}`;
      const load = { url, headers, seconds: SLICE };
      const seen = slice % 4 < 2 ? await loadHttp1(load) : await loadHttp2(load, directory);
      requests += seen.requests;
    }
    running = false;
  };
  await Promise.all([watch(), comeAndGo(), ask()]);

  const part = (from: number, to: number): number[] =>
    samples
      .slice(Math.floor(samples.length * from), Math.ceil(samples.length * to))
      .map(({ resident }) => resident);
  const half = samples.slice(Math.floor(samples.length / 2));
  return {
    name: target.name,
    seconds: elapsed(),
    requests,
    sockets,
    first: quantile(part(0.125, 0.25), 0.5),
    last: quantile(part(0.875, 1), 0.5),
    most: Math.max(...samples.map(({ resident }) => resident)),
    perHour:
      elapsed() < 60
        ? undefined
        : 3_600 *
          slopeOf(
            half.map(({ at }) => at),
            half.map(({ resident }) => resident),
          ),
  };
};
