import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultConfig } from './load.ts';
import { parseConfig } from './parse.ts';
import { ConfigError } from './problems.ts';

const ONE = 'apps: { sales: { run: "python sales.py" } }';

const fieldsOf = (action: () => unknown): string[] => {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map(({ field }) => field);
  }
  return assert.fail('accepted');
};

test('without a file the options make the one app', () => {
  const { config } = defaultConfig({
    upstream: 'http://127.0.0.1:8501',
    listen: '127.0.0.1:9443',
    data: '/d',
  });
  assert.equal(config.apps['app']?.url, 'https://localhost:9443');
  assert.equal(config.portal, 'https://gate.localhost:9443');
  assert.equal(config.data, '/d');
  assert.equal(config.apps['app']?.rules, undefined);
});

test('options stand above the file, and an upstream takes the place of a command', () => {
  const { config } = parseConfig(ONE, 'f', { upstream: 'http://127.0.0.1:1' });
  assert.equal(config.apps['sales']?.run, undefined);
  assert.deepEqual(config.apps['sales']?.upstream, { kind: 'tcp', origin: 'http://127.0.0.1:1' });
  assert.deepEqual(parseConfig(ONE, 'f', { run: ['a', 'b'] }).config.apps['sales']?.run, ['a', 'b']);
});

test('a refused option is named as an option', () => {
  assert.deepEqual(
    fieldsOf(() => defaultConfig({ listen: '0.0.0.0:443' })),
    ['--listen'],
  );
  assert.deepEqual(
    fieldsOf(() => parseConfig(ONE, 'f', { url: 'http://x' })),
    ['--url'],
  );
  assert.deepEqual(
    fieldsOf(() => parseConfig(ONE, 'f', { upstream: 'nowhere' })),
    ['--upstream'],
  );
});

test('an option about the app is refused where there are several', () => {
  const two = 'apps: { a: { run: x }, b: { run: y } }';
  assert.deepEqual(
    fieldsOf(() => parseConfig(two, 'f', { upstream: 'http://127.0.0.1:1' })),
    ['--upstream'],
  );
});
