import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './parse.ts';
import { changedFields, needsRestart } from './restart.ts';

const before = `
listen: 127.0.0.1:8443
portal: https://gate.example.com:8443
data: /var/lib/gatehouse
apps:
  a: { url: "https://a.example.com:8443", run: "a --x", rules: [{ allow: [user] }] }
`;
const read = (text: string) => parseConfig(text, 'f').config;

test('an edit of policy names its field and needs no restart', () => {
  const after = read(before.replace('[user]', '[guest]'));
  assert.deepEqual(changedFields(read(before), after), ['apps.a.rules']);
  assert.deepEqual(needsRestart(read(before), after), []);
});

test('listen, redirect, portal, data and the command of an app need a restart', () => {
  const after = read(
    before
      .replace('127.0.0.1:8443', '127.0.0.1:9443')
      .replaceAll('gate.', 'door.')
      .replace('/var/lib/', '/srv/')
      .replace('a --x', 'a --y')
      .concat('redirect: 127.0.0.1:8080\n'),
  );
  assert.deepEqual(needsRestart(read(before), after).sort(), [
    'apps.a.run',
    'data',
    'listen',
    'portal',
    'redirect',
  ]);
});

test('an app that comes or goes is one change', () => {
  const more = read(`${before}  b: { url: "https://b.example.com:8443", upstream: "http://127.0.0.1:1" }\n`);
  assert.deepEqual(changedFields(read(before), more), ['apps.b']);
  assert.deepEqual(changedFields(more, read(before)), ['apps.b']);
});

test('the same file twice has no changes', () => {
  assert.deepEqual(changedFields(read(before), read(before)), []);
});
