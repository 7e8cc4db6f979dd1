import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask } from '../harness/http-client.ts';
import { openWireGate, type WireGate } from '../harness/open-gate.ts';
import { FLAG, frame, hpack, openRawHttp2, setting, TYPE } from '../harness/raw-http2.ts';
import { openRecordingUpstream, type RecordingUpstream } from '../harness/recording-upstream.ts';

let upstream: RecordingUpstream;
let gate: WireGate;

before(async () => {
  upstream = await openRecordingUpstream((head) =>
    head.startsWith('GET /never ')
      ? undefined
      : 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
  );
  gate = await openWireGate(upstream.url);
});
after(async () => {
  await gate.close();
  await upstream.close();
});

type Field = readonly [name: string, value: string];

const pseudo = (method = 'GET', path = '/'): Field[] => [
  [':method', method],
  [':scheme', 'https'],
  [':authority', gate.authority],
  [':path', path],
];

const answersOthers = async (): Promise<void> => {
  assert.equal((await ask(gate, { path: '/honest' })).status, 200);
};

const onlyHonest = (): void => {
  assert.ok(!/^\S+ \S*smuggled/m.test(upstream.received()), upstream.received());
  assert.equal(upstream.requests(), 1, upstream.received());
  assert.match(upstream.received(), /^GET \/honest HTTP\/1\.1\r$/m);
};

const HIDDEN = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

// What HTTP/1.1 cannot say in a field, HTTP/2 can: each of these becomes a second request, or another one, to an app that is
// spoken to in HTTP/1.1 (CVE-2021-33193 and kin; RFC 9113 sections 8.2.1, 8.2.2, 8.3 and 8.3.1).
const DOWNGRADED: Record<string, () => { fields: Field[]; body?: string }> = {
  'a name in upper case': () => ({ fields: [...pseudo(), ['Transfer-Encoding', 'chunked']] }),
  'a transfer coding': () => ({
    fields: [...pseudo('POST'), ['transfer-encoding', 'chunked']],
    body: `0\r\n\r\n${HIDDEN}`,
  }),
  'a connection header': () => ({ fields: [...pseudo(), ['connection', 'content-length']] }),
  'an upgrade': () => ({ fields: [...pseudo(), ['upgrade', 'h2c']] }),
  'a length shorter than the body': () => ({
    fields: [...pseudo('POST'), ['content-length', '0']],
    body: HIDDEN,
  }),
  'a length longer than the body': () => ({
    fields: [...pseudo('POST'), ['content-length', '500']],
    body: 'short',
  }),
  'two lengths': () => ({
    fields: [...pseudo('POST'), ['content-length', '0'], ['content-length', String(HIDDEN.length)]],
    body: HIDDEN,
  }),
  'a length with a sign': () => ({ fields: [...pseudo('POST'), ['content-length', '+5']], body: 'hello' }),
  'a path with a space': () => ({ fields: pseudo('GET', '/ HTTP/1.1\r\nHost: a\r\n\r\nGET /smuggled') }),
  'a path with a space alone': () => ({ fields: pseudo('GET', '/a b') }),
  'a path with a fragment': () => ({ fields: pseudo('GET', '/a#/smuggled') }),
  'a path of another host': () => ({ fields: pseudo('GET', 'https://other.test/smuggled') }),
  'a path without a slash': () => ({ fields: pseudo('GET', 'smuggled') }),
  'an empty path': () => ({ fields: pseudo('GET', '') }),
  'an asterisk for a path': () => ({ fields: pseudo('OPTIONS', '*') }),
  'a method with a space': () => ({ fields: pseudo('GET /smuggled HTTP/1.1\r\nx:', '/') }),
  'a method in lower case': () => ({ fields: pseudo('get') }),
  'two hosts': () => ({ fields: [...pseudo(), ['host', 'other.test']] }),
  'the same host header twice': () => ({
    fields: [...pseudo(), ['host', gate.authority], ['host', gate.authority]],
  }),
  'an authority with user information': () => ({
    fields: pseudo().map(([name, value]) => [name, name === ':authority' ? `x@${value}` : value]),
  }),
  'an authority with CR LF': () => ({
    fields: pseudo().map(([name, value]) => [name, name === ':authority' ? `${value}\r\nx: y` : value]),
  }),
  'two paths': () => ({ fields: [...pseudo(), [':path', '/smuggled']] }),
  'two methods': () => ({ fields: [[':method', 'POST'], ...pseudo()] }),
  'no path': () => ({ fields: pseudo().slice(0, 3) }),
  'no method': () => ({ fields: pseudo().slice(1) }),
  'a pseudo header behind the others': () => ({
    fields: [...pseudo().slice(0, 3), ['x', 'y'], [':path', '/smuggled']],
  }),
  'an unknown pseudo header': () => ({ fields: [...pseudo(), [':target', '/smuggled']] }),
  'the status of an answer': () => ({ fields: [...pseudo(), [':status', '200']] }),
  'the scheme http': () => ({
    fields: pseudo().map(([name, value]) => [name, name === ':scheme' ? 'http' : value]),
  }),
  'a scheme that is a URL': () => ({
    fields: pseudo().map(([name, value]) => [name, name === ':scheme' ? 'https://x/smuggled?' : value]),
  }),
  CONNECT: () => ({
    fields: [
      [':method', 'CONNECT'],
      [':authority', 'other.test:443'],
    ],
  }),
  'an extended CONNECT that nobody offered': () => ({
    fields: [...pseudo('CONNECT'), [':protocol', 'websocket']],
  }),
};

