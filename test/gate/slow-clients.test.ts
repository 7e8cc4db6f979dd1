import assert from 'node:assert/strict';
import { connect as connectTcp } from 'node:net';
import { after, before, test } from 'node:test';
import type { Guard } from '../../src/gate/index.ts';
import { eventually } from '../harness/eventually.ts';
import { ask } from '../harness/http-client.ts';
import { openWireGate, type WireGate } from '../harness/open-gate.ts';
import { rawConnect, statuses } from '../harness/raw-client.ts';
import { FLAG, frame, hpack, openRawHttp2, setting, TYPE } from '../harness/raw-http2.ts';
import { openRecordingUpstream, type RecordingUpstream } from '../harness/recording-upstream.ts';

const PATIENCE = 20_000;
const LIMITS = {
  headTime: 1_000,
  clientIdle: 1_000,
  keepAlive: 1_000,
  answerIdle: 60_000,
  connectionsPerAddress: 20,
};

// Wants the first bytes of a body before it decides, on one path only.
const peeking: Guard = {
  name: 'peeking',
  stage: 'session',
  needs: [{ peek: 1_000 }],
  mode: 'block',
  check: () => ({ verdict: 'pass' }),
};

let upstream: RecordingUpstream;
let gate: WireGate;
let peekingGate: WireGate;

before(async () => {
  upstream = await openRecordingUpstream((head, socket) => {
    if (head.startsWith('GET /large ')) {
      const chunk = Buffer.alloc(65_536, 1);
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', more);
      setImmediate(more);
      return 'HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n';
    }
    if (head.startsWith('GET /events ')) {
      return 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: end\n\n';
    }
    return head.startsWith('POST ')
      ? undefined
      : 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';
  });
  gate = await openWireGate(upstream.url, { limits: LIMITS });
  peekingGate = await openWireGate(upstream.url, { limits: LIMITS, guards: [peeking] });
});
after(async () => {
  await gate.close();
  await peekingGate.close();
  await upstream.close();
});

interface Visit {
  transcript: string;
  closed: boolean;
}

/** Writes `first` and then `drip` every 200 ms until the gate closes; fails when it does not within {@link PATIENCE}. */
const drip = async (at: WireGate, first: string, more: () => string): Promise<Visit> => {
  const socket = await rawConnect(at);
  const visit: Visit = { transcript: '', closed: false };
  socket.on('data', (chunk: Buffer) => {
    visit.transcript += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    visit.closed = true;
  });
  socket.write(first.replaceAll('HOST', at.authority));
  const timer = setInterval(() => {
    const bytes = more();
    if (bytes !== '' && socket.writable) socket.write(bytes);
  }, 200);
  try {
    await eventually(() => visit.closed, PATIENCE);
  } finally {
    clearInterval(timer);
    socket.destroy();
  }
  return visit;
};

const stillServes = async (at: WireGate = gate): Promise<void> => {
  assert.equal((await ask(at)).status, 200);
};

test('a head that drips in over HTTP/1.1 is cut off, and never reaches the app', async () => {
  upstream.clear();
  const visit = await drip(gate, 'GET /slow HTTP/1.1\r\nHost: HOST\r\n', () => 'X-A: b\r\n');
  assert.ok(!statuses(visit.transcript).includes(200));
  assert.equal(upstream.requests(), 0);
  await stillServes();
});

test('a connection that says nothing after its TLS handshake is closed', async () => {
  await drip(gate, '', () => '');
});

test('a connection that rests after an answer is closed', async () => {
  const visit = await drip(gate, 'GET / HTTP/1.1\r\nHost: HOST\r\n\r\n', () => '');
  assert.deepEqual(statuses(visit.transcript), [200]);
});

test('a TLS handshake that is never finished is closed', async () => {
  const socket = connectTcp(gate.port, '127.0.0.1');
  let closed = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  // A record header that announces a ClientHello of 512 bytes, and then a byte now and then.
  socket.write(Buffer.from([22, 3, 1, 2, 0, 1]));
  const timer = setInterval(() => socket.write(Buffer.from([0])), 200);
  await eventually(() => closed, PATIENCE);
  clearInterval(timer);
  await stillServes();
});

test('a body that drips in is cut off once it brings less than the least progress', async () => {
  upstream.clear();
  const visit = await drip(
    gate,
    'POST /slow HTTP/1.1\r\nHost: HOST\r\nContent-Length: 100000\r\n\r\n',
    () => 'x',
  );
  assert.deepEqual(statuses(visit.transcript), [408]);
  assert.equal(gate.events.at(-1)?.fields.reason, 'slow-client');
  await eventually(() => gate.gate.live() === 0, PATIENCE);
  await stillServes();
});

test('a body that drips in under a guard that wants to see its beginning is cut off too', async () => {
  upstream.clear();
  await drip(peekingGate, 'POST /slow HTTP/1.1\r\nHost: HOST\r\nContent-Length: 100000\r\n\r\n', () => 'x');
  assert.equal(upstream.requests(), 0);
  await stillServes(peekingGate);
});

