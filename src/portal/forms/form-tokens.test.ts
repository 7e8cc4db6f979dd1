import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formTokens } from './form-tokens.ts';

const tokens = formTokens(new Uint8Array(32).fill(1));

test('a token is accepted from its owner and from nobody else', () => {
  const token = tokens.issue({ session: 'ses_1' });
  assert.ok(tokens.accepts({ session: 'ses_1' }, token));
  assert.ok(!tokens.accepts({ session: 'ses_2' }, token));
  assert.ok(!tokens.accepts({ browser: 'ses_1' }, token), 'a browser is not a session of the same name');
  assert.ok(!tokens.accepts({ session: 'ses_1' }, ''));
  assert.ok(!tokens.accepts({ session: 'ses_1' }, `${token}A`));
});

test('a token made with another key is refused, and one made with the same key elsewhere is not', () => {
  const owner = { browser: 'b'.repeat(43) };
  assert.ok(!formTokens(new Uint8Array(32).fill(2)).accepts(owner, tokens.issue(owner)));
  assert.ok(formTokens(new Uint8Array(32).fill(1)).accepts(owner, tokens.issue(owner)));
});
