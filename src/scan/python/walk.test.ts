import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePython } from './parse.ts';
import { childrenOf, walk } from './walk.ts';

test('parents come before their children, and siblings in the order of the grammar', () => {
  const { module } = parsePython('@d\ndef f(a: b = c, *e, g=h, **i) -> j:\n  return {**k, l: m}\n');
  const names = [...walk(module)].flatMap((node) => (node.type === 'Name' ? [node.id] : []));
  assert.deepEqual(names, ['b', 'h', 'c', 'l', 'k', 'm', 'd', 'j']);
});

test('fields that hold no node add none', () => {
  const { module } = parsePython('return\n{**a}\nx: int\n');
  assert.deepEqual(
    module.body.map((statement) => childrenOf(statement).map(({ type }) => type)),
    [[], ['Dict'], ['Name', 'Name']],
  );
});
