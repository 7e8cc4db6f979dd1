import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSlowPattern } from './slow-pattern.ts';

test('repetitions inside repetitions with nothing firm between them are slow', () => {
  for (const pattern of [
    '^(a+)+$',
    '(\\w+\\s?)*$',
    '([a-z]+)*x',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(a|a)*b',
    '(?:\\d+|\\w+)*!',
    '(.*)*x',
    '^(\\d+,?)+$',
  ]) {
    assert.ok(isSlowPattern(pattern), pattern);
  }
});

test('what has to match between two repetitions keeps them apart', () => {
  for (const pattern of [
    '^a+$',
    '^(\\d+,)+$',
    '\\w+\\s',
    '(a|b)*c',
    '^[\\w.]+@[\\w.]+$',
    '(?:/[a-z]+)*',
    '^(?:[a-z]+\\.)*[a-z]+$',
    '(\\d{1,3}\\.){3}\\d{1,3}',
    '(foo|bar)+',
    '"([^"\\\\]|\\\\.)*"',
    '[',
    '(',
    '(?P<a>x)*',
  ]) {
    assert.ok(!isSlowPattern(pattern), pattern);
  }
});

test('a long or deep pattern ends soon', () => {
  assert.equal(isSlowPattern('('.repeat(1000)), false);
  assert.equal(isSlowPattern('(a+'.repeat(200)), false);
  assert.equal(isSlowPattern('a'.repeat(100_000)), false);
});