// nghttp2 leaves out a field of a wrong form and goes on with the rest: what matters is that the app sees nothing of it.
const LEFT_OUT: Record<string, () => { fields: Field[] }> = {
  'a value with CR LF': () => ({ fields: [...pseudo(), ['x', `a\r\n\r\n${HIDDEN}`]] }),
  'a value with a bare LF': () => ({ fields: [...pseudo(), ['x', 'a\nTransfer-Encoding: chunked']] }),
  'a value with NUL': () => ({ fields: [...pseudo(), ['x', 'a\0b']] }),
  'a name with CR LF': () => ({ fields: [...pseudo(), [`x: a\r\n\r\n${HIDDEN}`, 'b']] }),
  'a name with a colon': () => ({ fields: [...pseudo(), ['transfer-encoding: chunked', 'b']] }),
  'a name with a space': () => ({ fields: [...pseudo(), ['content-length ', '5']] }),
  'an empty name': () => ({ fields: [...pseudo(), ['', 'x']] }),
};

for (const [name, make] of Object.entries(LEFT_OUT)) {
  test(`over HTTP/2, ${name} never reaches the app`, async () => {
    upstream.clear();
    const client = await openRawHttp2(gate);
    client.headers(1, make().fields);
    await client.outcome(1);
    client.destroy();
    assert.ok(upstream.requests() <= 1, upstream.received());
    assert.ok(
      !/smuggled|chunked|^x:|^content-length|^host: a\r|\0|^:/im.test(upstream.received()),
      upstream.received(),
    );
    await answersOthers();
  });
}

for (const [name, make] of Object.entries(DOWNGRADED)) {
  test(`over HTTP/2, ${name} is no request to the app, and never a second one`, async () => {
    upstream.clear();
    const { fields, body } = make();
    const client = await openRawHttp2(gate);
    client.headers(1, fields, body === undefined);
    if (body !== undefined) client.data(1, body);
    const outcome = await client.outcome(1);
    client.destroy();
    assert.ok(
      outcome === 'reset' || outcome === 'closed' || [400, 405].includes(outcome),
      `the answer was ${outcome}`,
    );
    assert.ok(!/^\S+ \S*smuggled/m.test(upstream.received()), upstream.received());
    // A body whose length turns out wrong may have been on its way: its request never becomes whole.
    assert.ok(upstream.requests() <= (body === undefined ? 0 : 1), upstream.received());
    await answersOthers();
  });
}

test('an honest request by hand is one request, with its body framed anew', async () => {
  upstream.clear();
  const client = await openRawHttp2(gate);
  client.headers(1, [...pseudo('POST', '/x'), ['content-length', '5'], ['te', 'trailers']], false);
  client.data(1, 'he', false);
  client.data(1, 'llo');
  assert.equal(await client.outcome(1), 200);
  client.destroy();
  assert.equal(upstream.requests(), 1);
  assert.match(upstream.received(), /\r\n\r\nhello$/);
  assert.ok(!/^te:/im.test(upstream.received()));
});

test('trailers of a request end at the gate', async () => {
  upstream.clear();
  const client = await openRawHttp2(gate);
  client.headers(1, pseudo('POST', '/x'), false);
  client.data(1, 'body', false);
  client.headers(1, [['x-gatehouse-user', 'root']]);
  assert.equal(await client.outcome(1), 200);
  client.destroy();
  assert.ok(!/root/.test(upstream.received()), upstream.received());
  assert.equal(upstream.requests(), 1);
});

