import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { safeWhenMatched } from './matched-text.ts';
import { CONTEXTS, type Context, EVERYWHERE } from './taint.ts';

const lost = (pattern: string, full = true): string => {
  const bits = safeWhenMatched(pattern, full);
  if (bits === EVERYWHERE) return 'nothing';
  if (bits === 0) return 'everything';
  const names = Object.keys(CONTEXTS) as Context[];
  return names.filter((name) => (bits & CONTEXTS[name]) === 0).join(' ');
};

test('what letters and digits make is safe everywhere', () => {
  for (const pattern of ['[a-z]+', '\\w{1,40}', '\\d{4}-\\d{2}-\\d{2}', '(?:yes|no)', 'a|b'])
    assert.equal(lost(pattern), 'nothing', pattern);
});

test('other characters take what they can harm', () => {
  assert.equal(lost('[\\w.-]+'), 'path url redirect');
  assert.equal(lost('[\\w-]+\\.(jpg|png)'), 'url redirect');
  assert.equal(lost('/[a-z][a-z/]*'), 'path xpath');
  assert.match(lost('//?[a-z]+'), /\burl redirect\b/);
  assert.match(lost('[A-Za-z ]+'), /\bsql\b.*\bshell\b/);
  assert.doesNotMatch(lost('[A-Za-z ]+'), /\b(html|log|header|path)\b/);
  assert.match(lost('\\w+\\s*'), /\blog header\b/);
  assert.equal(lost("[\\w']+"), 'everything');
  assert.equal(lost('[^<>]+'), 'everything');
  assert.equal(lost('.+'), 'everything');
});

test('only a match of the whole text says something', () => {
  assert.equal(lost('[a-z]+', false), 'everything');
  assert.equal(lost('^[a-z]+', false), 'everything');
  assert.equal(lost('^[a-z]+\\$', false), 'everything');
  assert.equal(lost('^[a-z]+$', false), 'nothing');
  assert.equal(lost('\\A[a-z]+\\Z', false), 'nothing');
  // Each end belongs to one alternative.
  assert.equal(lost('^[a-z]+|[0-9]+$', false), 'everything');
  assert.equal(lost('^(?:[a-z]+|[0-9]+)$', false), 'nothing');
});

test('what is not understood is not safe', () => {
  for (const pattern of [
    '[]<>]+',
    '[^]x]+',
    '[[:alpha:]]+',
    '{,5}a',
    '(?i)[a-z]+',
    '(?=x)[a-z]+',
    '(a)\\1',
    '[a-z',
    '(a',
    'a)',
    '*a',
    '\\x3c+',
  ])
    assert.equal(lost(pattern), 'everything', pattern);
});

const piece: fc.Arbitrary<string> = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('a', '\\.', '[.a]', '/', '[a/]', '\\w') },
    tie('pattern').map((inner) => `(${inner})`),
  ),
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .array(fc.tuple(tie('atom'), fc.constantFrom('', '', '?', '*', '+', '{2}', '{0,1}')), {
        minLength: 1,
        maxLength: 4,
      })
      .map((parts) => parts.map(([atom, times]) => atom + times).join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map((sides) => sides.join('|')),
  ),
})).pattern;

const TEXTS = ['a', '.', '/'].reduce<string[]>(
  (texts) => texts.flatMap((t) => [`${t}a`, `${t}.`, `${t}/`, t]),
  [''],
);

test('what passes for a path holds no way up, what passes for a URL leads nowhere else', () => {
  const texts = [...new Set([...TEXTS, ...TEXTS.flatMap((a) => TEXTS.map((b) => a + b))])];
  fc.assert(
    fc.property(piece, (pattern) => {
      const bits = safeWhenMatched(pattern, true);
      const whole = new RegExp(`^(?:${pattern})$`);
      for (const text of texts) {
        if (!whole.test(text)) continue;
        if ((bits & CONTEXTS.path) !== 0) assert.ok(!/\.\.|^\//.test(text), `${pattern}: ${text}`);
        if ((bits & CONTEXTS.url) !== 0)
          assert.ok(!text.includes('.') || /^\/[^/]/.test(text), `${pattern}: ${text}`);
        if ((bits & CONTEXTS.redirect) !== 0) assert.ok(!text.startsWith('//'), `${pattern}: ${text}`);
      }
    }),
    { numRuns: 2000 },
  );
});
