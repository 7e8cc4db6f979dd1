import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

const send = async (bytes: string): Promise<number[]> => {
  upstream.clear();
  return statuses(await rawExchange(gate, bytes.replaceAll('HOST', gate.authority)));
};

const HIDDEN = 'GET /smuggled HTTP/1.1\r\nHost: HOST\r\n\r\n';

// CVE-2024-27982 and kin: each of these is one request to one reader and two to another.
const SMUGGLED: Record<string, string> = {
  'a length and a chunked body': `POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a chunked body and a length': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nContent-Length: 80\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'two lengths': `POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nContent-Length: 60\r\n\r\n${HIDDEN}`,
  'two equal lengths in one field': `POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0, 0\r\n\r\n${HIDDEN}`,
  'a length with a sign': `POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: +0\r\n\r\n${HIDDEN}`,
  'a length in hexadecimal': `POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0x0\r\n\r\n${HIDDEN}`,
  'a negative length': `POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n${HIDDEN}`,
  'a space before the colon': `POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length : 60\r\n\r\n${HIDDEN}`,
  'a coding with a prefix': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a coding behind a vertical tab': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'two codings': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a coding that is not last': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a coding in quotes': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a folded coding': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a folded length': `POST / HTTP/1.1\r\nHost: HOST\r\nX: a\r\n Content-Length: 60\r\nContent-Length:\r\n 0\r\n\r\n${HIDDEN}`,
  'a bare line feed in the head': `POST / HTTP/1.1\r\nHost: HOST\nContent-Length: 60\r\n\r\n${HIDDEN}`,
  'a bare carriage return in a value': `POST / HTTP/1.1\r\nHost: HOST\r\nX: a\rContent-Length: 60\r\n\r\n${HIDDEN}`,
  'a NUL in a value': `POST / HTTP/1.1\r\nHost: HOST\r\nX: a\0b\r\n\r\n${HIDDEN}`,
  'a chunk with a bare line feed': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n1\nZ\n0\n\n${HIDDEN}`,
  'a chunk size with a prefix': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nZ\r\n0\r\n\r\n${HIDDEN}`,
  'a chunk size that overflows': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\nZ\r\n0\r\n\r\n${HIDDEN}`,
  'a chunk extension with a line feed': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n1;a=\nb\r\nZ\r\n0\r\n\r\n${HIDDEN}`,
  'a chunk longer than it says': `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nZZ\r\n0\r\n\r\n${HIDDEN}`,
  'a field name with a space': `POST / HTTP/1.1\r\nHost: HOST\r\nContent Length: 60\r\n\r\n${HIDDEN}`,
  'a line without a colon': `POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length\r\n\r\n${HIDDEN}`,
  'a first field that begins with a space': `POST / HTTP/1.1\r\n Content-Length: 60\r\nHost: HOST\r\n\r\n${HIDDEN}`,
};

for (const [name, bytes] of Object.entries(SMUGGLED)) {
  test(`${name} reaches the app as no more than one request, and never the hidden one`, async () => {
    const answers = await send(bytes);
    assert.ok(upstream.requests() <= 1, upstream.received());
    assert.ok(!/^GET \/smuggled /m.test(upstream.received()), upstream.received());
    assert.equal(answers[0], 400);
  });
}

test('a head that is refused closes the connection, so that nothing behind it is read', async () => {
  const answers = await send(`GET / HTTP/1.1\r\nHost: HOST\r\nBad Name: x\r\n\r\n${HIDDEN}`);
  assert.deepEqual(answers, [400]);
  assert.equal(upstream.requests(), 0);
});

test('two honest requests on one connection are two requests', async () => {
  const answers = await send(`GET /a HTTP/1.1\r\nHost: HOST\r\n\r\nGET /b HTTP/1.1\r\nHost: HOST\r\n\r\n`);
  assert.deepEqual(answers, [200, 200]);
  assert.equal(upstream.requests(), 2);
});

test('an honest chunked body arrives whole and framed anew', async () => {
  const answers = await send(
    'POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer-X: 1\r\n\r\n',
  );
  assert.deepEqual(answers, [200]);
  assert.match(upstream.received(), /abc/);
  assert.ok(!/ext=1|Trailer-X/i.test(upstream.received()));
});

test('a request in HTTP/1.0, without a host, or with two is refused', async () => {
  assert.deepEqual(await send('GET / HTTP/1.1\r\n\r\n'), [400]);
  assert.deepEqual(await send('GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n'), [400]);
  assert.deepEqual(await send('GET https://other.test/ HTTP/1.1\r\nHost: HOST\r\n\r\n'), [400]);
  assert.deepEqual(await send('GET / HTTP/1.1\r\nHost: unknown.example.test\r\n\r\n'), [421]);
  assert.equal(upstream.requests(), 0);
});

test('TRACE, CONNECT, OPTIONS * and an upgrade to HTTP/2 never reach the app as such', async () => {
  assert.deepEqual(await send('TRACE / HTTP/1.1\r\nHost: HOST\r\n\r\n'), [400]);
  assert.deepEqual(await send('OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n'), [400]);
  const connected = await send('CONNECT other.test:443 HTTP/1.1\r\nHost: HOST\r\n\r\n');
  assert.ok(!connected.includes(200));
  assert.equal(upstream.requests(), 0);
  await send(
    'POST / HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nContent-Length: 2\r\n\r\nhi',
  );
  assert.ok(!/upgrade|http2-settings/i.test(upstream.received()), upstream.received());
});
