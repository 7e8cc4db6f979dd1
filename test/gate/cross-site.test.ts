import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, ask2, openHttp2 } from '../harness/http-client.ts';
import { openWireGate, type WireGate } from '../harness/open-gate.ts';
import { rawExchange, statuses } from '../harness/raw-client.ts';
import { openRecordingUpstream, type RecordingUpstream } from '../harness/recording-upstream.ts';

let upstream: RecordingUpstream;
let gate: WireGate;

before(async () => {
  upstream = await openRecordingUpstream();
  gate = await openWireGate(upstream.url);
});
after(async () => {
  await gate.close();
  await upstream.close();
});

const own = (): string => `https://${gate.authority}`;

type Headers = Record<string, string>;

const post = async (headers: Headers, method = 'POST'): Promise<number> => {
  upstream.clear();
  const { status } = await ask(gate, { method, path: '/transfer', headers, body: 'to=mallory' });
  assert.equal(upstream.requests(), status === 200 ? 1 : 0, upstream.received());
  return status;
};

// What a browser sends for a page of another site, and what an attacker can make it leave out or change (C27).
const FOREIGN: Record<string, () => Headers> = {
  'another site': () => ({ origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }),
  'another site in a browser without Fetch Metadata': () => ({ origin: 'https://evil.test' }),
  'another site whose origin is hidden': () => ({ origin: 'null' }),
  'a sandboxed frame': () => ({ origin: 'null', 'sec-fetch-site': 'cross-site' }),
  'a sandboxed frame that calls itself same-origin': () => ({
    origin: 'null',
    'sec-fetch-site': 'same-origin',
  }),
  'a sibling name of the same site': () => ({
    origin: own().replace('app.', 'blog.'),
    'sec-fetch-site': 'same-site',
  }),
  "the portal's own origin": () => ({ origin: own().replace('app.', 'gate.') }),
  'a sibling whose origin is left out': () => ({ 'sec-fetch-site': 'same-site' }),
  'another site whose origin is left out': () => ({ 'sec-fetch-site': 'cross-site' }),
  'the same host on another port': () => ({ origin: `https://app.example.test:${gate.port + 1}` }),
  'the same host without a port': () => ({ origin: 'https://app.example.test' }),
  'the same host in plain HTTP': () => ({ origin: own().replace('https:', 'http:') }),
  'an origin that begins like ours': () => ({ origin: `${own()}.evil.test` }),
  'an origin that begins like ours and has a user': () => ({ origin: `${own()}@evil.test` }),
  'an origin in upper case': () => ({ origin: own().toUpperCase() }),
  'an origin with a slash': () => ({ origin: `${own()}/` }),
  'two origins in one field': () => ({ origin: `${own()} https://evil.test` }),
  'two origins with a comma': () => ({ origin: `${own()}, https://evil.test` }),
  'an empty origin': () => ({ origin: '' }),
  'our origin but another site': () => ({ origin: own(), 'sec-fetch-site': 'cross-site' }),
  'a site that is no word of the standard': () => ({ 'sec-fetch-site': 'Same-Origin' }),
  'two sites with a comma': () => ({ 'sec-fetch-site': 'same-origin, cross-site' }),
  'a navigation from another site': () => ({
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'sec-fetch-user': '?1',
  }),
  'an old browser with the referer of another site': () => ({ referer: 'https://evil.test/page' }),
  'an old browser whose referer begins like ours': () => ({ referer: `${own()}.evil.test/` }),
  'an old browser whose referer holds ours': () => ({ referer: `https://evil.test/?${own()}/` }),
  'an old browser with an empty referer': () => ({ referer: '' }),
};

for (const [name, make] of Object.entries(FOREIGN)) {
  test(`an unsafe request from ${name} is refused and never reaches the app`, async () => {
    assert.equal(await post(make()), 403);
  });
}

