import assert from 'node:assert/strict';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseConfig } from './parse.ts';
import { ConfigError } from './problems.ts';

const FILE = resolve('/etc/gatehouse/gatehouse.yaml');
const logOf = (lines: string) => parseConfig(`log:\n${lines}`, FILE).config.log;

const refused = (lines: string, field: string, says: RegExp): void => {
  assert.throws(
    () => logOf(lines),
    (error) =>
      error instanceof ConfigError &&
      error.problems.some((problem) => problem.field === field && says.test(problem.message)),
  );
};

test('without a word everything is kept, a witness stands beside the gate, and nothing is served or sent', () => {
  assert.deepEqual(parseConfig('{}', FILE).config.log, { localWitness: true, witnesses: [], forward: [] });
});

test('retention, receivers and places of secrets are read, paths from where the file stands', () => {
  const log = logOf(`  keep: 400d
  keepBytes: 2GiB
  metrics: 9464
  forward:
    - { to: "syslog+tls://logs.example.com", ca: ca.pem }
    - { to: "https://collector:4318", headers: { X-Token: "file:token" } }
`);
  assert.deepEqual(log, {
    keep: 400 * 86_400_000,
    keepBytes: 2 * 1_024 ** 3,
    localWitness: true,
    witnesses: [],
    metrics: { host: '127.0.0.1', port: 9464 },
    forward: [
      {
        to: { kind: 'syslog', host: 'logs.example.com', port: 6514 },
        ca: join(dirname(FILE), 'ca.pem'),
        headers: {},
      },
      {
        to: { kind: 'otlp', url: 'https://collector:4318' },
        headers: { 'X-Token': { kind: 'file', path: join(dirname(FILE), 'token') } },
      },
    ],
  });
});

test('metrics beyond this machine are refused', () => {
  for (const address of ['0.0.0.0:9464', '10.0.0.1:9464', 'metrics.example.com:9464', '"[::]:9464"']) {
    refused(`  metrics: ${address}\n`, 'log.metrics', /is not this machine/);
  }
});

test('receivers that are not private, or carry credentials, are refused', () => {
  for (const to of [
    'http://collector.example.com:4318',
    'syslog://logs.example.com',
    'syslog+tls://user:word@logs.example.com',
    'https://user:word@collector',
    'syslog+tls://logs.example.com/path',
    'logs.example.com',
  ]) {
    refused(`  forward: [{ to: "${to}" }]\n`, 'log.forward[0].to', /is no receiver/);
  }
});

test('the public key of a log is not taken for that of a witness by its form alone', () => {
  refused(
    '  witnesses: [{ url: "https://w.example.com", key: "nonsense" }]\n',
    'log.witnesses[0].key',
    /public key/,
  );
});

test('less than a day, or less than one segment, is not kept by mistake', () => {
  refused('  keep: 1h\n', 'log.keep', /too short/);
  refused('  keepBytes: 1MiB\n', 'log.keepBytes', /too small/);
});
