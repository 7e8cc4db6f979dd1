import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalPattern } from './path-pattern.ts';

const CANONICAL: readonly [string, string][] = [
  ['/', '/'],
  ['/admin', '/admin'],
  ['/admin/', '/admin'],
  ['/admin/**', '/admin/**'],
  ['/a/**/**/b', '/a/**/b'],
  ['/%61dmin/%7euser', '/admin/~user'],
  ['/a%c3%a4', '/a%C3%A4'],
  ['/ä b', '/%C3%A4%20b'],
  ["/a!$&'()*+,=:@", "/a!$&'()*+,=:@"],
  ['/report-*.csv', '/report-*.csv'],
  ['/%2A', '/%2A'],
  ['/v1/docs:batch', '/v1/docs:batch'],
];

for (const [written, canonical] of CANONICAL) {
  test(`${written} is spelt ${canonical}`, () => assert.equal(canonicalPattern(written), canonical));
}

const FAULTY: readonly [string, RegExp][] = [
  ['admin', /start with/],
  ['', /start with/],
  ['//', /empty segment/],
  ['/a//b', /empty segment/],
  ['/a/../b', /".." segment/],
  ['/a/%2e%2E/b', /".." segment/],
  ['/.', /"." segment/],
  ['/a%2Fb', /no canonical form/],
  ['/a%5cb', /no canonical form/],
  ['/a%00', /no canonical form/],
  ['/a%zz', /hexadecimal/],
  ['/a%4', /hexadecimal/],
  ['/a?b=1', /"\?"/],
  ['/a#b', /"#"/],
  ['/a\\b', /no place/],
  ['/a;b=1', /";"/],
  ['/{id}', /"\{"/],
  ['/<int:id>', /"<"/],
  ['/[ab]', /"\["/],
  ['/^a$', /"\^"/],
  ['/:id', /route parameter/],
  ['/a**', /shares a segment/],
  ['/a\u0001', /control/],
  ['/\ud800', /Unicode/],
];

for (const [written, fault] of FAULTY) {
  test(`${JSON.stringify(written)} is no pattern`, () => {
    const result = canonicalPattern(written);
    assert.ok(typeof result !== 'string', String(result));
    assert.match(result.fault, fault);
    assert.ok(result.remedy.endsWith('.'));
  });
}

test('the canonical spelling of any text is canonical itself', () => {
  const piece = fc.constantFrom(
    '/',
    'a',
    '*',
    '%',
    '%41',
    '%c3',
    '%2f',
    '.',
    '~',
    'ä',
    ' ',
    '"',
    '😀',
    ':',
    '\\',
    'Z9',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (parts) => {
      const once = canonicalPattern(`/${parts.join('')}`);
      if (typeof once === 'string') assert.equal(canonicalPattern(once), once);
    }),
  );
});
