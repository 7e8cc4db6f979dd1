import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BenchFault, runChild } from './child.ts';
import { quantile } from './statistics.ts';

export interface Load {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Whole seconds. */
  seconds: number;
}

/** What the clients saw. Latencies in milliseconds. */
export interface Seen {
  requests: number;
  perSecond: number;
  p50: number;
  p99: number;
}

const WRK_RESULT = z.object({
  requests: z.int(),
  microseconds: z.int().positive(),
  p50: z.number(),
  p99: z.number(),
  failed: z.int(),
  refused: z.int(),
});

const CONNECTIONS = 16;
const headerWords = (headers: Load['headers']): string[] =>
  Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);

/** HTTP/1.1 by wrk: sixteen connections that each ask again as soon as they were answered. */
export const loadHttp1 = async ({ url, headers, seconds }: Load): Promise<Seen> => {
  const script = join(import.meta.dirname, 'report.lua');
  const words = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, ...headerWords(headers), url];
  const output = await runChild('wrk', words, (seconds + 30) * 1_000);
  const line = /^RESULT (.*)$/m.exec(output)?.[1];
  if (line === undefined) throw new BenchFault(`wrk said nothing about ${url}: ${output.slice(-500)}`);
  const { requests, microseconds, p50, p99, failed, refused } = WRK_RESULT.parse(JSON.parse(line));
  if (requests === 0) throw new BenchFault(`${url}: wrk was answered nothing`);
  if (failed + refused > 0)
    throw new BenchFault(`${url}: ${failed} requests failed, ${refused} were refused`);
  return { requests, perSecond: (requests * 1e6) / microseconds, p50: p50 / 1_000, p99: p99 / 1_000 };
};

/** HTTP/2 by h2load: four connections of eight streams. */
export const loadHttp2 = async (load: Load, directory: string): Promise<Seen> => {
  const log = join(directory, 'h2load.log');
  await rm(log, { force: true });
  const words = [
    '-c4',
    '-m8',
    '-t1',
    `-D${load.seconds}`,
    `--log-file=${log}`,
    ...headerWords(load.headers),
    load.url,
  ];
  await runChild('h2load', words, (load.seconds + 30) * 1_000);
  const latencies: number[] = [];
  for (const line of (await readFile(log, 'utf8')).split('\n')) {
    const [, status, microseconds] = line.split('\t');
    if (status === undefined) continue;
    if (status !== '200') throw new BenchFault(`${load.url}: h2load saw status ${status}`);
    latencies.push(Number(microseconds) / 1_000);
  }
  if (latencies.length === 0) throw new BenchFault(`${load.url}: h2load was answered nothing`);
  return {
    requests: latencies.length,
    perSecond: latencies.length / load.seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
};
