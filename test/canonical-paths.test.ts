import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePolicy, decide } from '../src/access/index.ts';
import { canonicalPattern, parseConfig } from '../src/config/index.ts';
import { canonicalTarget } from '../src/gate/index.ts';

// Gate and policy each have a notion of the canonical form, and neither may import the other's (CVE-2026-48794).
const piece = fc.constantFrom(
  ...[
    'a',
    'Z',
    '0',
    '-',
    '.',
    '_',
    '~',
    '!',
    '$',
    '&',
    "'",
    '(',
    ')',
    '+',
    ',',
    '=',
    ':',
    '@',
    '"',
    '<',
    '|',
    '^',
    '`',
    '{',
  ],
  ...[
    '%20',
    '%41',
    '%7e',
    '%c3%a4',
    '%C3%A4',
    '%25',
    '%3b',
    '%2A',
    '%2f',
    '%2e',
    '%zz',
    '/',
    '//',
    '/.',
    ';',
    '\\',
    ' ',
  ],
);
const path = fc.array(piece, { maxLength: 12 }).map((parts) => `/${parts.join('')}`);

const policyFor = (rules: unknown[]) =>
  compilePolicy(parseConfig(JSON.stringify({ apps: { x: { upstream: 'http://127.0.0.1:1', rules } } }), 'f'));

const request = (to: string) => ({
  app: 'x',
  method: 'GET',
  path: to,
  query: '',
  now: 0,
  person: { id: 'p', roles: ['user'], assurance: 'password' as const },
});

test('whatever the gate lets through as canonical, the policy takes for canonical', () => {
  const policy = policyFor([{ allow: ['user'] }]);
  fc.assert(
    fc.property(path, (raw) => {
      const target = canonicalTarget(raw);
      if (target.ok)
        assert.equal(decide(policy, request(target.value.path)).verdict, 'pass', target.value.path);
    }),
    { numRuns: 2_000 },
  );
});

test('a pattern written as the request was sent meets the request', () => {
  let met = 0;
  fc.assert(
    fc.property(path, (raw) => {
      const target = canonicalTarget(raw);
      const pattern = canonicalPattern(raw.replaceAll(/\/{2,}/g, '/'));
      if (!target.ok || typeof pattern !== 'string') return;
      met++;
      const policy = policyFor([{ allow: ['user'] }, { forbid: ['user'], paths: [pattern] }]);
      assert.equal(
        decide(policy, request(target.value.path)).verdict,
        'refuse',
        `${raw} ${pattern} ${target.value.path}`,
      );
    }),
    { numRuns: 1_500 },
  );
  assert.ok(met > 100);
});
