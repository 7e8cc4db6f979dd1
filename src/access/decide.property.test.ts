import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type GatehouseConfig, parseConfig } from '../config/index.ts';
import { decide } from './decide.ts';
import { explain } from './explain.ts';
import { compilePolicy } from './policy.ts';
import type { AccessRequest, Decision } from './types.ts';

const NOW = Date.UTC(2026, 10, 23, 10);
const RANK = { none: 0, password: 1, mfa: 2, 'fresh-mfa': 3 } as const;

/** Patterns by regular expression: another road than the tree of segments. */
const pathFits = (pattern: string, path: string): boolean => {
  const plain = `/${path.split('/').filter(Boolean).join('/')}`;
  const source = pattern
    .split('/')
    .filter(Boolean)
    .map((part) =>
      part === '**'
        ? '(?:/[^/]+)*'
        : `/${
            part === '*'
              ? '[^/]+'
              : part
                  .split('*')
                  .map((text) => text.replaceAll(/[.+?^$()[\]{}|\\]/g, '\\$&'))
                  .join('[^/]*')
          }`,
    )
    .join('');
  return new RegExp(`^${source}$`).test(plain === '/' ? '' : plain);
};

type Rule = NonNullable<GatehouseConfig['apps'][string]['rules']>[number] & { id: string };

/** The rules of docs/decisions/0002-rules.md word by word, one rule after the other, without any index. */
const naively = (
  config: GatehouseConfig,
  request: AccessRequest,
): { verdict: string; assurance?: string; maxAge?: number; rule?: string } => {
  const { person, now } = request;
  const app = config.apps[request.app];
  const rules: Rule[] = (app?.rules ?? []).map((rule, index) => ({
    ...rule,
    id: `apps.${request.app}.rules[${index}]`,
  }));
  for (const [index, path] of (app?.public ?? []).entries()) {
    rules.push({
      allow: ['anonymous'],
      paths: [path],
      methods: ['GET'],
      id: `apps.${request.app}.public[${index}]`,
    });
  }
  let permissions = 0;
  for (const [name, permission] of Object.entries(config.permissions)) {
    const holders = Object.keys(config.roles).filter((role) =>
      config.roles[role]?.permissions?.includes(name),
    );
    if (holders.length === 0 || (permission.apps && !permission.apps.includes(request.app))) continue;
    const { apps: _, ...scope } = permission;
    rules.push({ ...scope, allow: holders, id: `permissions.${name}` });
    permissions++;
  }

  const signedIn = person !== undefined && person.assurance !== 'none';
  const held = new Set<string>();
  const hold = (role: string) => {
    const known = config.roles[role];
    if (!known || now >= (known.expires ?? Number.POSITIVE_INFINITY) || held.has(role)) return;
    held.add(role);
    for (const included of known.includes ?? []) hold(included);
  };
  for (const role of signedIn ? person.roles : []) hold(role);

  const matching = rules.filter(({ paths, methods, expires }) => {
    const method =
      methods === undefined ||
      methods.includes(request.method) ||
      (request.method === 'HEAD' && methods.includes('GET'));
    return (
      method &&
      (paths === undefined || paths.some((path) => pathFits(path, request.path))) &&
      now < (expires ?? Number.POSITIVE_INFINITY)
    );
  });
  const forbids = matching.find(({ forbid }) =>
    forbid?.some((role) => role === 'everyone' || held.has(role)),
  );
  const allows = matching.find(({ allow }) =>
    allow?.some((role) => role === 'anonymous' || held.has(role) || (role === 'everyone' && held.size > 0)),
  );
  let demand: { assurance: 'password' | 'mfa' | 'fresh-mfa'; maxAge: number } = {
    assurance: 'password',
    maxAge: Number.POSITIVE_INFINITY,
  };
  let demanded = false;
  for (const { assurance, maxAge = 600_000 } of matching) {
    if (!assurance) continue;
    demanded = true;
    const age = assurance === 'fresh-mfa' ? maxAge : Number.POSITIVE_INFINITY;
    if (RANK[assurance] > RANK[demand.assurance]) demand = { assurance, maxAge: age };
    else if (assurance === demand.assurance) demand.maxAge = Math.min(demand.maxAge, age);
  }
  const asks = {
    verdict: 'ask',
    assurance: demand.assurance,
    ...(demand.assurance === 'fresh-mfa' && { maxAge: demand.maxAge }),
  };
  if (forbids) return { verdict: 'refuse', rule: forbids.id };
  if (!signedIn) {
    if (matching.some(({ forbid }) => forbid?.includes('anonymous'))) return asks;
    return allows && !demanded ? { verdict: 'pass', rule: allows.id } : asks;
  }
  const open = app?.rules === undefined && permissions === 0 && held.size > 0;
  if (!allows && !open) return { verdict: 'refuse', rule: 'default' };
  const age = now - (person.mfaAt ?? Number.NEGATIVE_INFINITY);
  const reached =
    RANK[person.assurance] >= RANK[demand.assurance] ||
    (person.assurance === 'mfa' && demand.assurance === 'fresh-mfa' && age <= demand.maxAge);
  return reached ? { verdict: 'pass', rule: allows?.id ?? 'default' } : asks;
};

