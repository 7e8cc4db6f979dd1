/**
 * `node bench/access.ts [--quick] [--json FILE]`: what a decision costs with 10 and with 10,000 rules, beside
 * @casl/ability and casbin with the same rules and the same requests, in turn within one run.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AbilityBuilder, createMongoAbility, subject } from '@casl/ability';
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { compilePolicy, decide } from '../src/access/index.ts';
import { parseConfig } from '../src/config/index.ts';
import { BenchFault } from './child.ts';
import { ratioOf, type Spread, spreadOf } from './statistics.ts';

interface Rule {
  effect: 'allow' | 'forbid';
  role: string;
  /** Everything below this path. */
  below: string;
  method: 'GET' | 'POST';
}

interface Request {
  role: string;
  method: 'GET' | 'POST';
  path: string;
}

type Decide = (request: Request) => boolean;

const ROLES = 20;
const REQUESTS = 1_000;

/** A small linear congruential generator: every run asks the same. */
const randomOf = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const rulesOf = (count: number): Rule[] =>
  Array.from({ length: count }, (_, i): Rule => {
    const team = Math.floor(i / 5);
    const role = `role-${team % ROLES}`;
    const method = i % 2 === 0 ? 'GET' : 'POST';
    if (i % 5 === 4) return { effect: 'forbid', role, below: `/teams/${team}/reports/closed`, method: 'GET' };
    return {
      effect: 'allow',
      role,
      below: `/teams/${team}/${['reports', 'files', 'jobs', 'keys'][i % 5]}`,
      method,
    };
  });

/** A new text in one piece, as one from the wire is. */
const flat = (text: string): string => Buffer.from(text).toString('latin1');

const requestsOf = (rules: readonly Rule[]): Request[] => {
  const random = randomOf(1);
  // As many different paths with few rules as with many: else the one would be about fewer places of memory.
  return Array.from({ length: REQUESTS }, (_, i): Request => {
    const rule = rules[random(rules.length)];
    if (!rule) throw new BenchFault('there are no rules');
    const { below, role } = rule;
    const path = [`${below}/2026/${i}`, `${below}/closed/${i}`, `${below}/${i}`, `/other/${i}`][random(4)];
    return {
      path: flat(path ?? '/'),
      role: random(4) === 0 ? `role-${random(ROLES)}` : role,
      method: random(3) === 0 ? 'POST' : 'GET',
    };
  });
};

const gatehouse = (rules: readonly Rule[]): Decide => {
  const config = {
    apps: {
      x: {
        upstream: 'http://127.0.0.1:1',
        rules: rules.map(({ effect, role, below, method }) => ({
          [effect]: [role],
          paths: [`${below}/**`],
          methods: [method],
        })),
      },
    },
    roles: Object.fromEntries(Array.from({ length: ROLES }, (_, i) => [`role-${i}`, {}])),
  };
  const policy = compilePolicy(parseConfig(JSON.stringify(config), 'bench'));
  const people = new Map<string, { id: string; roles: string[]; assurance: 'password' }>(
    Array.from({ length: ROLES }, (_, i) => [
      `role-${i}`,
      { id: 'p', roles: [`role-${i}`], assurance: 'password' as const },
    ]),
  );
  return ({ role, method, path }) => {
    const person = people.get(role);
    const request = {
      app: 'x',
      method,
      path,
      query: '',
      address: '192.0.2.1',
      now: 1,
      ...(person && { person }),
    };
    return decide(policy, request).verdict === 'pass';
  };
};

const escaped = (text: string): string => text.replaceAll(/[.*+?^$()[\]{}|\\]/g, '\\$&');

const casl = (rules: readonly Rule[]): Decide => {
  const abilities = new Map(
    Array.from({ length: ROLES }, (_, i) => {
      const { can, cannot, build } = new AbilityBuilder(createMongoAbility);
      // Where several of its rules match, the last one counts: those that forbid come last.
      for (const effect of ['allow', 'forbid'] as const) {
        for (const rule of rules) {
          if (rule.role !== `role-${i}` || rule.effect !== effect) continue;
          const conditions = { path: { $regex: new RegExp(`^${escaped(rule.below)}(?:/|$)`) } };
          if (effect === 'allow') can(rule.method, 'Route', conditions);
          else cannot(rule.method, 'Route', conditions);
        }
      }
      return [`role-${i}` as string, build()] as const;
    }),
  );
  return ({ role, method, path }) => abilities.get(role)?.can(method, subject('Route', { path })) ?? false;
};

