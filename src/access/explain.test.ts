import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../config/index.ts';
import { explain } from './explain.ts';
import { compilePolicy } from './policy.ts';

const policy = compilePolicy(
  parseConfig(
    `apps:
  x:
    upstream: http://127.0.0.1:1
    rules:
      - allow: [analyst, admin]
      - forbid: [analyst]
        paths: [/admin/**]
      - allow: [treasurer]
        paths: [/transfer]
        methods: [POST]
        assurance: fresh-mfa
      - allow: [analyst]
        paths: [/office]
        networks: [10.0.0.0/8]
      - allow: [guest]
        expires: 2020-01-01
roles: { analyst: {}, treasurer: {}, lead: { includes: [analyst] } }
`,
    'gatehouse.yaml',
  ),
);

const about = (roles: readonly string[] | undefined, method: string, path: string) =>
  explain(policy, {
    app: 'x',
    method,
    path,
    query: '',
    address: '192.0.2.1',
    now: Date.UTC(2026, 10, 23),
    ...(roles && { person: { id: 'p', roles, assurance: 'password' as const } }),
  });

test('a refusal names the rule, the part of every other rule, and what to narrow', () => {
  const { decision, rules, changes, roles } = about(['lead'], 'GET', '/admin/x');
  assert.equal(decision.verdict, 'refuse');
  assert.equal(decision.rule.line, 6);
  assert.deepEqual(roles, ['lead', 'analyst (through lead)']);
  assert.deepEqual(
    rules.map(({ part, why }) => [part, why]),
    [
      ['lets-in', 'it speaks about analyst'],
      ['refuses', 'it speaks about analyst'],
      ['silent', 'the path is another'],
      ['silent', 'the path is another'],
      ['silent', 'it ended 2020-01-02T00:00:00.000Z'],
    ],
  );
  assert.deepEqual(changes, ['Taking out or narrowing what forbids: apps.x.rules[1] (line 6).']);
});

test('where nothing lets in, it says which roles would and how a rule would look', () => {
  const { changes, ignoredRoles } = about(['treasurer', 'gone'], 'GET', '/report');
  assert.deepEqual(ignoredRoles, ['gone (not in the file)']);
  assert.match(changes[0] ?? '', /one of these roles as well: admin, analyst, lead\./);
  assert.match(changes[1] ?? '', /- \{ allow: \[treasurer\], paths: \[\/report\], methods: \[GET\] \}/);
});

test('a role that is refused itself is not recommended', () => {
  const [first = ''] = about(['treasurer'], 'GET', '/admin').changes;
  assert.match(first, /one of these roles as well: admin\./);
});

test('a demand by a rule for others is shown as a demand', () => {
  const { decision, rules, changes } = about(['admin'], 'POST', '/transfer');
  assert.equal(decision.verdict, 'ask');
  assert.equal(rules[2]?.part, 'demands');
  assert.deepEqual(changes, ['Signing in with a second factor not older than 10m.']);
});

test('an unmet condition is named', () => {
  const { rules } = about(['analyst'], 'GET', '/office');
  assert.deepEqual([rules[3]?.part, rules[3]?.why], ['silent', 'its networks do not fit']);
});

test('a condition that counts as met for want of knowledge is said to be that', () => {
  const shut = compilePolicy(
    parseConfig(
      'apps: { x: { upstream: "http://h", rules: [{ allow: [user] }, { forbid: [user], outside: [10.0.0.0/8], times: { days: [sun], hours: 08:00-09:30, zone: UTC } }] } }',
      'f',
    ),
  );
  const { rules } = explain(shut, {
    app: 'x',
    method: 'GET',
    path: '/',
    now: Date.UTC(2026, 10, 22, 8),
    person: { id: 'p', roles: ['user'], assurance: 'password' },
  });
  assert.equal(rules[1]?.why, 'it speaks about user; its outside cannot be judged here');
  assert.equal(rules[1]?.says, 'forbid user from outside 10.0.0.0/8 on sun at 08:00-09:30 UTC');
});

test('nobody is told to sign in; an unknown app and a wrong spelling are said to be what they are', () => {
  assert.match(about(undefined, 'GET', '/').changes[0] ?? '', /Signing in/);
  assert.match(about(['admin'], 'GET', '/a/../b').changes[0] ?? '', /canonical/);
  assert.match(
    explain(policy, { app: 'z', method: 'GET', path: '/', now: 0 }).changes[0] ?? '',
    /the app "z"/,
  );
});
