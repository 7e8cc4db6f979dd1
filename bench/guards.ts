/**
 * `node bench/guards.ts [--quick]`: what each guard costs, in CPU microseconds a request: one at a time, on the same facts
 * and the same answer, in turn within each round. `nothing` is the loop itself, the noise floor.
 */
import { parseArgs } from 'node:util';
import { gateSettings } from '../src/cli/gate-settings.ts';
import { parseConfig } from '../src/config/index.ts';
import { systemClock } from '../src/core/index.ts';
import { type Facts, headerMap } from '../src/gate/facts.ts';
import { responseHead } from '../src/gate/forward/response-headers.ts';
import { GrantsUsed } from '../src/gate/grants-used.ts';
import type { Guard, ResponseGuard } from '../src/gate/guard.ts';
import { requestGuards, responseGuards } from '../src/gate/pipeline.ts';
import type { Session } from '../src/identity/index.ts';
import { memoryCounters } from '../src/store/index.ts';
import { BenchFault } from './child.ts';
import { spreadOf } from './statistics.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const ROUNDS = values.quick ? 5 : 15;
const REQUESTS = values.quick ? 5_000 : 30_000;

const FILE = `
rates: { address: 1000000/1s, person: 1000000/1s, session: 1000000/1s }
listen: 127.0.0.1:8443
apps:
  app:
    upstream: http://127.0.0.1:1
    preset: streamlit
    csp: block
    rates: [{ paths: [/export/**], rate: 1000000/1s }]
    rules:
      - { allow: [user] }
      - { forbid: [guest], paths: [/admin/**] }
`;

const RAW_REQUEST = [
  ['host', 'localhost:8443'],
  [
    'user-agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  ],
  ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
  ['accept-encoding', 'gzip, deflate, br, zstd'],
  ['accept-language', 'en-GB,en;q=0.9,pt;q=0.8'],
  ['cookie', '__Host-gatehouse=Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmF; theme=dark'],
  ['origin', 'https://localhost:8443'],
  ['sec-fetch-site', 'same-origin'],
  ['sec-fetch-mode', 'cors'],
].flat();

const RAW_ANSWER = [
  ['content-type', 'text/html; charset=utf-8'],
  ['content-length', '4096'],
  ['server', 'TornadoServer/6.5'],
  ['date', 'Mon, 23 Nov 2026 00:00:00 GMT'],
  ['set-cookie', '_streamlit_xsrf=2|abc|def|1; Path=/'],
].flat();

const session = {
  id: 'ses_1',
  person: { id: 'per_1', name: 'ada', displayName: 'Ada', roles: ['user'], disabled: false },
  assurance: 'password',
} as unknown as Session;

const loaded = parseConfig(FILE, 'bench.yaml');
const settings = gateSettings(loaded, new Map(), true, new Map());
const [app] = settings.apps;
if (app === undefined) throw new BenchFault('there is no app');
const counters = memoryCounters({ clock: systemClock });
const grants = new GrantsUsed({ record: async () => undefined }, systemClock);

const factsOf = (): Facts => ({
  method: 'POST',
  path: '/export/2026/report',
  query: 'format=csv',
  target: '/export/2026/report?format=csv',
  authority: 'localhost:8443',
  protocol: 'h2',
  time: Date.now(),
  client: { address: '192.0.2.7', userAgent: 'bench' },
  app,
  upgrade: false,
  navigation: false,
  headers: headerMap(RAW_REQUEST),
  rawHeaders: RAW_REQUEST,
  contentLength: 10,
  cookies: {} as Facts['cookies'],
  session,
  peeked: undefined,
});

type Subject = { name: string; run(facts: Facts): unknown };

const ofRequest = (guard: Guard): Subject => ({ name: guard.name, run: (facts) => guard.check(facts) });
const ofResponse = (guard: ResponseGuard): Subject => ({
  name: `${guard.name} (answer)`,
  run: (facts) => guard.edit(responseHead(200, RAW_ANSWER), facts),
});

const subjects: Subject[] = [
  { name: 'nothing', run: () => undefined },
  ...requestGuards(settings, counters, grants).map(ofRequest),
  { name: 'nothing (answer)', run: () => responseHead(200, RAW_ANSWER) },
  ...responseGuards(settings).map(ofResponse),
];

/** CPU microseconds of this process a call. */
const measure = async ({ run }: Subject): Promise<number> => {
  const facts = factsOf();
  const before = process.cpuUsage();
  for (let i = 0; i < REQUESTS; i++) {
    const result = run(facts);
    if (result instanceof Promise) await result;
    if (facts.rates !== undefined) facts.rates.length = 1;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / REQUESTS;
};

const results = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const subject of subjects) {
    const cost = await measure(subject);
    // The first round is for the compiler.
    if (round > 0) results.get(subject)?.push(cost);
  }
}
await grants.close();

const width = Math.max(...subjects.map(({ name }) => name.length));
console.log(
  `${'guard'.padEnd(width)}  CPU µs a request: median (quartiles), ${ROUNDS} rounds of ${REQUESTS}`,
);
for (const [{ name }, costs] of results) {
  const { median, low, high } = spreadOf(costs);
  console.log(`${name.padEnd(width)}  ${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`);
}
