import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../config/index.ts';
import { outcomeOf } from './outcome.ts';
import { compilePolicy } from './policy.ts';

const policyOf = (rules: string) =>
  compilePolicy(parseConfig(`apps: { x: { upstream: "http://127.0.0.1:1", rules: [${rules}] } }`, 'f'));

interface Circumstances {
  address?: string | undefined;
  query?: string | undefined;
  now?: number;
}

const outcome = (rules: string, where: Circumstances = {}): string => {
  const { address, query, now = Date.UTC(2026, 10, 23, 10) } = { address: '192.0.2.7', query: '', ...where };
  const request = {
    app: 'x',
    method: 'GET',
    path: '/',
    now,
    ...(address !== undefined && { address }),
    ...(query !== undefined && { query }),
  };
  return outcomeOf(policyOf(rules), ['user'], request).kind;
};

const ALLOW_HOME = '{ allow: [user], networks: [10.0.0.0/8, "2001:db8::/32"] }';

test('a rule with networks counts from there alone', () => {
  for (const address of ['10.1.2.3', '10.255.255.255', '2001:db8::1', '::ffff:10.0.0.1']) {
    assert.equal(outcome(ALLOW_HOME, { address }), 'allowed', address);
  }
  for (const address of ['11.0.0.0', '9.255.255.255', '2001:db9::1', '::1']) {
    assert.equal(outcome(ALLOW_HOME, { address }), 'refused', address);
  }
});

test('outside means every other network', () => {
  const rules = '{ allow: [user] }, { outside: [10.0.0.0/8], assurance: mfa }';
  assert.equal(outcome(rules, { address: '10.1.1.1' }), 'allowed');
  assert.equal(outcome(rules, { address: '192.0.2.1' }), 'mfa');
});

test('what cannot be judged lets nobody in and still refuses and demands', () => {
  for (const address of [undefined, '', 'localhost', '10.0.0', '10.0.0.1, 1.1.1.1']) {
    assert.equal(outcome(ALLOW_HOME, { address }), 'refused');
    assert.equal(
      outcome('{ allow: [user] }, { forbid: [user], networks: [10.0.0.0/8] }', { address }),
      'refused',
    );
    assert.equal(
      outcome('{ allow: [user] }, { networks: [10.0.0.0/8], assurance: mfa }', { address }),
      'mfa',
    );
    assert.equal(outcome('{ allow: [user] }, { outside: [10.0.0.0/8], assurance: mfa }', { address }), 'mfa');
  }
  assert.equal(outcome('{ allow: [user], query: { a: ["1"] } }', { query: undefined }), 'refused');
  assert.equal(
    outcome('{ allow: [user] }, { forbid: [user], query: { a: ["1"] } }', { query: undefined }),
    'refused',
  );
});

const at = (text: string) => Date.parse(text);

test('days and hours are those of the zone, summer time included', () => {
  const rules = '{ allow: [user], times: { days: [mon-fri], hours: 08:00-18:00, zone: Europe/Berlin } }';
  for (const [time, expected] of [
    ['2026-01-05T07:00:00Z', 'allowed'],
    ['2026-01-05T06:59:59Z', 'refused'],
    ['2026-07-06T06:00:00Z', 'allowed'],
    ['2026-07-06T05:59:59Z', 'refused'],
    ['2026-01-05T16:59:59Z', 'allowed'],
    ['2026-01-05T17:00:00Z', 'refused'],
    ['2026-01-10T10:00:00Z', 'refused'],
  ] as const) {
    assert.equal(outcome(rules, { now: at(time) }), expected, time);
  }
});

test('hours past midnight belong to the day on which they began', () => {
  const rules = '{ allow: [user], times: { days: [fri], hours: 22:00-02:00, zone: UTC } }';
  for (const [time, expected] of [
    ['2026-01-09T22:00:00Z', 'allowed'],
    ['2026-01-10T01:59:00Z', 'allowed'],
    ['2026-01-10T02:00:00Z', 'refused'],
    ['2026-01-09T01:00:00Z', 'refused'],
    ['2026-01-10T23:00:00Z', 'refused'],
  ] as const) {
    assert.equal(outcome(rules, { now: at(time) }), expected, time);
  }
});

test('one policy asked at different minutes answers for each of them', () => {
  const policy = policyOf('{ allow: [user], times: { hours: 08:00-18:00, zone: UTC } }');
  const ask = (time: string) =>
    outcomeOf(policy, ['user'], { app: 'x', method: 'GET', path: '/', now: at(time) }).kind;
  assert.deepEqual(
    ['2026-01-05T07:59:59Z', '2026-01-05T08:00:00Z', '2026-01-05T07:59:59Z', '2026-01-05T18:00:00Z'].map(ask),
    ['refused', 'allowed', 'refused', 'refused'],
  );
});

test('an ended rule is as if it were not there', () => {
  const rules = '{ allow: [user], expires: 2026-12-31 }, { forbid: [user], expires: 2026-06-30T12:00:00Z }';
  assert.equal(outcome(rules, { now: at('2026-06-30T11:59:59Z') }), 'refused');
  assert.equal(outcome(rules, { now: at('2026-06-30T12:00:00Z') }), 'allowed');
  assert.equal(outcome(rules, { now: at('2026-12-31T23:59:59Z') }), 'allowed');
  assert.equal(outcome(rules, { now: at('2027-01-01T00:00:00Z') }), 'refused');
});

test('a rule that lets in wants every value of the parameter to fit', () => {
  const rules = '{ allow: [user], query: { format: [csv, "xls*"] } }';
  for (const query of [
    'format=csv',
    'format=xlsx',
    'a=b&format=csv',
    'format=csv&format=xls',
    '%66ormat=cs%76',
  ]) {
    assert.equal(outcome(rules, { query }), 'allowed', query);
  }
  for (const query of [
    '',
    'format',
    'format=pdf',
    'format=csv&format=pdf',
    'format=CSV',
    'x=format=csv',
    'format=csv;format=pdf',
    'format=csv&%zz=1',
  ]) {
    assert.equal(outcome(rules, { query }), 'refused', query);
  }
});

// Apps take the first or the last of doubled parameters, and some split at semicolons: none may hide one.
test('a rule that refuses is met by any value of the parameter, however it is hidden', () => {
  const rules = '{ allow: [user] }, { forbid: [user], query: { all: ["1", "true"] } }';
  for (const query of [
    'all=1',
    'all=0&all=1',
    'all=1&all=0',
    '%61ll=1',
    'all=%31',
    'x=1;all=1',
    'all=true',
    'a&all=1',
    '%zz=1',
  ]) {
    assert.equal(outcome(rules, { query }), 'refused', query);
  }
  for (const query of ['', 'all=0', 'small=1', 'x=all=1'])
    assert.equal(outcome(rules, { query }), 'allowed', query);
});

test('all conditions of a rule have to hold together', () => {
  const rules = '{ allow: [user], networks: [10.0.0.0/8], query: { a: ["*"] } }';
  assert.equal(outcome(rules, { address: '10.0.0.1', query: 'a=1' }), 'allowed');
  assert.equal(outcome(rules, { address: '10.0.0.1', query: '' }), 'refused');
  assert.equal(outcome(rules, { address: '11.0.0.1', query: 'a=1' }), 'refused');
});
