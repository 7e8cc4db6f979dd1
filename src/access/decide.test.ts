import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../config/index.ts';
import { decide } from './decide.ts';
import { compilePolicy, manages } from './policy.ts';
import type { AccessRequest, Decision } from './types.ts';

const NOW = Date.UTC(2026, 10, 23, 10);

const policyOf = (app: string, rest = '') =>
  compilePolicy(
    parseConfig(`apps:\n  x: { upstream: "http://127.0.0.1:1", ${app} }\n${rest}`, 'gatehouse.yaml'),
  );

interface Ask {
  roles?: readonly string[];
  method?: string;
  assurance?: 'none' | 'password' | 'mfa';
  mfaAt?: number;
  roleEnds?: Record<string, number>;
  now?: number;
  app?: string;
}

const ask = (policy: ReturnType<typeof policyOf>, path: string, asked: Ask = {}): Decision => {
  const { roles, method = 'GET', assurance = 'password', mfaAt, roleEnds, now = NOW, app = 'x' } = asked;
  const person = roles && {
    id: 'per_1',
    roles,
    assurance,
    ...(mfaAt !== undefined && { mfaAt }),
    ...(roleEnds && { roleEnds }),
  };
  const request: AccessRequest = {
    app,
    method,
    path,
    query: '',
    address: '192.0.2.7',
    now,
    ...(person && { person }),
  };
  return decide(policy, request);
};

const verdict = (...given: Parameters<typeof ask>): string => ask(...given).verdict;

test('nobody is let in where no rule says so, and the default is named', () => {
  const policy = policyOf('rules: [{ allow: [admin], paths: [/a] }]');
  const decision = ask(policy, '/b', { roles: ['admin'] });
  assert.deepEqual(decision, {
    verdict: 'refuse',
    rule: { id: 'default', says: 'no rule lets this through' },
    why: 'no rule lets these roles in',
  });
});

test('the deciding rule comes with its line and a sentence', () => {
  const policy = policyOf('rules: [{ allow: [user] },\n    { forbid: [user], paths: [/admin/**] }]');
  assert.deepEqual(ask(policy, '/admin/x', { roles: ['user'] }), {
    verdict: 'refuse',
    rule: { id: 'apps.x.rules[1]', line: 3, says: 'forbid user on /admin/**' },
    why: 'a rule forbids it',
  });
});

test('a rule that forbids wins, wherever it stands', () => {
  for (const rules of [
    '{ forbid: [guest] }, { allow: [everyone] }',
    '{ allow: [everyone] }, { forbid: [guest] }',
  ]) {
    const policy = policyOf(`rules: [${rules}]`);
    assert.equal(verdict(policy, '/', { roles: ['guest'] }), 'refuse');
    assert.equal(verdict(policy, '/', { roles: ['guest', 'admin'] }), 'refuse');
    assert.equal(verdict(policy, '/', { roles: ['user'] }), 'pass');
  }
});

test('rules that let in add up over the roles of a person', () => {
  const policy = policyOf('rules: [{ allow: [user], paths: [/u] }, { allow: [guest], paths: [/g] }]');
  const roles = ['user', 'guest'];
  assert.equal(verdict(policy, '/u', { roles }), 'pass');
  assert.equal(verdict(policy, '/g', { roles }), 'pass');
  assert.equal(verdict(policy, '/g', { roles: ['user'] }), 'refuse');
});

test('a broad rule that lets in never opens a narrow demand', () => {
  const policy = policyOf(
    'rules: [{ allow: [admin] }, { allow: [user], paths: [/transfer], methods: [POST], assurance: fresh-mfa }]',
  );
  const roles = ['admin'];
  assert.deepEqual(
    {
      ...ask(policy, '/transfer', { roles, method: 'POST', assurance: 'mfa', mfaAt: NOW - 601_000 }),
      rule: undefined,
    },
    { verdict: 'ask', assurance: 'fresh-mfa', maxAge: 600_000, rule: undefined },
  );
  assert.equal(
    verdict(policy, '/transfer/', { roles, method: 'POST', assurance: 'mfa', mfaAt: NOW - 599_000 }),
    'pass',
  );
  assert.equal(verdict(policy, '/transfer', { roles, method: 'GET' }), 'pass');
});