const ROLES = ['admin', 'user', 'guest', 'a', 'b', 'c'];
const segment = fc.constantFrom('a', 'b', 'admin', 'x.csv', 'y.csv', 'a-b-a');
const patternPart = fc.oneof(
  { weight: 3, arbitrary: segment },
  { weight: 3, arbitrary: fc.constantFrom('*', '**', '*.csv', 'a*', 'a*a', '*-*') },
);
const pattern = fc.array(patternPart, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const path = fc
  .tuple(fc.array(segment, { maxLength: 5 }), fc.constantFrom('', '/'))
  .map(([parts, end]) => (parts.length === 0 ? '/' : `/${parts.join('/')}${end}`));
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE');
const roles = (extra: string[]) =>
  fc.uniqueArray(fc.constantFrom(...ROLES, ...extra), { minLength: 1, maxLength: 3 });
const expires = fc.constantFrom(undefined, '2026-01-01', '2027-01-01');
const scope = fc.record(
  {
    paths: fc.array(pattern, { minLength: 1, maxLength: 3 }),
    methods: fc.uniqueArray(method, { minLength: 1 }),
  },
  { requiredKeys: [] },
);
const demand = fc.constantFrom(
  {},
  {},
  { assurance: 'password' },
  { assurance: 'mfa' },
  { assurance: 'fresh-mfa' },
  { assurance: 'fresh-mfa', maxAge: '1m' },
);
const rule = fc.oneof(
  fc
    .tuple(roles(['everyone']), scope, demand, expires)
    .map(([allow, where, how, end]) => ({ allow, ...where, ...how, ...(end && { expires: end }) })),
  fc
    .tuple(roles(['everyone', 'anonymous']), scope, expires)
    .map(([forbid, where, end]) => ({ forbid, ...where, ...(end && { expires: end }) })),
  fc.tuple(pattern, method).map(([one, by]) => ({ allow: ['anonymous'], paths: [one], methods: [by] })),
  fc.tuple(scope, fc.constantFrom('mfa', 'fresh-mfa')).map(([where, assurance]) => ({ ...where, assurance })),
);
const configuration = fc
  .record({
    rules: fc.oneof(
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 6, arbitrary: fc.array(rule, { minLength: 1, maxLength: 12 }) },
    ),
    open: fc.oneof(fc.constant(undefined), fc.array(pattern, { minLength: 1, maxLength: 2 })),
    aIncludes: fc.subarray(['b', 'c', 'guest']),
    bIncludes: fc.subarray(['c', 'user']),
    bExpires: expires,
    permission: fc.oneof(fc.constant(undefined), fc.tuple(scope, fc.subarray(['user', 'b']))),
  })
  .map(({ rules, open, aIncludes, bIncludes, bExpires, permission }) => {
    const granted = (role: string) => (permission?.[1].includes(role) ? { permissions: ['p'] } : {});
    const including = (list: string[]) => (list.length > 0 ? { includes: list } : {});
    return {
      apps: { x: { upstream: 'http://127.0.0.1:1', ...(rules && { rules }), ...(open && { public: open }) } },
      roles: {
        a: including(aIncludes),
        b: { ...including(bIncludes), ...granted('b'), ...(bExpires && { expires: bExpires }) },
        c: {},
        user: granted('user'),
      },
      ...(permission && { permissions: { p: permission[0] } }),
    };
  });
const person = fc.option(
  fc.record(
    {
      id: fc.constant('per_1'),
      roles: fc.array(fc.constantFrom(...ROLES, 'unknown', 'everyone', 'anonymous'), { maxLength: 3 }),
      assurance: fc.constantFrom('none' as const, 'password' as const, 'mfa' as const),
      mfaAt: fc.constantFrom(NOW - 30_000, NOW - 300_000, NOW - 3_600_000),
    },
    { requiredKeys: ['id', 'roles', 'assurance'] },
  ),
  { nil: undefined },
);