const CASBIN_MODEL = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.sub == p.sub && r.act == p.act && (r.obj == p.obj || keyMatch(r.obj, p.obj + "/*"))
`;

const casbin = async (rules: readonly Rule[]): Promise<Decide> => {
  const lines = rules.map(
    ({ effect, role, below, method }) =>
      `p, ${role}, ${below}, ${method}, ${effect === 'allow' ? 'allow' : 'deny'}`,
  );
  const enforcer = await newEnforcer(newModelFromString(CASBIN_MODEL), new StringAdapter(lines.join('\n')));
  return ({ role, method, path }) => enforcer.enforceSync(role, path, method);
};

interface Subject {
  name: string;
  decide: Decide;
  requests: readonly Request[];
  /** Decisions in a part of a round: fewer where one takes long, so that rounds stay short. */
  batch: number;
  /** Whether every path is asked for once only, so that nothing can be remembered. */
  unseen: boolean;
}

const subjectsFor = async (count: number): Promise<Subject[]> => {
  const rules = rulesOf(count);
  const requests = requestsOf(rules);
  const own = gatehouse(rules);
  const engines: [string, Decide, number, boolean][] = [
    ['gatehouse', own, 250, false],
    ['gatehouse again', gatehouse(rules), 250, false],
    ['gatehouse, unseen paths', gatehouse(rules), 250, true],
    ['@casl/ability', casl(rules), count > 100 ? 20 : 250, false],
    ['casbin', await casbin(rules), count > 100 ? 2 : 50, false],
  ];
  // Casbin needs milliseconds for each of ten thousand rules: fewer requests say as much about agreement.
  for (const [name, engine, batch] of engines) {
    for (const request of requests.slice(0, batch < 10 ? 20 : requests.length)) {
      if (engine(request) === own(request)) continue;
      throw new BenchFault(`${name} decides otherwise on ${JSON.stringify(request)}`);
    }
  }
  return engines.map(([name, decideOne, batch, unseen]) => ({
    name: `${name}, ${count} rules`,
    decide: decideOne,
    requests,
    batch,
    unseen,
  }));
};

/** Parts of a round; the middle one counts, so that a part in which the machine did something else does not. */
const PARTS = 21;

/** The requests of one part. Paths are new texts, as they are when they come from the wire, made before the clock runs. */
const partOf = ({ requests, batch, unseen }: Subject, round: number, part: number): Request[] =>
  Array.from({ length: batch }, (_, i) => {
    const request = requests[(i + part * batch + round * 7) % requests.length];
    if (!request) throw new BenchFault('there are no requests');
    const path = unseen ? `${request.path}/${round}-${part}-${i}` : request.path;
    return { ...request, path: flat(path) };
  });

/** Nanoseconds a decision. */
const measure = (measured: Subject, round: number): number => {
  const { decide: decideOne, batch } = measured;
  const costs: number[] = [];
  let passed = 0;
  for (let part = 0; part < (batch < 10 ? 1 : PARTS); part++) {
    const requests = partOf(measured, round, part);
    const started = process.hrtime.bigint();
    for (const request of requests) if (decideOne(request)) passed++;
    costs.push(Number(process.hrtime.bigint() - started) / batch);
  }
  if (passed > PARTS * batch) throw new BenchFault('the engine let in more than it was asked');
  return spreadOf(costs).median;
};

/** Nanoseconds a decision, and how many times the cost of Gatehouse with 10 rules that is. */
export interface AccessRow {
  name: string;
  nanoseconds: Spread;
  ratio: Spread;
}

/** Runs all engines in turn, at least 15 rounds; the first ones warm up and do not count. */
export const run = async ({ rounds = 25 }: { rounds?: number } = {}): Promise<AccessRow[]> => {
  const subjects = [...(await subjectsFor(10)), ...(await subjectsFor(10_000))];
  const samples = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  const warmUp = 5;
  for (let round = 0; round < warmUp + Math.max(15, rounds); round++) {
    for (let i = 0; i < subjects.length; i++) {
      const one = subjects[(i + round) % subjects.length];
      if (!one) continue;
      const cost = measure(one, round);
      if (round >= warmUp) samples.get(one.name)?.push(cost);
    }
  }
  const baseline = samples.get('gatehouse, 10 rules') ?? [];
  return [...samples].map(([name, values]) => ({
    name,
    nanoseconds: spreadOf(values),
    ratio: ratioOf(values, baseline),
  }));
};

const table = (rows: readonly AccessRow[]): string => {
  const number = (value: number) => (value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en'));
  const spread = ({ median, low, high }: Spread) => `${number(median)} (${number(low)} to ${number(high)})`;
  const lines = rows.map(
    ({ name, nanoseconds, ratio }) =>
      `${name.padEnd(30)} ${spread(nanoseconds).padStart(40)} ${spread(ratio).padStart(36)}`,
  );
  return [
    `${''.padEnd(30)} ${'nanoseconds a decision'.padStart(40)} ${'times gatehouse with 10 rules'.padStart(36)}`,
    ...lines,
  ].join('\n');
};

if (import.meta.main) {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
  });
  const rows = await run({ rounds: values.quick ? 15 : 25 });
  process.stdout.write(`${table(rows)}\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
