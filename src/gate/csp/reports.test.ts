import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { parseConfig } from '../../config/index.ts';
import { cspYaml, proposeCsp } from './propose.ts';
import { openSightings } from './sightings.ts';
import { parseViolations } from './violation.ts';

const ORIGIN = 'https://app.example.test:8443';

const uri = (more: object = {}) =>
  JSON.stringify({
    'csp-report': {
      'document-uri': `${ORIGIN}/page?secret=1`,
      'blocked-uri': 'https://cdn.example.com/lib.js?key=1',
      'effective-directive': 'script-src-elem',
      disposition: 'report',
      ...more,
    },
  });
const api = (more: object = {}) =>
  JSON.stringify([
    {
      type: 'csp-violation',
      age: 1,
      url: ORIGIN,
      body: {
        documentURL: `${ORIGIN}/page`,
        blockedURL: 'https://cdn.example.com/lib.js',
        effectiveDirective: 'script-src-elem',
        disposition: 'report',
        ...more,
      },
    },
  ]);

test('both spellings of a report say the same, without what addresses may hold in private', () => {
  const said = [
    { directive: 'script-src', blocked: 'https://cdn.example.com', page: '/page', disposition: 'report' },
  ];
  assert.deepEqual(parseViolations(uri(), ORIGIN), said);
  assert.deepEqual(parseViolations(api(), ORIGIN), said);
});

test('pages of others, extensions and nonsense are not heard', () => {
  for (const body of [
    uri({ 'document-uri': 'https://evil.test/' }),
    uri({ 'document-uri': `${ORIGIN}.evil.test/` }),
    uri({ 'document-uri': 'about' }),
    uri({ 'blocked-uri': 'chrome-extension://abc/x.js' }),
    uri({ 'blocked-uri': 'chrome-extension' }),
    uri({ 'source-file': 'moz-extension://abc/x.js', 'blocked-uri': 'inline' }),
    uri({ 'blocked-uri': 'javascript:alert(1)' }),
    uri({ 'document-uri': 5 }),
    api({ documentURL: 'https://evil.test/' }),
    api({ sourceFile: 'safari-web-extension://abc/x.js' }),
    '[]',
    '{}',
    '[[[[1]]]]',
  ])
    assert.deepEqual(parseViolations(body, ORIGIN), [], body);
  assert.throws(() => parseViolations('{', ORIGIN), { code: 'invalid-json' });
  assert.throws(() => parseViolations('['.repeat(50), ORIGIN), { code: 'invalid-json' });
});

test('one delivery is heard for twenty reports, and one app for three hundred different ones', () => {
  const many = JSON.stringify(Array.from({ length: 200 }, () => JSON.parse(uri()) as unknown));
  assert.equal(parseViolations(many, ORIGIN).length, 20);
  const sightings = openSightings();
  for (let i = 0; i < 1_000; i++) {
    const blocked = `https://h${i}.test`;
    sightings.add(
      'app',
      { directive: 'img-src', blocked, page: `/${i}`, disposition: 'report' },
      `per_${i}`,
      i,
    );
  }
  for (let i = 0; i < 50; i++)
    sightings.add(
      'app',
      { directive: 'img-src', blocked: 'https://h1.test', page: `/${i}`, disposition: 'report' },
      `per_${i}`,
      i,
    );
  const [first, ...others] = sightings.of('app');
  assert.equal(others.length, 299);
  assert.deepEqual(
    [first?.blocked, first?.count, first?.pages.length, first?.people.length],
    ['https://h1.test', 51, 5, 10],
  );
  assert.deepEqual(openSightings(sightings.all()).of('app')[0], first);
});

const sighting = (
  directive: 'script-src' | 'style-src' | 'img-src' | 'other',
  blocked: string,
  people = ['a', 'b'],
) => ({
  directive,
  blocked,
  disposition: 'report' as const,
  count: 3,
  first: 0,
  last: 0,
  pages: ['/x'],
  people,
});

test('what is proposed can be pasted, and what is dangerous is advised about and never proposed', () => {
  const { proposals, advice } = proposeCsp('sales', [
    sighting('img-src', 'https://tiles.example.com'),
    sighting('style-src', 'inline'),
    sighting('script-src', 'https://cdn.example.com', ['a']),
    sighting('script-src', 'inline'),
    sighting('script-src', 'attribute'),
    sighting('script-src', 'eval'),
    sighting('script-src', 'data:'),
    sighting('img-src', 'http://plain.example.com'),
    sighting('other', 'inline'),
  ]);
  assert.deepEqual(
    proposals.map(({ directive, source }) => `${directive} ${source}`),
    ['img-src https://tiles.example.com', "style-src 'unsafe-inline'", 'script-src https://cdn.example.com'],
  );
  assert.match(proposals[2]?.caution ?? '', /one person alone/);
  assert.equal(advice.length, 6);
  const yaml = cspYaml('sales', 'observe', { 'img-src': ['data:'] }, proposals);
  const fields = parse(yaml) as { apps: Record<string, object> };
  const text = JSON.stringify({
    apps: { sales: { upstream: 'http://127.0.0.1:1', ...fields.apps['sales'] } },
  });
  assert.deepEqual(parseConfig(text, 'x.yaml').config.apps['sales']?.csp.add['img-src'], [
    'data:',
    'https://tiles.example.com',
  ]);
});

test('a source that is no source cannot be written into the file', () => {
  for (const source of [
    "'self'; script-src *",
    'https:',
    '*',
    'https://a b',
    'http://a.test',
    "'unsafe-hashes' *",
    'https://a.test,x',
    'HTTPS://A.TEST',
  ]) {
    const text = JSON.stringify({
      apps: { a: { upstream: 'http://127.0.0.1:1', csp: { add: { 'img-src': [source] } } } },
    });
    assert.throws(() => parseConfig(text, 'x.yaml'), { code: 'config-invalid' }, source);
  }
});
