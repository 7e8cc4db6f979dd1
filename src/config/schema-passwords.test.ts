import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './parse.ts';
import type { ConfigProblem } from './problems.ts';

const problems = (text: string): readonly ConfigProblem[] => {
  try {
    parseConfig(text, 'f');
  } catch (error) {
    return (error as { problems?: ConfigProblem[] }).problems ?? [];
  }
  return assert.fail(`${text} was accepted`);
};

test('a secret is named by its place: relative files start from the configuration', () => {
  const { config } = parseConfig(
    'passwords: { pepper: "file:secrets/pepper" }\ncounters: { redis: "redis://r:6379", password: "env:R" }',
    '/etc/g/gatehouse.yaml',
  );
  assert.deepEqual(config.passwords.pepper, { kind: 'file', path: '/etc/g/secrets/pepper' });
  assert.deepEqual(config.counters?.password, { kind: 'env', name: 'R' });
});

test('a secret in the file itself is refused, and not repeated in the message', () => {
  for (const text of [
    'passwords: { pepper: hunter2hunter2 }',
    'counters: { redis: "redis://:hunter2hunter2@r:6379" }',
    'counters: { redis: "redis://r:6379", password: hunter2hunter2 }',
  ]) {
    const found = problems(text);
    assert.ok(found.length > 0);
    assert.doesNotMatch(JSON.stringify(found), /hunter2/, text);
  }
});

test('what a hash costs has a floor, and services that are asked are asked over TLS', () => {
  for (const text of [
    'passwords: { argon2: { memory: 18MiB } }',
    'passwords: { argon2: { passes: 1 } }',
    'passwords: { breaches: { url: "http://breaches.example.com/" } }',
    'counters: { redis: "http://r:6379" }',
  ])
    assert.equal(problems(text).length, 1, text);
});
