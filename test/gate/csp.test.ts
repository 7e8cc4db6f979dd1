import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { compileCsp, NO_HASHES } from '../../src/gate/index.ts';
import type { Session } from '../../src/identity/index.ts';
import { ask } from '../harness/http-client.ts';
import { openWireGate, type WireGate } from '../harness/open-gate.ts';
import { openRecordingUpstream, type RecordingUpstream } from '../harness/recording-upstream.ts';

const session = {
  id: 'ses_1',
  person: { id: 'per_1', name: 'ada', displayName: 'Ada', roles: ['user'], disabled: false },
  assurance: 'password',
} as unknown as Session;

let upstream: RecordingUpstream;
let gate: WireGate;
let head = '';

before(async () => {
  upstream = await openRecordingUpstream(
    () => `HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n${head}\r\nok`,
  );
  gate = await openWireGate(upstream.url, {
    session,
    csp: (port) =>
      compileCsp({
        preset: {},
        config: { mode: 'block', add: {}, pages: undefined },
        hashes: NO_HASHES,
        origin: `https://app.example.test:${port}`,
        portalOrigin: `https://gate.example.test:${port}`,
      }),
  });
});
after(async () => {
  await gate.close();
  await upstream.close();
});

const policies = async (fields: string): Promise<string[]> => {
  head = fields;
  const { headers } = await ask(gate, {});
  const value = headers['content-security-policy'] ?? [];
  return (Array.isArray(value) ? value : value.split(', ')).filter((one) => one !== '');
};
const strict = (list: readonly string[]) =>
  list.some((one) => one.includes("script-src 'self' 'report-sample'"));

test('whatever a browser may make a document of has the policy, however its type is spelled', async () => {
  for (const type of [
    'text/html',
    'TEXT/HTML; charset=utf-8',
    'application/xhtml+xml',
    'image/svg+xml',
    'text/xml',
    'application/pdf',
    'text/javascript',
    'nonsense',
    // Browsers take the last type of several.
    'text/css, text/html',
    'image/png,text/html',
    'application/json;a="b, text/html"',
  ])
    assert.ok(strict(await policies(`Content-Type: ${type}\r\n`)), type);
  assert.ok(strict(await policies('')), 'no type');
  assert.ok(strict(await policies('Content-Type: text/html\r\nContent-Type: text/css\r\n')), 'two types');
  for (const type of ['image/png', 'text/css', 'application/json', 'font/woff2'])
    assert.ok(!strict(await policies(`Content-Type: ${type}\r\n`)), type);
});

test("the app's own policy stays as it is, and ours stands beside it with the nonces that the app vouches for", async () => {
  const own = "script-src 'nonce-AAAAAAAAAAAAAAAA'; frame-ancestors https://partner.test";
  const both = await policies(`Content-Type: text/html\r\nContent-Security-Policy: ${own}\r\n`);
  assert.equal(both[0], own);
  assert.match(both[1] ?? '', /script-src 'self' 'report-sample' 'nonce-AAAAAAAAAAAAAAAA'/);
  assert.doesNotMatch(both[1] ?? '', /frame-ancestors/);
  const weak = await policies(
    "Content-Type: text/html\r\nContent-Security-Policy: script-src * 'unsafe-inline'\r\n",
  );
  assert.ok(strict(weak.slice(1)));
  // A policy that only reports vouches for nothing.
  const reporting = await policies(
    "Content-Type: text/html\r\nContent-Security-Policy-Report-Only: script-src 'nonce-AAAAAAAAAAAAAAAA'\r\n",
  );
  assert.ok(!reporting.join().includes('nonce-'));
});

const report = (blocked: string) =>
  JSON.stringify({
    'csp-report': {
      'document-uri': `https://${gate.authority}/`,
      'blocked-uri': blocked,
      'effective-directive': 'img-src',
      disposition: 'enforce',
    },
  });
const send = (body: string, headers: Record<string, string> = {}) =>
  ask(gate, {
    method: 'POST',
    path: '/.gatehouse/csp-reports',
    headers: { cookie: '__Host-gatehouse=token', 'content-type': 'application/csp-report', ...headers },
    body,
  });

test('a report of somebody who is signed in is kept, never reaches the app, and all others are answered alike', async () => {
  upstream.clear();
  const before = gate.sightings.of('app').length;
  for (const [body, headers] of [
    [report('https://a.test'), { cookie: 'x=1' }],
    [report('https://b.test'), { 'content-type': 'text/html' }],
    [report('https://c.test'), { 'content-encoding': 'gzip' }],
    [`${report('https://d.test')}${' '.repeat(70_000)}`, {}],
    ['not json', {}],
  ] as const)
    assert.equal((await send(body, headers)).status, 204);
  assert.equal(gate.sightings.of('app').length, before);
  assert.equal((await send(report('https://good.test'))).status, 204);
  assert.equal(gate.sightings.of('app')[0]?.blocked, 'https://good.test');
  assert.equal(upstream.requests(), 0);
  assert.equal((await send(report('https://e.test'), { origin: 'https://evil.test' })).status, 403);
  assert.equal((await ask(gate, { path: '/.gatehouse/csp-reports' })).status, 404);
});

test('somebody who reports without end is heard no longer', async () => {
  for (let i = 0; i < 200; i++) await send(report(`https://x${i}.test`));
  assert.ok(gate.sightings.of('app').length <= 150, String(gate.sightings.of('app').length));
});
