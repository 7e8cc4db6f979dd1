import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicyTests } from './policy-test-file.ts';
import { ConfigError } from './problems.ts';

test('short and long examples are read, with their lines', () => {
  const { config, examples } = parsePolicyTests(
    `config: other.yaml
tests:
  - analyst GET https://sales.example.com/admin?a=b: refused
  - anonymous GET /static/x.css: allowed
  - nobody GET /: refused
  - analyst+treasurer POST /transfer: fresh-mfa
  - { who: analyst, request: GET /, from: 10.0.0.7, at: 2027-01-31T08:00:00Z, expect: allowed }
`,
    'f',
  );
  assert.equal(config, 'other.yaml');
  assert.deepEqual(
    examples.map(({ who, method, url, expected, line }) => [who, method, url, expected, line]),
    [
      [['analyst'], 'GET', 'https://sales.example.com/admin?a=b', 'refused', 3],
      ['anonymous', 'GET', '/static/x.css', 'allowed', 4],
      [[], 'GET', '/', 'refused', 5],
      [['analyst', 'treasurer'], 'POST', '/transfer', 'fresh-mfa', 6],
      [['analyst'], 'GET', '/', 'allowed', 7],
    ],
  );
  assert.equal(examples[4]?.from, '10.0.0.7');
  assert.equal(examples[4]?.at, Date.UTC(2027, 0, 31, 8));
});

const REFUSED: readonly [string, RegExp][] = [
  ['', /found nothing/],
  ['tests: []', /list is empty/],
  ['test: [a GET /: allowed]', /unknown field/],
  ['tests: [analyst GET /]', /expected names with fields/],
  ['tests: [{ "analyst GET /": maybe }]', /none of/],
  ['tests: [{ "GET /": allowed }]', /who, method and address/],
  ['tests: [{ "analyst get /": allowed }]', /who, method and address/],
  ['tests: [{ "An!lyst GET /": allowed }]', /who, method and address/],
  ['tests: [{ who: a, request: GET /, expect: allowed, from: here }]', /IP address/],
  ['tests: [{ who: a, request: GET /, expct: allowed }]', /expct|expect/],
];

for (const [text, says] of REFUSED) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parsePolicyTests(text, 'f'),
      (error) => error instanceof ConfigError && error.problems.some(({ message }) => says.test(message)),
    );
  });
}
