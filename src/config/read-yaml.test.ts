import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from './problems.ts';
import { readYaml } from './read-yaml.ts';

const refusal = (text: string): ConfigError['problems'][number] => {
  try {
    readYaml(text, 'f');
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    const [first] = error.problems;
    assert.ok(first);
    return first;
  }
  return assert.fail('accepted');
};

test('values come with their places', () => {
  const { value, positions } = readYaml('a: 1\nb:\n  - x\n  - "c d": 2\n', 'f');
  assert.deepEqual(JSON.parse(JSON.stringify(value)), { a: 1, b: ['x', { 'c d': 2 }] });
  assert.deepEqual(positions.get('b[1]'), { line: 4, column: 5 });
  assert.deepEqual(positions.get('b[1]."c d"'), { line: 4, column: 5 });
});

test('an alias means the last anchor of its name before it', () => {
  const { value } = readYaml('a: &x [1]\nb: *x\nc: &x [2]\nd: *x\n', 'f');
  assert.deepEqual(JSON.parse(JSON.stringify(value)), { a: [1], b: [1], c: [2], d: [2] });
});

test('nesting by the ten thousand is refused, not a crash', () => {
  for (const text of ['['.repeat(100_000), '{a: '.repeat(30_000), '- '.repeat(50_000), '? '.repeat(20_000)]) {
    assert.match(refusal(text).message, /nested/);
  }
  assert.match(refusal(`a: ${'['.repeat(30)}${']'.repeat(30)}`).message, /deeper than 24 levels/);
});

test('aliases that multiply and aliases of themselves are refused', () => {
  const lines = Array.from({ length: 9 }, (_, i) =>
    i === 0
      ? 'a0: &a0 [1,1,1,1,1,1,1,1,1,1]'
      : `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(',')}]`,
  );
  assert.match(refusal(lines.join('\n')).message, /more than 400000 values/);
  assert.match(refusal('a: &a { b: *a }').message, /deeper/);
});

test('doubled keys, several documents, tags, odd keys and overlong texts are refused at their place', () => {
  assert.deepEqual(refusal('a: 1\nb: 2\na: 3'), {
    line: 3,
    column: 1,
    field: 'a',
    message: '"a" stands here twice',
    remedy: 'Keep one of them.',
  });
  assert.equal(refusal('a: 1\n---\nb: 2').line, 2);
  assert.match(refusal('a: !!js/function "x"').message, /tag/i);
  assert.match(refusal('{[a]: 1}').message, /plain word/);
  assert.match(refusal('__proto__: { polluted: 1 }').message, /plain word/);
  assert.match(refusal('a'.repeat(5_000_000)).message, /longer than/);
  assert.match(refusal('a: [1').message, /Flow sequence/);
});

test('a key named like a method of objects is a key like any other', () => {
  const { value } = readYaml('constructor: 1\ntoString: 2', 'f');
  assert.deepEqual(Object.keys(value as object), ['constructor', 'toString']);
});

test('ten thousand keys at one place are read in linear time', () => {
  const text = Array.from({ length: 10_000 }, (_, i) => `k${i}: 1`).join('\n');
  const started = performance.now();
  assert.equal(Object.keys(readYaml(text, 'f').value as object).length, 10_000);
  assert.ok(performance.now() - started < 5_000);
});
