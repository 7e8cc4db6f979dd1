import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ownCookie, SESSION_COOKIE, withoutOwnCookies } from './cookies.ts';
import { hardenCookie } from './guards/cookies.ts';

test('our cookies never go to the app, however they are spelled', () => {
  assert.equal(withoutOwnCookies('a=1; __Host-gatehouse=tok; b=2'), 'a=1; b=2');
  assert.equal(withoutOwnCookies('__host-GATEHOUSE=tok'), undefined);
  assert.equal(withoutOwnCookies('__Host-gatehouse-pending=x;__Host-gatehouse =y;c=3'), 'c=3');
  assert.equal(withoutOwnCookies('__Host-gatehouse'), undefined);
});

test('no arrangement of cookies lets the session through', () => {
  const piece = fc.constantFrom(
    'a=1',
    '__Host-gatehouse=SECRET',
    ' __Host-gatehouse=SECRET',
    '__HOST-gatehouse=SECRET',
    '',
    ' ',
    '=x',
    'b="q"',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      assert.ok(!(withoutOwnCookies(pieces.join(';')) ?? '').includes('SECRET'));
    }),
  );
});

test('a session cookie that is there twice counts as none', () => {
  assert.equal(ownCookie('__Host-gatehouse=a; x=1', SESSION_COOKIE), 'a');
  assert.equal(ownCookie('__Host-gatehouse=a; __Host-gatehouse=b', SESSION_COOKIE), undefined);
  assert.equal(ownCookie('x__Host-gatehouse=a', SESSION_COOKIE), undefined);
  assert.equal(ownCookie('__Host-gatehouse="a"', SESSION_COOKIE), undefined);
});

test('the cookies of the app are hardened, but for those that its scripts read', () => {
  assert.equal(hardenCookie('sid=1; Path=/', []), 'sid=1; Path=/; SameSite=Lax; Secure; HttpOnly');
  assert.equal(hardenCookie('_xsrf=1; SameSite=Strict', ['_xsrf']), '_xsrf=1; SameSite=Strict; Secure');
  assert.equal(
    hardenCookie('a=b; SameSite=None; Domain=example.test; secure', []),
    'a=b; SameSite=Lax; Secure; HttpOnly',
  );
});

test('the app cannot set a cookie of ours', () => {
  assert.equal(hardenCookie('__Host-gatehouse=stolen; Path=/', []), undefined);
  assert.equal(hardenCookie(' __host-Gatehouse-pending=x', []), undefined);
});