test('a body that drips in at the portal is cut off', async () => {
  const portal = gate.authority.replace('app.', 'gate.');
  await drip(gate, `POST /sign-in HTTP/1.1\r\nHost: ${portal}\r\nContent-Length: 60000\r\n\r\n`, () => 'x');
});

test('a body that goes on after a refusal is cut off', async () => {
  const visit = await drip(
    gate,
    'POST /a/../b HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n',
    () => '1\r\nx\r\n',
  );
  assert.deepEqual(statuses(visit.transcript), [400]);
});

test('a client that reads nothing of a large answer is dropped, and memory stays bounded', async () => {
  const before = process.memoryUsage().rss;
  const socket = await rawConnect(gate);
  socket.on('error', () => {});
  socket.write(`GET /large HTTP/1.1\r\nHost: ${gate.authority}\r\n\r\n`);
  await eventually(() => gate.gate.live() > 0, PATIENCE);
  socket.pause();
  await eventually(() => gate.gate.live() === 0, PATIENCE);
  const grown = (process.memoryUsage().rss - before) / 1_048_576;
  assert.ok(grown < 150, `grew by ${grown.toFixed(0)} MiB`);
  socket.destroy();
  await stillServes();
});

const fieldsFor = (path: string, method = 'GET', authority = gate.authority) =>
  [
    [':method', method],
    [':scheme', 'https'],
    [':authority', authority],
    [':path', path],
  ] as const;

test('over HTTP/2, a connection without a stream is closed', async () => {
  const client = await openRawHttp2(gate);
  await client.gone(PATIENCE);
});

test('over HTTP/2, PINGs do not keep a connection without a stream', async () => {
  const client = await openRawHttp2(gate);
  client.headers(1, fieldsFor('/'));
  assert.equal(await client.outcome(1), 200);
  const timer = setInterval(() => client.write(frame(TYPE.ping, 0, 0, Buffer.alloc(8))), 200);
  await client.gone(PATIENCE);
  clearInterval(timer);
});

test('over HTTP/2, a header block that drips in is cut off', async () => {
  const client = await openRawHttp2(gate);
  client.write(frame(TYPE.headers, FLAG.endStream, 1, hpack(fieldsFor('/').slice(0, 2))));
  const timer = setInterval(() => client.write(frame(TYPE.continuation, 0, 1, hpack([['x', 'y']]))), 400);
  await client.gone(PATIENCE);
  clearInterval(timer);
});

test('over HTTP/2, a body that drips in is cut off', async () => {
  const client = await openRawHttp2(gate);
  client.headers(1, fieldsFor('/slow', 'POST'), false);
  const timer = setInterval(() => client.data(1, 'x', false), 200);
  const outcome = await client.outcome(1);
  clearInterval(timer);
  client.destroy();
  assert.equal(outcome, 408);
});

// CVE-2019-9517 and kin: the client asks for much and lets none of it through.
for (const [what, path, host] of [
  ['a large answer', '/large', 'app'],
  ['an event stream that has ended', '/events', 'app'],
  ['a small answer', '/', 'app'],
  ["the gate's own refusal", '/a/../b', 'app'],
  ["the portal's answer", '/', 'gate'],
] as const) {
  test(`over HTTP/2, a client whose window is zero loses ${what} and then its connection`, async () => {
    const before = process.memoryUsage().rss;
    const client = await openRawHttp2(gate, setting(4, 0));
    client.headers(1, fieldsFor(path, 'GET', gate.authority.replace('app.', `${host}.`)));
    await eventually(() => client.received.some((one) => one.stream === 1), PATIENCE);
    await client.gone(PATIENCE);
    assert.equal(client.count(TYPE.data), 0);
    assert.ok(process.memoryUsage().rss - before < 150 * 1_048_576);
    await eventually(() => gate.gate.live() === 0, PATIENCE);
  });
}

test('over HTTP/2, a client that stops reading its connection loses it and makes room for others', async () => {
  const single = await openWireGate(upstream.url, { limits: { ...LIMITS, connectionsPerAddress: 1 } });
  try {
    const client = await openRawHttp2(single, setting(4, 0x7fffffff));
    client.write(frame(TYPE.windowUpdate, 0, 0, Buffer.from([0x7f, 0, 0, 0])));
    client.headers(1, fieldsFor('/large', 'GET', single.authority));
    await eventually(() => single.gate.live() > 0, PATIENCE);
    client.socket.pause();
    await eventually(async () => (await ask(single).catch(() => undefined))?.status === 200, PATIENCE);
    assert.equal(single.gate.live(), 0);
    client.destroy();
  } finally {
    await single.close();
  }
});

test('connections of one address over the cap are refused, and room is made when others go', async () => {
  const sockets = await Promise.all(
    Array.from({ length: 20 }, () => rawConnect(peekingGate).catch(() => undefined)),
  );
  await assert.rejects(async () => {
    const late = await rawConnect(peekingGate);
    await new Promise((_resolve, reject) => late.once('close', () => reject(new RangeError('closed'))));
  });
  for (const socket of sockets) socket?.destroy();
  await eventually(async () => {
    const answer = await ask(peekingGate).catch(() => undefined);
    return answer?.status === 200;
  }, PATIENCE);
});
