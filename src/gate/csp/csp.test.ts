import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { inlineParts } from './inline-parts.ts';
import { ownSources } from './own-sources.ts';
import { type CspInput, compileCsp, NO_HASHES } from './policy.ts';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const hashes = (html: string) => inlineParts(html).map(({ hash }) => hash);

test('scripts that stand in a page are hashed as browsers see them, and data is not', () => {
  assert.deepEqual(hashes('<p>x</p><script>a()</script><SCRIPT type=module nonce="n">b()</SCRIPT >'), [
    hashOf('a()'),
    hashOf('b()'),
  ]);
  assert.deepEqual(inlineParts('<style>p { color: teal }</style>')[0], {
    kind: 'style',
    hash: hashOf('p { color: teal }'),
    sample: 'p { color: teal }',
  });
  assert.deepEqual(hashes('<script>\r\n a()\r\n</script>'), [hashOf('\n a()\n')]);
  assert.deepEqual(hashes('<script data-x="a>b">c("</p>")</script\n>'), [hashOf('c("</p>")')]);
  for (const page of [
    '<script type="application/json">{"a":1}</script>',
    '<script src="/a.js">ignored()</script>',
    '<script type=text/template>x</script>',
    '<!-- <script>old()</script> -->',
    '<scripted>a()</scripted>',
    '<script>never closed',
    '<script></script>',
    '<style type="text/less">a {}</style>',
  ])
    assert.deepEqual(hashes(page), [], page);
});

test('a page of any content is read to its end, and no more than a hundred scripts are taken', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('<script>', '</script>', '<!--', '-->', 'x', '"', "'", '=', '>', '<', ' ')),
      (parts) => {
        inlineParts(parts.join(''));
      },
    ),
  );
  assert.equal(
    hashes(Array.from({ length: 500 }, (_, i) => `<script>f(${i})</script>`).join('')).length,
    100,
  );
  const started = performance.now();
  inlineParts('<script a="'.repeat(200_000));
  inlineParts('<!--'.repeat(500_000));
  assert.ok(performance.now() - started < 5_000);
});

const NONCE = "'nonce-c29tZSByYW5kb20gYnl0ZXM='";

test("an app takes part by nonces and hashes in its own policy's header, for scripts and styles each", () => {
  assert.deepEqual(ownSources([`default-src 'self'; SCRIPT-SRC 'self' ${NONCE} https://cdn.test`]), {
    script: [NONCE],
    style: [],
  });
  assert.deepEqual(ownSources([`default-src ${hashOf('x')}`]), {
    script: [hashOf('x')],
    style: [hashOf('x')],
  });
  assert.deepEqual(ownSources([`script-src 'none'; script-src ${NONCE}`]).script, []);
  assert.deepEqual(
    ownSources([`script-src 'unsafe-inline' 'unsafe-eval' * data: 'nonce-short' 'nonce-a b'`]).script,
    [],
  );
});

const input: CspInput = {
  preset: {},
  config: { mode: 'block', add: {}, pages: undefined },
  hashes: NO_HASHES,
  origin: 'https://app.example.test:8443',
  portalOrigin: 'https://gate.example.test:8443',
};

test('a policy is strict where nobody says otherwise, and what holds the page together cannot be widened', () => {
  const policy = compileCsp({ ...input, preset: { 'object-src': ['*'], 'base-uri': ['*'] } });
  const text = policy?.text ?? '';
  assert.match(text, /default-src 'self'; script-src 'self' 'report-sample';/);
  assert.match(text, /object-src 'none'; base-uri 'self'; frame-ancestors 'self'/);
  assert.match(text, /form-action 'self' https:\/\/gate\.example\.test:8443/);
  assert.match(text, /connect-src 'self' wss:\/\/app\.example\.test:8443/);
  assert.doesNotMatch(text, /unsafe|\*/);
});

test('what a person adds widens its directive alone; observing changes the header, not the policy', () => {
  const add = { 'img-src': ['https://tiles.example.com'] };
  const block = compileCsp({
    ...input,
    hashes: { script: [hashOf('x')], style: [] },
    config: { ...input.config, add },
  });
  const observe = compileCsp({
    ...input,
    hashes: { script: [hashOf('x')], style: [] },
    config: { mode: 'observe', add, pages: undefined },
  });
  assert.equal(block?.text, observe?.text);
  assert.equal(observe?.header, 'content-security-policy-report-only');
  assert.match(block?.text ?? '', /img-src 'self' data: blob: https:\/\/tiles\.example\.com;/);
  assert.ok(block?.text.includes(`script-src 'self' 'report-sample' ${hashOf('x')};`));
  assert.equal(compileCsp({ ...input, config: { ...input.config, mode: 'off' } }), undefined);
});

test('a nonce of the app joins the scripts, and no style that is free already loses its freedom', () => {
  const strict = compileCsp(input)?.withOwn([NONCE], [NONCE]) ?? '';
  assert.match(strict, /script-src 'self' 'report-sample' 'nonce-[^;]+; style-src 'self' 'nonce-/);
  const free = compileCsp({ ...input, preset: { 'style-src': ["'self'", "'unsafe-inline'"] } });
  assert.match(free?.withOwn([], [NONCE]) ?? '', /style-src 'self' 'unsafe-inline';/);
});
