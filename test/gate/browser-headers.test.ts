import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask } from '../harness/http-client.ts';
import { openWireGate, type WireGate } from '../harness/open-gate.ts';
import { openRecordingUpstream, type RecordingUpstream } from '../harness/recording-upstream.ts';

let upstream: RecordingUpstream;
let gate: WireGate;
let head = '';

before(async () => {
  upstream = await openRecordingUpstream(
    () => `HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n${head}\r\nok`,
  );
  gate = await openWireGate(upstream.url);
});
after(async () => {
  await gate.close();
  await upstream.close();
});

const answer = async (fields: string) => {
  head = fields;
  return (await ask(gate, {})).headers;
};

test('a silent app gets every header of the browser, and its banners go', async () => {
  const headers = await answer(
    'Content-Type: text/html\r\nServer: Werkzeug/3.1 Python/3.11\r\nX-Powered-By: PHP/8\r\nVia: 1.1 internal-7\r\n',
  );
  const { 'permissions-policy': permissions, ...rest } = headers;
  assert.match(String(permissions), /camera=\(\), /);
  assert.deepEqual(
    Object.fromEntries(
      [
        'x-content-type-options',
        'referrer-policy',
        'cross-origin-opener-policy',
        'cross-origin-resource-policy',
        'cross-origin-embedder-policy',
        'x-frame-options',
        'server',
        'x-powered-by',
        'via',
      ].map((name) => [name, rest[name]]),
    ),
    {
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-embedder-policy': 'credentialless',
      'x-frame-options': 'SAMEORIGIN',
      server: undefined,
      'x-powered-by': undefined,
      via: undefined,
    },
  );
});

test('what the app says itself stays, once', async () => {
  const headers = await answer(
    'Content-Type: text/html\r\nPermissions-Policy: camera=(self)\r\nCross-Origin-Resource-Policy: cross-origin\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Embedder-Policy: unsafe-none\r\n',
  );
  assert.equal(headers['permissions-policy'], 'camera=(self)');
  assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['cross-origin-embedder-policy'], 'unsafe-none');
});

const signOut = (fields: Record<string, string>, method = 'GET') =>
  ask(gate, {
    method,
    path: '/.gatehouse/sign-out',
    headers: { cookie: '__Host-gatehouse=token; theme=dark; sid=abc; bad name=1', ...fields },
  });

test("signing out from the app's own page clears what the browser keeps for it, cookies one by one", async () => {
  for (const [fields, method] of [
    [{ 'sec-fetch-site': 'same-origin' }, 'GET'],
    [{ 'sec-fetch-site': 'none' }, 'GET'],
    [{ origin: `https://${gate.authority}` }, 'POST'],
  ] as const) {
    const { status, headers } = await signOut(fields as Record<string, string>, method);
    assert.equal(status, 303);
    assert.equal(headers['clear-site-data'], '"cache", "storage"');
    const cookies = [headers['set-cookie'] ?? []].flat().map((value) => value.split(';')[0]);
    assert.deepEqual(cookies, ['__Host-gatehouse=', 'theme=', 'sid=']);
  }
});

test("another site's page cannot make it go", async () => {
  for (const fields of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, {}]) {
    const { status, headers } = await signOut(fields as Record<string, string>);
    assert.equal(status, 303);
    assert.equal(headers['clear-site-data'], undefined);
    assert.equal(headers['set-cookie'], undefined);
  }
  assert.equal((await signOut({ origin: 'https://evil.test' }, 'POST')).status, 403);
});
