import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { openRedirector, type Redirector } from '../../src/gate/index.ts';

const ORIGINS = new Map([
  ['app.example.test', 'https://app.example.test:8443'],
  ['gate.example.test', 'https://gate.example.test'],
]);

let redirector: Redirector;

before(async () => {
  redirector = await openRedirector('127.0.0.1', 0, (host) => ORIGINS.get(host));
});
after(() => redirector.close());

/** All that comes back for some bytes until the redirector closes, at most 10 s. */
const send = (bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(redirector.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let text = '';
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });

const get = (target: string, host = 'app.example.test', method = 'GET'): Promise<string> =>
  send(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
const locationOf = (answer: string): string | undefined => /^location: (.*)\r$/im.exec(answer)?.[1];

test('plain HTTP is redirected to the https origin of the host, with path and query', async () => {
  const answer = await get('/a/b?c=d');
  assert.equal(statusOf(answer), 301);
  assert.equal(locationOf(answer), 'https://app.example.test:8443/a/b?c=d');
  assert.equal(locationOf(await get('/', 'GATE.example.test:80')), 'https://gate.example.test/');
});

test('a method with a body keeps it', async () => {
  const answer = await send('POST /form HTTP/1.1\r\nHost: app.example.test\r\nContent-Length: 3\r\n\r\na=b');
  assert.equal(statusOf(answer), 308);
  assert.equal(locationOf(answer), 'https://app.example.test:8443/form');
});

test('a host that the gate does not know is redirected nowhere', async () => {
  for (const host of [
    'evil.test',
    'app.example.test.evil.test',
    'evil.test:app.example.test',
    'app.example.test@evil.test',
    'evil.test/app.example.test',
    'evil.test\\app.example.test',
    'app.example.test.',
    'app.example.test:',
    'app.example.test:80:80',
    '127.0.0.1',
    '[::1]',
    '',
    'app_example_test',
    'app.example.test, evil.test',
  ]) {
    const answer = await get('/', host);
    assert.equal(statusOf(answer), 400, host);
    assert.equal(locationOf(answer), undefined, host);
  }
});

test('a forwarding header names no other host', async () => {
  const answer = await send(
    'GET / HTTP/1.1\r\nHost: app.example.test\r\nX-Forwarded-Host: evil.test\r\nForwarded: host=evil.test\r\nConnection: close\r\n\r\n',
  );
  assert.equal(locationOf(answer), 'https://app.example.test:8443/');
});

// The targets of open redirects: each is another site, or another line, to somebody who reads the Location.
test('a target that leads elsewhere is refused or stays on the host', async () => {
  for (const target of [
    '//evil.test/',
    '///evil.test',
    '/\\evil.test',
    '/%5cevil.test',
    '/%2f/evil.test',
    '/..//evil.test',
    '/.evil.test',
    '@evil.test/',
    '.evil.test/',
    ':80@evil.test/',
    'http://evil.test/',
    'https://evil.test/',
    'http://app.example.test@evil.test/',
    '/%0d%0aLocation:%20https://evil.test/',
    '/a?b=%0d%0aSet-Cookie:%20a=b',
    '/a\rLocation: https://evil.test/',
    '*',
    '/#@evil.test',
    '/;@evil.test',
  ]) {
    const answer = await get(target);
    const location = locationOf(answer);
    if (location !== undefined)
      assert.equal(new URL(location).origin, 'https://app.example.test:8443', target);
    assert.ok([0, 301, 400].includes(statusOf(answer)), `${target}: ${answer}`);
    assert.ok(!/^set-cookie/im.test(answer), target);
    assert.ok([...answer.matchAll(/^location:/gim)].length <= 1, target);
  }
});

test('whatever the target, a redirect stays on the origin of the host', async () => {
  const part = fc.constantFrom(
    '/',
    '//',
    '\\',
    '@',
    ':',
    '.',
    '..',
    '%2f',
    '%5c',
    '?',
    '#',
    ';',
    'evil.test',
    '%09',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
      const location = locationOf(await get(`/${parts.join('')}`));
      if (location !== undefined) assert.equal(new URL(location).origin, 'https://app.example.test:8443');
    }),
    { numRuns: 60, seed: 16 },
  );
});

test('nothing but a redirect is ever answered', async () => {
  for (const bytes of [
    'CONNECT evil.test:443 HTTP/1.1\r\nHost: app.example.test\r\n\r\n',
    'GET / HTTP/1.0\r\n\r\n',
    'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: evil.test\r\nHost: app.example.test\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: app.example.test\r\nHost: evil.test\r\nConnection: close\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'GET /ws HTTP/1.1\r\nHost: app.example.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  ]) {
    const answer = await send(bytes);
    const location = locationOf(answer);
    assert.ok([0, 301, 400].includes(statusOf(answer)), answer);
    if (location !== undefined) assert.equal(new URL(location).host, 'app.example.test:8443');
    assert.equal(/\r\n\r\n./s.test(answer), false, 'the answer has a body');
  }
});

test('two requests on one connection get one answer, since it closes', async () => {
  const one = 'GET / HTTP/1.1\r\nHost: app.example.test\r\n\r\n';
  const answer = await send(one + one);
  assert.equal([...answer.matchAll(/HTTP\/1\.1 301/g)].length, 1);
});