// CVE-2024-27983, CVE-2024-28182: header blocks that never end.
test('a flood of CONTINUATION frames ends the connection within few of them', async () => {
  upstream.clear();
  const client = await openRawHttp2(gate);
  client.write(frame(TYPE.headers, FLAG.endStream, 1, hpack(pseudo())));
  const more = frame(TYPE.continuation, 0, 1, hpack([['x', 'y'.repeat(1_000)]]));
  let sent = 0;
  while (!client.closed && sent < 5_000) {
    client.write(...Array.from({ length: 50 }, () => more));
    sent += 50;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await client.gone();
  assert.ok(sent < 5_000, 'the gate took 5 MB of one header block');
  assert.equal(upstream.requests(), 0);
  await answersOthers();
  onlyHonest();
});

test('a header list over the limit is refused, over any number of frames', async () => {
  upstream.clear();
  const client = await openRawHttp2(gate);
  const fields: Field[] = Array.from({ length: 60 }, (_, i) => [`x-${i}`, 'y'.repeat(1_000)]);
  const block = hpack([...pseudo(), ...fields]);
  client.write(frame(TYPE.headers, FLAG.endStream, 1, block.subarray(0, 16_000)));
  for (let at = 16_000; at < block.length; at += 16_000) {
    const last = at + 16_000 >= block.length;
    client.write(frame(TYPE.continuation, last ? FLAG.endHeaders : 0, 1, block.subarray(at, at + 16_000)));
  }
  const outcome = await client.outcome(1);
  client.destroy();
  assert.ok(outcome === 'reset' || outcome === 'closed' || outcome === 431, String(outcome));
  assert.equal(upstream.requests(), 0);
  await answersOthers();
});

test('more fields than allowed are refused with 431', async () => {
  const client = await openRawHttp2(gate);
  client.headers(1, [...pseudo(), ...Array.from({ length: 120 }, (_, i): Field => [`x-${i}`, 'y'])]);
  assert.equal(await client.outcome(1), 431);
  client.destroy();
});

// CVE-2023-44487: each stream costs the client nothing and the server a request.
test('a client that resets streams as fast as it opens them loses its connection, and nobody else theirs', async () => {
  upstream.clear();
  const client = await openRawHttp2(gate);
  const reset = Buffer.from([0, 0, 0, 8]);
  let opened = 0;
  for (; opened < 4_000 && !client.closed; opened += 100) {
    const burst = Array.from({ length: 100 }, (_, i) => {
      const stream = (opened + i) * 2 + 1;
      return Buffer.concat([
        frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, stream, hpack(pseudo('GET', '/never'))),
        frame(TYPE.reset, 0, stream, reset),
      ]);
    });
    client.write(...burst);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await client.gone();
  assert.ok(upstream.requests() < 1_000, `${upstream.requests()} requests reached the app`);
  upstream.clear();
  await answersOthers();
});

// CVE-2019-9512 and CVE-2019-9515: frames that each want an answer, from a client that reads none.
for (const [name, flood] of Object.entries({
  PING: frame(TYPE.ping, 0, 0, Buffer.alloc(8)),
  SETTINGS: frame(TYPE.settings, 0, 0, setting(4, 65_535)),
  'SETTINGS of many entries': frame(
    TYPE.settings,
    0,
    0,
    Buffer.concat(Array.from({ length: 200 }, () => setting(4, 65_535))),
  ),
  'empty DATA on a closed stream': frame(TYPE.data, 0, 1),
  'WINDOW_UPDATE of zero': frame(TYPE.windowUpdate, 0, 0, Buffer.alloc(4)),
})) {
  test(`a flood of ${name} frames is cut off without a request, and memory stays bounded`, async () => {
    const short = await openWireGate(upstream.url, { limits: { headTime: 2_000 } });
    try {
      upstream.clear();
      const before = process.memoryUsage().rss;
      const client = await openRawHttp2(short);
      client.socket.pause();
      const burst = Buffer.concat(Array.from({ length: 200 }, () => flood));
      for (let i = 0; i < 100 && client.write(burst); i++)
        await new Promise((resolve) => setTimeout(resolve, 1));
      client.socket.resume();
      await client.gone();
      const grown = (process.memoryUsage().rss - before) / 1_048_576;
      assert.ok(grown < 100, `grew by ${grown.toFixed(0)} MiB`);
      assert.equal(upstream.requests(), 0);
      assert.equal((await ask(short, { path: '/honest' })).status, 200);
    } finally {
      await short.close();
    }
  });
}

for (const acknowledged of [true, false]) {
  test(`streams over the cap are refused, whether the client ${acknowledged ? 'acknowledged' : 'ignored'} it`, async () => {
    const few = await openWireGate(upstream.url, { limits: { streams: 5 } });
    try {
      upstream.clear();
      const client = await openRawHttp2(few);
      const fields = (path: string): Field[] =>
        pseudo('GET', path).map(([name, value]) => [name, name === ':authority' ? few.authority : value]);
      if (acknowledged) client.write(frame(TYPE.settings, FLAG.ack, 0));
      for (let i = 0; i < 5; i++) client.headers(i * 2 + 1, fields('/never'));
      for (let i = 5; i < 20; i++) client.headers(i * 2 + 1, fields('/smuggled'));
      for (let i = 5; i < 20; i++) {
        const outcome = await client.outcome(i * 2 + 1);
        assert.ok(outcome === 'reset' || outcome === 'closed', String(outcome));
      }
      client.destroy();
      assert.ok(!/smuggled/.test(upstream.received()), upstream.received());
      assert.equal((await ask(few, { path: '/honest' })).status, 200);
    } finally {
      await few.close();
    }
  });
}
