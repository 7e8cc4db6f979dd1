import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig } from './parse.ts';
import { parsePolicyTests } from './policy-test-file.ts';

const GUIDE = join(import.meta.dirname, '../../docs/guide');

const blocks = (page: string): string[] =>
  [...readFileSync(join(GUIDE, page), 'utf8').matchAll(/```yaml\n([^`]*)```/g)].map(
    (match) => match[1] ?? '',
  );

test('the configurations that the guide shows are accepted as they stand', () => {
  const whole = [
    ...blocks('configuration.md'),
    ...blocks('rules.md'),
    ...blocks('rates.md'),
    ...blocks('sessions.md'),
    ...blocks('security-log.md'),
    ...blocks('other-providers.md'),
    ...blocks('csp.md'),
    ...blocks('browser-headers.md'),
    ...blocks('passwords.md'),
    ...blocks('regulation.md'),
    ...blocks('mail.md'),
    ...blocks('codes.md'),
  ];
  const accepted = whole
    .filter((text) => !/^(?:permissions|tests):/m.test(text))
    .map((text) => parseConfig(text, 'guide'));
  assert.ok(accepted.length >= 4);
});

test('the roles and permissions of the guide are accepted with its apps', () => {
  const [apps = '', roles = ''] = blocks('rules.md');
  const { config } = parseConfig(`${apps.slice(0, apps.indexOf('roles:'))}${roles}`, 'guide');
  assert.deepEqual(Object.keys(config.permissions), ['read-books']);
});

test('the policy tests that the guide shows are read as they stand', () => {
  const tests = blocks('rules.md').find((text) => /^tests:/m.test(text)) ?? '';
  assert.equal(parsePolicyTests(tests, 'guide').examples.length, 5);
});