const summary = (decision: Decision) => ({
  verdict: decision.verdict,
  ...(decision.verdict === 'ask' && {
    assurance: decision.assurance,
    ...(decision.maxAge !== undefined && { maxAge: decision.maxAge }),
  }),
  ...(decision.verdict !== 'ask' && { rule: decision.rule.id }),
});

test('the compiled decision is the one of the rules read word by word', () => {
  fc.assert(
    fc.property(
      configuration,
      fc.array(fc.tuple(method, path, person), { minLength: 5, maxLength: 20 }),
      (input, requests) => {
        const { config } = parseConfig(JSON.stringify(input), 'f');
        const policy = compilePolicy({ config });
        for (const [by, to, who] of requests) {
          const request: AccessRequest = {
            app: 'x',
            method: by,
            path: to,
            query: '',
            now: NOW,
            ...(who && { person: who }),
          };
          assert.deepEqual(
            summary(decide(policy, request)),
            naively(config, request),
            JSON.stringify(request),
          );
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('an explanation says what the decision says, and names the rules that took part', () => {
  fc.assert(
    fc.property(configuration, method, path, person, (input, by, to, who) => {
      const policy = compilePolicy(parseConfig(JSON.stringify(input), 'f'));
      const request: AccessRequest = {
        app: 'x',
        method: by,
        path: to,
        query: '',
        now: NOW,
        ...(who && { person: who }),
      };
      const { decision, rules, changes } = explain(policy, request);
      assert.deepEqual(decision, decide(policy, request));
      assert.ok(changes.length > 0);
      const deciding = rules.find(({ id }) => id === decision.rule.id);
      if (decision.rule.id === 'default') return;
      assert.ok(deciding);
      if (decision.verdict === 'pass') assert.equal(deciding.part, 'lets-in');
      if (decision.verdict === 'refuse') assert.equal(deciding.part, 'refuses');
      if (decision.verdict === 'ask') assert.notEqual(deciding.part, 'silent');
    }),
    { numRuns: 200 },
  );
});

test('taking a forbidding rule in never opens, taking an allowing one in never refuses', () => {
  const order = { pass: 0, ask: 1, refuse: 2 };
  fc.assert(
    fc.property(configuration, pattern, method, path, person, (input, added, by, to, who) => {
      if (!input.apps.x.rules) return;
      const request: AccessRequest = {
        app: 'x',
        method: by,
        path: to,
        query: '',
        now: NOW,
        ...(who && { person: who }),
      };
      const verdict = (rules: unknown[]) => {
        const text = JSON.stringify({ ...input, apps: { x: { ...input.apps.x, rules } } });
        return order[decide(compilePolicy(parseConfig(text, 'f')), request).verdict];
      };
      const before = verdict(input.apps.x.rules);
      assert.ok(verdict([...input.apps.x.rules, { forbid: ['a', 'everyone'], paths: [added] }]) >= before);
      assert.ok(verdict([{ allow: ['everyone'], paths: [added] }, ...input.apps.x.rules]) <= before);
    }),
    { numRuns: 150 },
  );
});

test('a hostile path gets a verdict, in time that grows with its length alone', () => {
  const config = parseConfig(
    JSON.stringify({
      apps: {
        x: {
          upstream: 'http://h',
          rules: [
            { allow: ['user'], paths: ['/**/a/**/a/**/b', '/*/*/**/c', '/a*a*a*a*b'] },
            { forbid: ['user'], paths: ['/**/admin/**'] },
          ],
        },
      },
    }),
    'f',
  );
  const policy = compilePolicy(config);
  const ask = (to: string) =>
    decide(policy, {
      app: 'x',
      method: 'GET',
      path: to,
      now: NOW,
      person: { id: '', roles: ['user'], assurance: 'mfa' },
    });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc
          .array(fc.constantFrom('/', '.', '%2e', '%2F', 'admin', '\\', ';', '//', 'a', '%'))
          .map((parts) => parts.join('')),
      ),
      (to) => {
        const { verdict } = ask(to);
        assert.ok(verdict === 'refuse' || verdict === 'pass');
        if (verdict === 'pass') assert.doesNotMatch(to, /admin|\.\.|%2e|[\\;?#]/i);
      },
    ),
    { numRuns: 1_000 },
  );
  const started = process.cpuUsage();
  for (const to of [
    '/a'.repeat(30_000),
    `/${'a'.repeat(60_000)}`,
    '/'.repeat(60_000),
    `${'/a/admin'.repeat(5_000)}x`,
  ]) {
    assert.equal(ask(to).verdict, 'refuse');
  }
  assert.ok(process.cpuUsage(started).user < 2_000_000);
});