test('of several demands the strictest counts', () => {
  const policy = policyOf(
    'rules: [{ allow: [user], assurance: mfa }, { paths: [/a/**], assurance: fresh-mfa, maxAge: 5m }, { paths: [/a/b], assurance: fresh-mfa, maxAge: 1m }]',
  );
  const at = (path: string) => {
    const decision = ask(policy, path, { roles: ['user'] });
    return decision.verdict === 'ask' ? [decision.assurance, decision.maxAge, decision.rule.id] : [];
  };
  assert.deepEqual(at('/'), ['mfa', undefined, 'apps.x.rules[0]']);
  assert.deepEqual(at('/a'), ['fresh-mfa', 300_000, 'apps.x.rules[1]']);
  assert.deepEqual(at('/a/b'), ['fresh-mfa', 60_000, 'apps.x.rules[2]']);
});

test('a second factor from the future, without a time or of no factor at all is not fresh', () => {
  const policy = policyOf('rules: [{ allow: [user], assurance: fresh-mfa }]');
  const roles = ['user'];
  for (const mfaAt of [NOW + 3_600_000, Number.NaN, undefined]) {
    assert.equal(
      verdict(policy, '/', { roles, assurance: 'mfa', ...(mfaAt !== undefined && { mfaAt }) }),
      'ask',
    );
  }
  assert.equal(verdict(policy, '/', { roles, assurance: 'password', mfaAt: NOW }), 'ask');
});

test('without a session one is asked to sign in, with the assurance that the path demands', () => {
  const policy = policyOf('rules: [{ allow: [user] }, { paths: [/pay], assurance: mfa }]');
  const decision = ask(policy, '/pay');
  assert.equal(decision.verdict === 'ask' && decision.assurance, 'mfa');
  assert.equal(verdict(policy, '/nowhere'), 'ask');
});

// GHSA-xg6x-h9c9-2m83: the session was usable before any factor had been shown.
test('a session that has seen no factor is nobody', () => {
  const policy = policyOf('rules: [{ allow: [user] }]');
  const decision = ask(policy, '/', { roles: ['user'], assurance: 'none' });
  assert.equal(decision.verdict === 'ask' && decision.assurance, 'password');
});

test('anonymous opens what it names to all, with GET bringing HEAD along', () => {
  const policy = policyOf(
    'public: [/static/**], rules: [{ allow: [user] }, { allow: [anonymous], paths: [/hook], methods: [POST] }]',
  );
  assert.equal(verdict(policy, '/static/a.css'), 'pass');
  assert.equal(verdict(policy, '/static/a.css', { method: 'HEAD' }), 'pass');
  assert.equal(verdict(policy, '/static/a.css', { method: 'POST' }), 'ask');
  assert.equal(verdict(policy, '/hook', { method: 'POST' }), 'pass');
  assert.equal(verdict(policy, '/static/a.css', { roles: [] }), 'pass');
  assert.equal(verdict(policy, '/static/a.css', { roles: ['guest'] }), 'pass');
});

test('a public path that another rule demands a factor for asks for it', () => {
  const policy = policyOf(
    'rules: [{ allow: [anonymous], paths: [/a/**] }, { paths: [/a/secret], assurance: mfa }]',
  );
  assert.equal(verdict(policy, '/a/x'), 'pass');
  assert.equal(verdict(policy, '/a/secret'), 'ask');
});

test('forbidding everyone closes a path to all, forbidding anonymous sends them to sign in', () => {
  const policy = policyOf(
    'public: [/**], rules: [{ allow: [everyone] }, { forbid: [everyone], paths: [/shut] }, { forbid: [anonymous], paths: [/in] }]',
  );
  for (const asked of [{}, { roles: [] }, { roles: ['admin'] }])
    assert.equal(verdict(policy, '/shut', asked), 'refuse');
  assert.equal(verdict(policy, '/in'), 'ask');
  assert.equal(verdict(policy, '/in', { roles: ['user'] }), 'pass');
});

