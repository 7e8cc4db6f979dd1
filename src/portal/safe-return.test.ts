import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRedirectCorpus } from '../../test/portal/redirect-corpus.ts';
import { safeReturn } from './safe-return.ts';

const APP = 'https://sales.example.test';

// What the browser does with `Location: APP + path`, and with a `Location` that is the path alone.
const lands = (path: string): string[] =>
  [URL.parse(APP + path), URL.parse(path, APP)].map((url) => url?.origin ?? 'nowhere');

test('the corpus holds at least 200 hostile spellings, each different', () => {
  const hostile = readRedirectCorpus().filter(({ verdict }) => verdict === 'refuse');
  assert.ok(hostile.length >= 200, `only ${hostile.length}`);
  assert.equal(new Set(hostile.map(({ spelling }) => spelling)).size, hostile.length);
});

// CVE-2025-8066 and a long list of its kin: open redirects after sign-in.
for (const { spelling, verdict } of readRedirectCorpus()) {
  test(`the return ${JSON.stringify(spelling)} ${verdict === 'stays' ? 'stays on the app' : 'is refused'}`, () => {
    const kept = safeReturn(spelling);
    assert.equal(kept, verdict === 'stays' ? spelling : undefined);
    if (kept !== undefined) assert.deepEqual(lands(kept), [APP, APP]);
  });
}

test('a return that is missing or longer than 2,048 characters is refused', () => {
  assert.equal(safeReturn(undefined), undefined);
  assert.equal(safeReturn(`/${'a'.repeat(2_047)}`), `/${'a'.repeat(2_047)}`);
  assert.equal(safeReturn(`/${'a'.repeat(2_048)}`), undefined);
});

test('whatever is kept lands on the origin of the app, unchanged, however it is spelt', () => {
  const piece = fc.constantFrom(
    ...['/', '\\', '//', '.', '..', ';', '@', ':', '?', '#', '%2f', '%5c', '%25', '%2e', '%09', '%0a', '%00'],
    ...[
      '\t',
      '\n',
      '\r',
      ' ',
      '\u0000',
      '\u00a0',
      '\uff0f',
      '\u3002',
      'evil.example',
      'https:',
      'a',
      '[',
      '%',
    ],
  );
  const spelling = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  fc.assert(
    fc.property(spelling, (asked) => {
      const kept = safeReturn(asked);
      if (kept === undefined) return;
      assert.equal(kept, asked);
      assert.deepEqual(lands(kept), [APP, APP]);
      assert.ok(!/[^\x21-\x7e]/.test(kept), 'only printable ASCII reaches a header');
    }),
    { numRuns: 5_000 },
  );
});
