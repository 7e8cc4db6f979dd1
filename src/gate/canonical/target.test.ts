import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalTarget } from './target.ts';

const pathOf = (raw: string): string => {
  const result = canonicalTarget(raw);
  return result.ok ? result.value.target : `refused: ${result.reason}`;
};

test('an ordinary target stays as it is', () => {
  for (const raw of [
    '/',
    '/a/b',
    '/a/b/',
    '/static/app.3f2.js?v=1',
    '/.well-known/x',
    '/a:b@c',
    '/q?a=b&c[]=d/?e',
  ]) {
    assert.equal(pathOf(raw), raw);
  }
});

test('bytes that are no UTF-8 stay what they are: old apps have such names', () => {
  assert.equal(pathOf('/caf%e9'), '/caf%E9');
  assert.equal(pathOf('/%aa'), '/%AA');
  assert.equal(pathOf('/%c0%20propos'), '/%C0%20propos');
  assert.equal(pathOf('/%f8re'), '/%F8re');
  assert.equal(pathOf('/%E2%82%AC'), '/%E2%82%AC');
});

test('one resource has one spelling', () => {
  assert.equal(pathOf('/%61dmin'), '/admin');
  assert.equal(pathOf('/caf%c3%a9'), '/caf%C3%A9');
  assert.equal(pathOf('//admin///x'), '/admin/x');
  assert.equal(pathOf('/a b'.replace(' ', '%20')), '/a%20b');
  assert.equal(pathOf('/a{b}|c'), '/a%7Bb%7D%7Cc');
  assert.equal(pathOf('/x?q=100%&r="'), '/x?q=100%25&r=%22');
});

// GHSA-7rh7-c77v-6434, GHSA-pxq7-h93f-9jrg, CVE-2026-48794: spellings that matched a public route.
test('what hides another path is refused', () => {
  for (const [raw, reason] of [
    ['/a/../admin', 'path-dots'],
    ['/a/%2e%2e/admin', 'path-dots'],
    ['/a/.%2E/admin', 'path-dots'],
    ['/./admin', 'path-dots'],
    ['/public/..;/admin', 'path-parameters'],
    ['/admin;x=1', 'path-parameters'],
    ['/public%2fadmin', 'path-escape'],
    ['/public%5Cadmin', 'path-escape'],
    ['/public\\admin', 'path-character'],
    ['/public%252fadmin', 'path-escape'],
    ['/public%252e%252e/admin', 'path-escape'],
    ['/public%25252fadmin', 'path-escape'],
    ['/a%00', 'path-escape'],
    ['/a%0d%0aX:1', 'path-escape'],
    ['/public%c0%afadmin', 'path-escape'],
    ['/a/%C0%AE%C0%AE/admin', 'path-escape'],
    ['/public%E0%80%AFadmin', 'path-escape'],
    ['/public%f0%80%80%afadmin', 'path-escape'],
    ['/public%f8%80%80%80%afadmin', 'path-escape'],
    ['/public%FC%80%80%80%80%AFadmin', 'path-escape'],
    ['/a%zz', 'path-escape'],
    ['/a%2', 'path-escape'],
    ['/a#b', 'path-character'],
    ['/a?b#c', 'query-character'],
    ['/\u00e9', 'path-character'],
    ['/a\tb', 'path-character'],
    ['*', 'target-form'],
    ['admin', 'target-form'],
    ['', 'target-form'],
  ] as const) {
    assert.equal(pathOf(raw), `refused: ${reason}`, raw);
  }
});

const hostile = fc.array(
  fc.constantFrom(
    '/',
    '//',
    '.',
    '..',
    ';',
    '%2f',
    '%2e',
    '%25',
    '%',
    '%61',
    'a',
    'B',
    '?',
    '#',
    '\\',
    ' ',
    '%C3%A9',
    '%aa',
    '%c0%af',
    '%c0',
    '%e0%80',
    '%fc%80%80%80%80',
    '%ae',
    '%af',
    '\u00e9',
    '%00',
    '|',
  ),
  { maxLength: 12 },
);

test('the canonical form is canonical: bringing it into form again changes nothing', () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      const once = canonicalTarget(`/${parts.join('')}`);
      if (!once.ok) return;
      const twice = canonicalTarget(once.value.target);
      assert.deepEqual(twice, once);
    }),
  );
});

/** As decoders read it that take characters in longer forms than they need. */
const laxly = (bytes: string): string =>
  bytes.replace(
    /[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3}|[\xf8-\xfb][\x80-\xbf]{4}|[\xfc\xfd][\x80-\xbf]{5}/g,
    (form) => {
      const codes = Array.from(form, (char) => char.charCodeAt(0));
      const [first = 0, ...rest] = codes;
      const point = rest.reduce((sum, code) => sum * 64 + (code & 0x3f), first & (0x7f >> codes.length));
      return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
    },
  );

test('no reader that decodes, resolves or merges sees another path than the one decided on', () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      const result = canonicalTarget(`/${parts.join('')}`);
      if (!result.ok) return;
      const { path, target } = result.value;
      assert.equal(new URL(target, 'https://app.test').pathname, path);
      const bytes = path.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      // As text of one byte a character, as UTF-8 with stand-ins for what is none, and as UTF-8 read laxly.
      for (const decoded of [bytes, Buffer.from(bytes, 'latin1').toString('utf8'), laxly(bytes)]) {
        assert.equal(decoded.split('/').length, path.split('/').length);
        assert.ok(!/\\|\/\/|\0|(?:^|\/)\.\.?(?:\/|$)/.test(decoded), decoded);
      }
      assert.match(target, /^[\x21-\x7e]+$/);
    }),
  );
});