test('an app without rules lets in any role of the file and nobody else', () => {
  const policy = policyOf('title: X');
  assert.match(ask(policy, '/', { roles: ['guest'] }).rule.says, /no rules/);
  assert.equal(verdict(policy, '/', { roles: ['guest'] }), 'pass');
  for (const roles of [[], ['retired'], ['everyone'], ['anonymous'], ['__proto__'], ['constructor']]) {
    assert.equal(verdict(policy, '/', { roles }), 'refuse', roles.join());
  }
  assert.equal(verdict(policy, '/'), 'ask');
});

test('everyone means people with a role', () => {
  const policy = policyOf('rules: [{ allow: [everyone] }]');
  assert.equal(verdict(policy, '/', { roles: ['guest'] }), 'pass');
  assert.equal(verdict(policy, '/', { roles: [] }), 'refuse');
  assert.equal(verdict(policy, '/', { roles: ['everyone'] }), 'refuse');
});

const NESTED = 'roles: { chief: { includes: [lead] }, lead: { includes: [analyst] }, analyst: {} }';

test('a role brings along what it includes, what is forbidden to it too', () => {
  const policy = policyOf('rules: [{ allow: [analyst] }, { forbid: [lead], paths: [/x] }]', NESTED);
  assert.equal(verdict(policy, '/', { roles: ['chief'] }), 'pass');
  assert.equal(verdict(policy, '/x', { roles: ['chief'] }), 'refuse');
  assert.equal(verdict(policy, '/x', { roles: ['analyst'] }), 'pass');
});

test('a role that has ended is held no more, neither by the file nor by the grant', () => {
  const policy = policyOf(
    'rules: [{ allow: [analyst] }]',
    'roles: { analyst: {}, temp: { includes: [analyst], expires: 2026-12-31 } }',
  );
  const end = Date.UTC(2027, 0, 1);
  assert.equal(verdict(policy, '/', { roles: ['temp'], now: end - 1 }), 'pass');
  assert.equal(verdict(policy, '/', { roles: ['temp'], now: end }), 'refuse');
  // Asked again and again, so that what is remembered of path and roles comes into play.
  for (const now of [end - 1, end - 1, end - 1, end, end, end - 1]) {
    const expected = now < end ? 'pass' : 'refuse';
    assert.equal(verdict(policy, '/', { roles: ['guest', 'temp'], now }), expected);
    assert.equal(verdict(policy, '/', { roles: ['temp'], now }), expected);
  }
  assert.equal(verdict(policy, '/', { roles: ['analyst'], roleEnds: { analyst: NOW } }), 'refuse');
  assert.equal(
    verdict(policy, '/', { roles: ['analyst'], roleEnds: { analyst: NOW + 1, other: 0 } }),
    'pass',
  );
});

test('a permission opens its paths to the roles that have it, in the apps that it names', () => {
  const policy = policyOf(
    'rules: [{ allow: [admin] }]',
    `  y: { upstream: "http://127.0.0.1:2" }
  z: { upstream: "http://127.0.0.1:3" }
roles: { auditor: { permissions: [books] } }
permissions: { books: { apps: [x, y], paths: [/books/**], methods: [GET] } }`,
  );
  assert.equal(ask(policy, '/books/1', { roles: ['auditor'] }).rule.id, 'permissions.books');
  assert.equal(verdict(policy, '/books/1', { roles: ['auditor'] }), 'pass');
  assert.equal(verdict(policy, '/books/1', { roles: ['auditor'], method: 'POST' }), 'refuse');
  assert.equal(verdict(policy, '/books/1', { roles: ['user'] }), 'refuse');
  // A permission that reaches an app is a rule about it: the app is no longer open to every role.
  assert.equal(verdict(policy, '/', { roles: ['user'], app: 'y' }), 'refuse');
  assert.equal(verdict(policy, '/', { roles: ['user'], app: 'z' }), 'pass');
});