test("the app's own pages, and programs that are no browser, may send unsafe requests", async () => {
  for (const headers of [
    { origin: own(), 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-origin' },
    { origin: own() },
    { referer: `${own()}/form` },
    { 'sec-fetch-site': 'none' },
    {},
  ] as Headers[])
    assert.equal(await post(headers), 200, JSON.stringify(headers));
});

test('every unsafe method is held to it, whatever the kind of its body', async () => {
  const foreign = { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' };
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    assert.equal(await post(foreign, method), 403, method);
  for (const type of [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/plain; application/json',
    'application/json',
    'application/csp-report',
    '',
  ])
    assert.equal(await post({ ...foreign, 'content-type': type }), 403, type);
});

test('a safe request from another site cannot become an unsafe one on its way', async () => {
  for (const name of [
    'X-HTTP-Method-Override',
    'X-HTTP-Method',
    'X-Method-Override',
    'X_HTTP_Method_Override',
  ]) {
    upstream.clear();
    const { status } = await ask(gate, {
      headers: { [name]: 'DELETE', origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' },
    });
    assert.equal(status, 200);
    assert.ok(!/delete/i.test(upstream.received()), upstream.received());
  }
});

test('a method in lower case, or one that nobody knows, is refused', async () => {
  for (const method of ['post', 'Post', 'POSTX', 'LINK', 'TRACK']) {
    upstream.clear();
    const bytes = `${method} / HTTP/1.1\r\nHost: ${gate.authority}\r\nOrigin: https://evil.test\r\nContent-Length: 0\r\n\r\n`;
    assert.deepEqual(statuses(await rawExchange(gate, bytes)), [400], method);
    assert.equal(upstream.requests(), 0);
  }
});

test('a header that decides may be there once only', async () => {
  for (const [name, first, second] of [
    ['Origin', own(), 'https://evil.test'],
    ['Origin', 'https://evil.test', own()],
    ['Sec-Fetch-Site', 'same-origin', 'cross-site'],
    ['sec-fetch-site', 'cross-site', 'same-origin'],
    ['Referer', `${own()}/`, 'https://evil.test/'],
  ] as const) {
    upstream.clear();
    const bytes = `POST / HTTP/1.1\r\nHost: ${gate.authority}\r\n${name}: ${first}\r\n${name}: ${second}\r\nContent-Length: 0\r\n\r\n`;
    assert.deepEqual(statuses(await rawExchange(gate, bytes)), [400], name);
    assert.equal(upstream.requests(), 0);
  }
});

test('HTTP/2 is held to the same', async () => {
  const session = await openHttp2(gate);
  const fields = { ':method': 'POST', ':path': '/', ':authority': gate.authority };
  assert.equal((await ask2(session, { ...fields, origin: 'https://evil.test' }, 'a')).status, 403);
  assert.equal((await ask2(session, { ...fields, 'sec-fetch-site': 'same-site' }, 'a')).status, 403);
  assert.equal((await ask2(session, { ...fields, origin: own() }, 'a')).status, 200);
  session.close();
});

// Cross-site WebSocket hijacking: a handshake is a GET and carries cookies, so that it needs its origin.
test('a WebSocket handshake needs exactly our origin, and no header stands in for it', async () => {
  for (const lines of [
    '',
    'Origin: null\r\n',
    'Origin: https://evil.test\r\n',
    `Origin: ${own().replace('app.', 'blog.')}\r\n`,
    `Origin: ${own()}/\r\n`,
    `Sec-Fetch-Site: same-origin\r\n`,
    `Sec-WebSocket-Origin: ${own()}\r\n`,
    `Referer: ${own()}/\r\n`,
  ]) {
    upstream.clear();
    const bytes = `GET /ws HTTP/1.1\r\nHost: ${gate.authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n${lines}\r\n`;
    assert.deepEqual(statuses(await rawExchange(gate, bytes)), [403], lines);
    assert.equal(upstream.requests(), 0);
  }
});

test('a handshake in a spelling that is none reaches the app without its upgrade', async () => {
  for (const upgrade of ['websocket, h2c', 'h2c, websocket', 'WebSocket/13', 'xwebsocket']) {
    upstream.clear();
    const bytes = `GET /ws HTTP/1.1\r\nHost: ${gate.authority}\r\nConnection: Upgrade, Sec-WebSocket-Key\r\nUpgrade: ${upgrade}\r\nOrigin: https://evil.test\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n`;
    await rawExchange(gate, bytes);
    assert.ok(!/^upgrade:|^connection: .*upgrade/im.test(upstream.received()), upstream.received());
  }
});
