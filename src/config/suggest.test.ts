import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggest } from './suggest.ts';

const KNOWN = ['listen', 'portal', 'trustedProxies', 'hsts', 'sessions', 'apps'];

test('a slip of the finger finds the word that was meant', () => {
  for (const [typed, meant] of [
    ['lsten', 'listen'],
    ['lisetn', 'listen'],
    ['Portal', 'portal'],
    ['trusted_proxies', 'trustedProxies'],
    ['htss', 'hsts'],
    ['app', 'apps'],
  ] as const) {
    assert.equal(suggest(typed, KNOWN), meant, typed);
  }
});

test('a word that is like none gets no suggestion', () => {
  for (const typed of ['zzz', 'x', '', 'database', 'a'.repeat(1_000)])
    assert.equal(suggest(typed, KNOWN), undefined);
});
