/**
 * `node bench/sign-in-burst.ts [--quick]`: what a burst of fifty sign-ins does to the requests of those who are in already.
 * Quiet, fifty loads of the sign-in page, and fifty sign-ins in turn, on the real program; what counts is the ratio of the
 * 99th percentiles.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { PASSWORD, startGatehouse } from '../test/harness/gatehouse-process.ts';
import { BenchFault, startChild } from './child.ts';
import { signInByForms } from './sign-in.ts';
import { quantile, ratioOf, spreadOf } from './statistics.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const ROUNDS = values.quick ? 5 : 15;
const SIGN_INS = 50;
const READERS = 4;
const LEAST = 1_000;

const directory = mkdtempSync(join(tmpdir(), 'gatehouse-burst-'));
const config = join(directory, 'gatehouse.yaml');
const upstream = await startChild(process.execPath, [join(import.meta.dirname, 'upstream.ts')]);
writeFileSync(
  config,
  `limits: { connectionsPerAddress: 100000 }
rates: { address: 600000000/1m, person: 600000000/1m }
regulation: { perNetwork: 100000 }
apps: { app: { upstream: "http://127.0.0.1:${upstream.ready}", rules: [{ allow: [user] }] } }
`,
);
const gate = await startGatehouse({
  mode: { serve: `http://127.0.0.1:${upstream.ready}` },
  directory,
  config,
  people: [{ name: 'ada', roles: 'user' }],
});
const url = `${gate.appUrl}/small`;
const cookie = await signInByForms(url, gate.authorityFile, 'ada', PASSWORD);
const agent = (connections: number): Agent =>
  new Agent({
    connections,
    keepAliveTimeout: 30_000,
    connect: {
      ca: readFileSync(gate.authorityFile, 'utf8'),
      lookup: (_host, options, answer) =>
        options.all ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4),
    },
  });
// The connections are there before a burst begins: their handshakes would be measured instead of the sign-ins.
const [reader, visitors] = [agent(READERS), agent(SIGN_INS)];

/** Reads the guarded app over and over until `until` says enough; milliseconds of each answer. */
const read = async (until: () => boolean): Promise<number[]> => {
  const times: number[] = [];
  const one = async (): Promise<void> => {
    while (!until()) {
      const began = performance.now();
      const { statusCode, body } = await request(url, { dispatcher: reader, headers: { cookie } });
      await body.dump();
      if (statusCode !== 200) throw new BenchFault(`the guarded app answered ${statusCode}`);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: READERS }, one));
  return times;
};

const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

/** A browser that stands before the sign-in form; the function sends it, and says with what it was answered. */
const arrive = async (name: string): Promise<() => Promise<number>> => {
  const at = `${gate.portalUrl}/sign-in`;
  const shown = await request(at, { dispatcher: visitors, headers: NAVIGATION });
  const page = await shown.body.text();
  const cookie = [shown.headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0] ?? '');
  const hidden = (field: string): string =>
    new RegExp(`name="${field}" value="([^"]*)"`).exec(page)?.[1] ?? '';
  const form = new URLSearchParams({
    form: hidden('form'),
    state: hidden('state'),
    step: 'password',
    name,
    password: PASSWORD,
  });
  const headers = {
    ...NAVIGATION,
    'sec-fetch-site': 'same-origin',
    origin: gate.portalUrl,
    cookie: cookie.join('; '),
    'content-type': 'application/x-www-form-urlencoded',
  };
  return async () => {
    const { statusCode, body } = await request(at, {
      method: 'POST',
      dispatcher: visitors,
      headers,
      body: form.toString(),
    });
    await body.dump();
    return statusCode;
  };
};

/** Reads while `work` is under way. */
const readDuring = async <T>(work: () => Promise<T>): Promise<{ times: number[]; result: T }> => {
  let isDone = false;
  const reading = read(() => isDone);
  const result = await work().finally(() => {
    isDone = true;
  });
  return { times: await reading, result };
};

try {
  const p99: Record<'quiet' | 'pages' | 'burst', number[]> = { quiet: [], pages: [], burst: [] };
  const answers = new Map<number, number>();
  for (let round = 0; round <= ROUNDS; round++) {
    const ends = performance.now() + LEAST;
    const quiet = await read(() => performance.now() > ends);
    // As many pages, without a password.
    // Names that nobody has: each costs the hash that an account costs, and none is held back by guesses at another.
    const pages = await readDuring(() =>
      Promise.all(Array.from({ length: SIGN_INS }, (_, i) => arrive(`visitor-${round}-${i}`))),
    );
    const burst = await readDuring(() => Promise.all(pages.result.map((send) => send())));
    if (round === 0) continue;
    for (const status of burst.result) answers.set(status, (answers.get(status) ?? 0) + 1);
    p99.quiet.push(quantile(quiet, 0.99));
    p99.pages.push(quantile(pages.times, 0.99));
    p99.burst.push(quantile(burst.times, 0.99));
  }
  for (const [what, times] of Object.entries(p99)) {
    const { median, low, high } = spreadOf(times);
    const ratio = ratioOf(times, p99.quiet);
    console.log(
      `guarded p99, ${what.padEnd(5)}: ${median.toFixed(1)} ms [${low.toFixed(1)} ${high.toFixed(1)}], ` +
        `x${ratio.median.toFixed(2)} [${ratio.low.toFixed(2)} ${ratio.high.toFixed(2)}]`,
    );
  }
  console.log(
    `answers to the sign-ins: ${[...answers].map(([status, count]) => `${count} x ${status}`).join(', ')}`,
  );
} finally {
  await Promise.all([reader.close(), visitors.close()]);
  await gate.close();
  await upstream.stop();
  rmSync(directory, { recursive: true, force: true });
}
