import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BROWSER_COOKIE, clearCookie, readCookie, SESSION_COOKIE, setCookie } from './cookies.ts';

const VALUE = 'A1_-'.repeat(11);

test('a cookie is found among others, with white space around it', () => {
  const header = `theme=dark; ${SESSION_COOKIE}=${VALUE} ;x=y`;
  assert.equal(readCookie(header, SESSION_COOKIE), VALUE);
  assert.equal(readCookie(header, BROWSER_COOKIE), undefined);
  assert.equal(readCookie(null, SESSION_COOKIE), undefined);
});

test('a cookie that is there twice is not believed, in either value', () => {
  assert.equal(
    readCookie(`${SESSION_COOKIE}=${VALUE}; ${SESSION_COOKIE}=${VALUE}B`, SESSION_COOKIE),
    undefined,
  );
});

test('a cookie of another name, case or form is none of ours', () => {
  for (const header of [
    `x${SESSION_COOKIE}=${VALUE}`,
    `${SESSION_COOKIE.toLowerCase()}=${VALUE}`,
    `${SESSION_COOKIE} =${VALUE}`,
    `${SESSION_COOKIE}="${VALUE}"`,
    `${SESSION_COOKIE}=short`,
    `${SESSION_COOKIE}=${'a'.repeat(129)}`,
    `${SESSION_COOKIE}=${VALUE}\u0000`,
    `${SESSION_COOKIE}=${VALUE},${VALUE}`,
    SESSION_COOKIE,
  ]) {
    assert.equal(readCookie(header, SESSION_COOKIE), undefined, header);
  }
});

test('every cookie is bound to this host over HTTPS, away from scripts and from other sites', () => {
  for (const name of [SESSION_COOKIE, BROWSER_COOKIE] as const) {
    assert.match(name, /^__Host-/);
    assert.equal(setCookie(name, VALUE), `${name}=${VALUE}; Path=/; Secure; HttpOnly; SameSite=Lax`);
    assert.match(clearCookie(name), /=; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=0$/);
  }
});
