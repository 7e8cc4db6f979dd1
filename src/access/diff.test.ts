import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseConfig } from '../config/index.ts';
import { diffPolicies } from './diff.ts';
import { compareOutcomes, outcomeOf } from './outcome.ts';
import { compilePolicy } from './policy.ts';

const NOW = Date.UTC(2026, 10, 23, 3);
const policyOf = (rules: string, rest = '') =>
  compilePolicy(
    parseConfig(
      `apps: { x: { upstream: "http://127.0.0.1:1"${rules && `, rules: [${rules}]`} } }\n${rest}`,
      'f',
    ),
  );

const diff = (before: string, after: string, restBefore = '', restAfter = restBefore): string[] =>
  diffPolicies(policyOf(before, restBefore), policyOf(after, restAfter), NOW).differences.map(
    ({ effect, who, methods, route, when, before: old, after: fresh }) =>
      `${effect} ${who} ${methods?.join() ?? '*'} ${route}${when ? ` ${when}` : ''} ${old.kind}>${fresh.kind}`,
  );

test('the same policy in another order or wording changes nothing', () => {
  const rules = [
    '{ allow: [user], paths: [/a/**] }',
    '{ forbid: [guest] }',
    '{ paths: [/a/b], assurance: mfa }',
  ];
  assert.deepEqual(diff(rules.join(), rules.toReversed().join()), []);
});

test('a rule that goes is said by role and route', () => {
  assert.deepEqual(diff('{ allow: [user] }, { forbid: [user], paths: [/admin/**] }', '{ allow: [user] }'), [
    'opens user * /admin/** refused>allowed',
  ]);
});

test('what opens only where an old rule reaches is found', () => {
  // Nothing lets in at /other/secret: the forbidding rule mattered below /a alone.
  assert.deepEqual(
    diff(
      '{ allow: [user], paths: [/a/**] }, { forbid: [user], paths: [/*/secret] }',
      '{ allow: [user], paths: [/a/**] }',
    ),
    ['opens user * /a/secret refused>allowed'],
  );
});

test('a softer demand opens, a stricter one closes', () => {
  const rule = (how: string) =>
    `{ allow: [user], paths: [/t], methods: [POST], assurance: fresh-mfa, maxAge: ${how} }`;
  assert.deepEqual(diff(rule('5m'), rule('10m')), ['opens user POST /t fresh-mfa>fresh-mfa']);
  assert.deepEqual(diff(rule('10m'), rule('5m')), ['closes user POST /t fresh-mfa>fresh-mfa']);
});

test('the first rule of an app closes it for all that it does not name', () => {
  assert.deepEqual(diff('', '{ allow: [admin] }').sort(), [
    'closes guest * /** allowed>refused',
    'closes user * /** allowed>refused',
  ]);
});

test('a public path is an opening for the anonymous', () => {
  const found = diff(
    '{ allow: [user] }',
    '{ allow: [user] }, { allow: [anonymous], paths: [/s/**], methods: [GET] }',
  );
  assert.ok(found.includes('opens anonymous GET,HEAD /s/** sign-in>allowed'), found.join('\n'));
  assert.ok(found.includes('opens no role GET,HEAD /s/** refused>allowed'), found.join('\n'));
});

test('a change of roles is a change of what their people may do', () => {
  const rules = '{ allow: [analyst], paths: [/r] }';
  assert.deepEqual(
    diff(
      rules,
      rules,
      'roles: { analyst: {}, lead: {} }',
      'roles: { analyst: {}, lead: { includes: [analyst] } }',
    ),
    ['opens lead * /r refused>allowed'],
  );
});

test('a role that goes loses an open app', () => {
  assert.deepEqual(diff('', '', 'roles: { temp: {} }', ''), ['closes temp * /** allowed>refused']);
});

test('networks, queries and hours are compared where they differ', () => {
  assert.deepEqual(
    diff('{ allow: [user], networks: [10.0.0.0/16] }', '{ allow: [user], networks: [10.0.0.0/8] }'),
    ['opens user * /** from 10.255.255.255 refused>allowed'],
  );
  assert.deepEqual(
    diff('{ allow: [user], query: { f: [csv] } }', '{ allow: [user], query: { f: [pdf] } }').sort(),
    ['closes user * /** with ?f=csv allowed>refused', 'opens user * /** with ?f=pdf refused>allowed'],
  );
  const times = (hours: string) => `{ allow: [user], times: { hours: "${hours}", zone: UTC } }`;
  assert.deepEqual(diff(times('08:00-18:00'), times('08:00-20:00')), [
    'opens user * /** at 18:00 UTC on a Monday refused>allowed',
  ]);
});

test('apps that come and go are compared as well', () => {
  const two = compilePolicy(
    parseConfig(
      'apps: { x: { upstream: "http://127.0.0.1:1", rules: [{ allow: [user] }] }, y: { upstream: "http://127.0.0.1:2" } }',
      'f',
    ),
  );
  const { differences } = diffPolicies(policyOf('{ allow: [user] }'), two, NOW);
  assert.deepEqual([...new Set(differences.map(({ app, effect }) => `${effect} ${app}`))], ['opens y']);
});

test('whenever two policies answer a request differently, some difference is reported for its role', () => {
  const part = fc.constantFrom('a', 'b', '*', '**', 'a*');
  const pattern = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
  const rule = fc.record({
    verb: fc.constantFrom('allow', 'allow', 'forbid'),
    role: fc.constantFrom('user', 'guest'),
    path: pattern,
  });
  const rules = fc
    .array(rule, { minLength: 1, maxLength: 5 })
    .map((list) => list.map(({ verb, role, path }) => `{ ${verb}: [${role}], paths: ["${path}"] }`).join());
  const path = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'c'), { maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(rules, rules, fc.array(path, { minLength: 10, maxLength: 30 }), (one, two, paths) => {
      const [before, after] = [policyOf(one), policyOf(two)];
      const { differences } = diffPolicies(before, after, NOW);
      for (const role of ['user', 'guest']) {
        for (const to of paths) {
          const request = { app: 'x', method: 'GET', path: to, query: '', now: NOW };
          const order = compareOutcomes(
            outcomeOf(after, [role], request),
            outcomeOf(before, [role], request),
          );
          if (order === 0) continue;
          const effect = order < 0 ? 'opens' : 'closes';
          assert.ok(
            differences.some((found) => found.who === role && found.effect === effect),
            `${effect} ${role} ${to}\nbefore ${one}\nafter ${two}`,
          );
        }
      }
    }),
    { numRuns: 300 },
  );
});