test('with ignoreCase rules meet every spelling that the app takes for the same', () => {
  const rules = 'rules: [{ allow: [user] }, { forbid: [user], paths: ["/Admin/**", "/Ärger"] }]';
  const folding = policyOf(`ignoreCase: true, ${rules}`);
  for (const path of ['/admin', '/ADMIN/x', '/%C3%84RGER', '/%C3%A4rger']) {
    assert.equal(verdict(folding, path, { roles: ['user'] }), 'refuse', path);
  }
  assert.equal(verdict(policyOf(rules), '/admin', { roles: ['user'] }), 'pass');
});

test('a path in another spelling than the canonical one is refused to everybody', () => {
  const policy = policyOf('public: [/**], rules: [{ allow: [everyone] }]');
  for (const path of [
    '',
    'x',
    '/a/../b',
    '/.',
    '/a/..',
    '/%61',
    '/a%2fb',
    '/a%',
    '/a?b',
    '/a#b',
    '/a;b',
    '/a\\b',
    '/ä',
    '/a b',
    '/a"b',
  ]) {
    assert.equal(verdict(policy, path, { roles: ['admin'] }), 'refuse', path);
    assert.equal(verdict(policy, path), 'refuse', path);
  }
  for (const path of ['/', '/a//b', '/...', '/a..b', '/%C3%A4', '/%25', "/!$&'()*+,=:@-._~"]) {
    assert.equal(verdict(policy, path), 'pass', path);
  }
});

test('an app that is not in the file is refused', () => {
  assert.equal(verdict(policyOf('title: X'), '/', { roles: ['admin'], app: 'constructor' }), 'refuse');
});

test('methods that a rule does not name are not meant', () => {
  const policy = policyOf('rules: [{ allow: [user], methods: [GET] }]');
  for (const method of ['POST', 'get', 'PROPFIND', 'constructor']) {
    assert.equal(verdict(policy, '/', { roles: ['user'], method }), 'refuse', method);
  }
  assert.equal(verdict(policy, '/', { roles: ['user'], method: 'HEAD' }), 'pass');
});

test('who manages the gate is said by roles, their inclusion counted', () => {
  const policy = policyOf(
    'title: X',
    'roles: { ops: { manages: true }, boss: { includes: [ops] }, user: {} }',
  );
  assert.ok(manages(policy, ['boss'], NOW));
  assert.ok(manages(policy, ['user', 'admin'], NOW));
  assert.ok(!manages(policy, ['user'], NOW));
  assert.ok(!manages(policy, ['nobody', '__proto__'], NOW));
});

test('ten thousand rules cost about what ten cost', () => {
  const policyWith = (count: number) => {
    const rules = Array.from({ length: count }, (_, i) => ({
      allow: ['user'],
      paths: [`/t${i}/a/**`, `/t${i}/*.csv`],
    }));
    return compilePolicy(parseConfig(JSON.stringify({ apps: { x: { upstream: 'http://h', rules } } }), 'f'));
  };
  const cost = (policy: ReturnType<typeof policyWith>, count: number): number => {
    const started = process.cpuUsage();
    for (let i = 0; i < 20_000; i++) ask(policy, `/t${i % count}/a/${i}`, { roles: ['user'] });
    return process.cpuUsage(started).user;
  };
  const [few, many] = [policyWith(10), policyWith(10_000)];
  const least = (policy: typeof few, count: number) => Math.min(...[1, 2, 3].map(() => cost(policy, count)));
  // Searching one rule after the other costs hundreds of times as much; the exact ratio is in bench/access.ts.
  assert.ok(least(many, 10_000) < 20 * least(few, 10));
});

test('more roles than a mask has bits are told apart', () => {
  const names = Array.from({ length: 100 }, (_, i) => `r${i}`);
  const policy = policyOf(
    'rules: [{ allow: [r0, r40] }, { forbid: [r72] }]',
    `roles: { ${names.map((name) => `${name}: {}`).join(', ')} }`,
  );
  const passing = names.filter((name) => verdict(policy, '/', { roles: [name] }) === 'pass');
  assert.deepEqual(passing, ['r0', 'r40']);
  assert.equal(verdict(policy, '/', { roles: ['r0', 'r72'] }), 'refuse');
});
